//! The behavior stands behind a feature that is off: the facts are there without it.

#![allow(unexpected_cfgs)]

extern crate arsenal_core as arsenal;

use arsenal::Operation;

/// Orders.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = viewer, served = "server")]
pub struct Order {
    /// How many.
    pub count: u32,
}

fn main() {
    assert_eq!(Order::SPEC.category, "orders");
}
