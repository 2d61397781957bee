extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

const LEAST: usize = 9;

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// Which.
    #[param(min_len = LEAST, max_len = 3)]
    pub name: String,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
