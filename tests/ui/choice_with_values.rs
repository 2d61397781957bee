extern crate arsenal_core as arsenal;

use arsenal::{Choice, Context, Error, Execute};

/// How.
#[derive(Choice)]
pub enum Strategy {
    One,
    Other(u32),
}
/// Creates an order.
#[derive(arsenal::Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// How.
    pub how: Strategy,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
