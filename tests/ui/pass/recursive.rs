//! A type that holds itself.

extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation, Params};

/// A node.
#[derive(Debug, Params)]
pub struct Node {
    /// The nodes below.
    pub children: Vec<Node>,
    /// The other one.
    pub twin: Option<Box<Node>>,
}

/// Plants.
#[derive(Debug, Operation)]
#[operation(category = "trees", role = viewer)]
pub struct Plant {
    /// The root.
    pub root: Node,
}

impl Execute for Plant {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
