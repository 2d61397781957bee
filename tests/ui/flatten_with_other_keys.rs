extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// A page.
#[derive(Debug, Default, arsenal::Params)]
pub struct Paging {
    /// How many.
    pub limit: u32,
}

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    #[param(flatten, default, min = 3)]
    pub rest: Paging,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
