extern crate arsenal_core as arsenal;

use arsenal::Params;

/// A page.
#[derive(Params)]
#[operation(category = "orders", role = viewer)]
pub struct Paging {
    /// How many.
    pub limit: u32,
}

fn main() {}
