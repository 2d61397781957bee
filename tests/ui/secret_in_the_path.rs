extern crate arsenal_core as arsenal;

use arsenal::{Context, Error, Execute, Operation};

/// Opens a session.
#[derive(Operation)]
#[operation(category = "sessions", method = POST, path = "/sessions/{token}", role = public)]
pub struct OpenSession {
    /// Whose.
    #[param(secret)]
    pub token: String,
}

impl Execute for OpenSession {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

fn main() {}
