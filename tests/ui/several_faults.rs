extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(nam = "create", category = "Orders!", role = oprator, timeout = "soon")]
pub struct CreateOrder {
    /// How many.
    #[param(minimum = 1)]
    pub count: u32,

    /// Whose.
    #[param(pattern = "[a")]
    pub name: String,

    pub undocumented: u32,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
