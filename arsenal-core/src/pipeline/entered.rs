//! A call that has been let in and waits for its parameters.
//!
//! A transport that must pay to read them (a body that comes over a network) lets the steps that
//! need only the operation's facts decide first: a stranger's body is not read at all.

use std::sync::Arc;

use super::{Corridor, Course, Throttled, drive, walk};
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
    pub(crate) fn new((throttled, corridor): (Throttled, Corridor)) -> Self {
        Self { throttled, corridor }
    }

    /// The operation's facts.
    #[must_use]
    pub fn spec(&self) -> &OperationSpec {
        self.throttled.cx().op.spec()
    }

    /// The rest of the way, with the parameters.
    ///
    /// # Cancel safety
    ///
    /// As [`Arsenal::run`](crate::Arsenal::run).
    pub async fn run(self, input: Input) -> Reply {
        let Self { throttled, corridor } = self;
        let call = Arc::clone(corridor.call());
        let done = drive!(walk(throttled, input), corridor);
        Reply { outcome: done.outcome, facts: call.facts(done.course) }
    }

    /// Ends the call where its parameters cannot be read at all.
    #[must_use]
    pub fn refuse(self, error: Error) -> Reply {
        let Self { throttled, corridor } = self;
        let error = corridor.refused(throttled.cx().refuse(Step::Parse, error));
        Reply { outcome: Err(error), facts: throttled.cx().facts(Course::Ran) }
    }
}
