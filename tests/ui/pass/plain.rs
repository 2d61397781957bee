//! A declaration with nothing special.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub)]

extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    #[param(min = 1, max = 10, default = 1)]
    pub count: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {
    assert_eq!(<CreateOrder as Operation>::SPEC.name, "create_order");
}
