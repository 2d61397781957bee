extern crate arsenal_core as arsenal;

use arsenal::Operation;

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub enum CreateOrder {
    One,
}

fn main() {}
