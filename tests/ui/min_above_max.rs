extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    #[param(min = 9, max = 3)]
    pub count: u32,

    /// How long.
    #[param(min = "1m", max = "5s")]
    pub wait: std::time::Duration,

    /// How big.
    #[param(exclusive_min = 3, max = 3)]
    pub size: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
