extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

#[derive(Debug)]
pub struct Order;

/// Creates an order.
#[derive(Operation)]
#[operation(output = Order, category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How many.
    pub count: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Order, Error> {
        Ok(Order)
    }
}

fn main() {}
