//! A call that has been let in and waits for its parameters.
//!
//! A transport that must pay to read them (a body that comes over a network) lets the steps that
//! need only the operation's facts decide first: a stranger's body is not read at all.

use super::{Corridor, Routed, Throttled, conduct_named, enter};
use crate::call::{Input, Reply};
use crate::error::Error;
use crate::model::OperationSpec;
use crate::observe::Step;

/// A call that has passed `route`, `permit` and `throttle`.
///
/// Dropped, it ends as cancelled, and observers hear so.
#[derive(Debug)]
pub struct Entered {
    throttled: Throttled,
    corridor: Corridor,
}

impl Entered {
    /// A call whose operation is found, past the steps that need its facts alone.
    pub(crate) fn new(mut corridor: Corridor, routed: Routed) -> Result<Self, Box<Reply>> {
        match enter(&mut corridor, routed) {
            Ok(throttled) => {
                // It waits for its parameters, and so goes by the clock.
                corridor.call().started();
                Ok(Self { throttled, corridor })
            }
            Err(error) => Err(Box::new(corridor.turned_away(error))),
        }
    }

    /// The operation's facts.
    #[must_use]
    pub fn spec(&self) -> &OperationSpec {
        self.corridor.call().spec()
    }

    /// The rest of the way, with the parameters.
    ///
    /// # Cancel safety
    ///
    /// As [`Arsenal::run`](crate::Arsenal::run).
    pub async fn run(self, input: Input) -> Reply {
        let Self { throttled, corridor } = self;
        conduct_named!(corridor, throttled, input)
    }

    /// Ends the call where its parameters cannot be read at all.
    #[must_use]
    pub fn refuse(self, error: Error) -> Reply {
        let refused = self.corridor.call().refuse(Step::Parse, error);
        self.corridor.turned_away(self.corridor.refused(refused))
    }
}
