extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    #[param(minimum = 1, maximum = 9)]
    pub count: u32,

    /// Whose.
    #[param(regex = "^a$", length = 3)]
    pub name: String,

    /// Which.
    #[param(enum = ["a"], values = ["a"])]
    pub kind: String,

    /// How big.
    #[param(description = "x")]
    pub size: u32,

    /// How heavy.
    #[param(required)]
    pub weight: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
