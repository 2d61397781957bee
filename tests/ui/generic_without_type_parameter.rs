extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Counts.
#[derive(Operation)]
#[operation(generic, category = "orders", role = viewer)]
pub struct Count {
    /// What.
    pub what: u32,
}

impl Execute for Count {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
