extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    #[param(default = 50, max = 10)]
    pub count: u32,

    /// How long.
    #[param(default = "2m", max = "60s")]
    pub wait: std::time::Duration,

    /// Whose.
    #[param(default = "abc", max_len = 2)]
    pub name: String,

    /// How big.
    #[param(default = 7, multiple_of = 5)]
    pub size: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
