extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

const NAME: &str = "^a$";

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// Whose.
    #[param(pattern = NAME)]
    pub name: String,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
