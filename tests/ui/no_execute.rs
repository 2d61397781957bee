extern crate arsenal_core as arsenal;

use arsenal::Operation;

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    pub count: u32,
}

fn main() {}
