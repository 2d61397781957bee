extern crate arsenal_core as arsenal;

use arsenal::Operation;

/// Counts.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct Count<T> {
    /// What.
    pub what: T,
}

fn main() {}
