extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// A color.
#[derive(arsenal::Choice)]
pub enum Color {
    /// Red.
    Red,
    /// Green.
    Green,
}

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// Which.
    #[param(one_of = ["red", "blue"])]
    pub color: Color,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
