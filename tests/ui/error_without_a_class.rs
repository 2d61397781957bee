extern crate arsenal_core as arsenal;

use arsenal::{Context, Execute, Operation};

#[derive(Debug)]
pub struct OrderError;

/// Creates an order.
#[derive(Operation)]
#[operation(error = OrderError, category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    pub count: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), OrderError> {
        Ok(())
    }
}

fn main() {}
