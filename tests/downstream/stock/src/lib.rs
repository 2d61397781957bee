//! Another crate of the same team, whose operations a program has only if it names the crate.

use arsenal::{Context, Error, Execute, Operation};

/// Counts what is in stock.
#[derive(Debug, Operation)]
#[operation(category = "stock", role = viewer, effect = read, output = u32)]
pub struct CountStock {}

impl Execute for CountStock {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u32, Error> {
        Ok(0)
    }
}
