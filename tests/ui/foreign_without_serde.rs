extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

#[derive(Debug)]
pub struct Foo;

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// What.
    #[param(foreign)]
    pub what: Foo,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
