//! An operation without parameters, as a unit struct and as an empty one.

extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Says nothing.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = public, method = GET)]
struct Ping;

impl Execute for Ping {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

/// Says nothing either.
#[derive(Debug, Operation)]
#[operation(category = "orders", role = public, effect = read)]
struct Pong {}

impl Execute for Pong {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
