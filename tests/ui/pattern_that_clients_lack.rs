extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Creates an order.
#[derive(Operation)]
#[operation(category = "orders", role = viewer)]
pub struct CreateOrder {
    /// Whose.
    #[param(pattern = "(?i)a")]
    pub a: String,

    /// Whose.
    #[param(pattern = r"\Aa")]
    pub b: String,

    /// Whose.
    #[param(pattern = "(?P<n>a)")]
    pub c: String,

    /// Whose.
    #[param(pattern = "a++")]
    pub d: String,
}

impl Execute for CreateOrder {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
