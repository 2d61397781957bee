extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(status = 204, output = u32, category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    pub count: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u32, Error> {
        Ok(1)
    }
}

fn main() {}
