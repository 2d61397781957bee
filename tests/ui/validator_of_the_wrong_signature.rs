extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    #[param(validate = is_even)]
    pub count: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn is_even(count: u32) -> bool {
    count % 2 == 0
}

fn main() {}
