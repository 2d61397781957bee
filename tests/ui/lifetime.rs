extern crate arsenal_core as arsenal;

use arsenal::Operation;

/// Counts.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct Count<'a> {
    /// What.
    pub what: std::borrow::Cow<'a, str>,
}

fn main() {}
