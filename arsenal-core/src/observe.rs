//! How the corridor tells what happened: events, heard by observers.
//!
//! The steps decide and say nothing. Metrics, logs and audits listen here; a refused call is an
//! event like any other.

mod failures;

use std::time::Duration;

use crate::call::Caller;
use crate::error::Error;
use crate::model::OperationSpec;

pub use failures::LogFailures;

/// A step of the pipeline, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the pipeline's module documents each")]
pub enum Step {
    Route,
    Permit,
    Throttle,
    Parse,
    Authorize,
    Admit,
    Execute,
    Settle,
}

impl Step {
    /// The step as a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Permit => "permit",
            Self::Throttle => "throttle",
            Self::Parse => "parse",
            Self::Authorize => "authorize",
            Self::Admit => "admit",
            Self::Execute => "execute",
            Self::Settle => "settle",
        }
    }
}

/// A step has decided.
#[derive(Debug)]
pub struct StepEvent<'a> {
    /// The operation.
    pub operation: &'a OperationSpec,
    /// Which step.
    pub step: Step,
    /// Why it refused.
    pub refusal: Option<&'a Error>,
}

/// A call has ended.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The operation; `None` where the name was unknown.
    pub operation: Option<&'a OperationSpec>,
    /// The name that was called.
    pub name: &'a str,
    /// Who called.
    pub caller: &'a Caller,
    /// The request's id, where one was given or made.
    pub request_id: Option<&'a str>,
    /// The W3C trace context, where one was given.
    pub trace: Option<&'a str>,
    /// The job that the call became; it is the job's end that is told then.
    pub job: Option<&'a str>,
    /// Nothing was to be done.
    pub dry_run: bool,
    /// The answer is an earlier one's.
    pub replayed: bool,
    /// The last step it reached.
    pub step: Step,
    /// Why it failed.
    pub error: Option<&'a Error>,
    /// How often it was tried.
    pub attempts: u32,
    /// How long the call took; nothing where no operation was found.
    pub took: Duration,
}

/// What an observer wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// The end of each call.
    Outcomes,
    /// Each step as well.
    Steps,
}

/// Hears what happens to calls. It runs on the caller's own task: it must be quick, and must
/// not block. One that panics hurts nobody: the panic goes no further.
pub trait Observer: Send + Sync + 'static {
    /// What it wants to hear.
    fn interest(&self) -> Interest {
        Interest::Outcomes
    }

    /// A step has decided.
    fn step(&self, event: &StepEvent<'_>) {
        let _ = event;
    }

    /// A call has ended.
    fn ended(&self, outcome: &Outcome<'_>);
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::{Builder, Context, Execute, Operation};

    struct Ear;

    impl Observer for Ear {
        fn ended(&self, _outcome: &Outcome<'_>) {}
    }

    #[test]
    fn a_step_is_a_word_and_steps_are_compared_by_their_order() {
        let steps = [
            (Step::Route, "route"),
            (Step::Permit, "permit"),
            (Step::Throttle, "throttle"),
            (Step::Parse, "parse"),
            (Step::Authorize, "authorize"),
            (Step::Admit, "admit"),
            (Step::Execute, "execute"),
            (Step::Settle, "settle"),
        ];
        for (step, word) in steps {
            assert_eq!(step.as_str(), word);
        }
        assert!(steps.is_sorted_by_key(|(step, _)| *step));
    }

    #[test]
    fn who_says_nothing_of_interest_hears_how_calls_end() {
        assert_eq!(Ear.interest(), Interest::Outcomes);
    }

    /// Waits a while.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = read,
                output = ())]
    struct Wait {}

    impl Execute for Wait {
        type State = ();

        async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
            tokio::time::sleep(Duration::from_secs(7)).await;
            Ok(())
        }
    }

    struct Stopwatch(Arc<Mutex<Vec<u64>>>);

    impl Observer for Stopwatch {
        fn ended(&self, outcome: &Outcome<'_>) {
            self.0.lock().expect("no test panics with it").push(outcome.took.as_secs());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_told_how_long_a_call_took() {
        let took = Arc::default();
        let builder = Builder::empty().operation::<Wait>().observer(Stopwatch(Arc::clone(&took)));
        let arsenal = builder.build().expect("the program is sound");
        arsenal.call(Wait {}).await.expect("it only waits");
        assert_eq!(*took.lock().expect("no test panics with it"), [7]);
    }
}
