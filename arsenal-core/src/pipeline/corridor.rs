//! Around the steps: what is counted and told of a call, however it ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{Done, Refused};
use crate::arsenal::Shared;
use crate::call::{Caller, Facts, Origin};
use crate::codes;
use crate::context::CallCx;
use crate::error::Error;
use crate::model::Text;
use crate::observe::{Interest, Outcome, Step, StepEvent};
use crate::registry::Registered;

/// How far a call has come, where somebody listens.
#[derive(Debug)]
pub(crate) struct Trail {
    step: AtomicU8,
    attempts: AtomicU32,
}

const STEPS: [Step; 8] = [
    Step::Route,
    Step::Permit,
    Step::Throttle,
    Step::Parse,
    Step::Authorize,
    Step::Admit,
    Step::Execute,
    Step::Settle,
];

impl Trail {
    fn step(&self) -> Step {
        STEPS[usize::from(self.step.load(Ordering::Relaxed)) % STEPS.len()]
    }
}

impl CallCx {
    /// A step begins: what a call that ends now ended in.
    pub(super) fn reach(&self, step: Step) {
        if let Some(trail) = &self.trail {
            trail.step.store(step as u8, Ordering::Relaxed);
        }
    }

    /// A step let the call pass.
    pub(super) fn passed(&self, step: Step) {
        self.tell(step, None);
    }

    /// A step refuses.
    pub(super) fn refuse(&self, step: Step, error: Error) -> Refused {
        self.tell(step, Some(&error));
        Refused { error, facts: Box::new(self.facts.clone()) }
    }

    /// The operation itself failed: told, and handed on with the answer.
    pub(super) fn failed(&self, error: &Error) {
        self.tell(Step::Execute, Some(error));
    }

    /// An attempt begins.
    pub(super) fn attempt(&mut self) {
        self.facts.attempts += 1;
        if let Some(trail) = &self.trail {
            trail.attempts.store(self.facts.attempts, Ordering::Relaxed);
        }
    }

    fn tell(&self, step: Step, refusal: Option<&Error>) {
        self.reach(step);
        if !self.shared.observe_steps {
            return;
        }
        let event = StepEvent { operation: self.op.spec(), step, refusal };
        for observer in &self.shared.observers {
            if observer.interest() == Interest::Steps {
                let _ = catch_unwind(AssertUnwindSafe(|| observer.step(&event)));
            }
        }
    }
}

/// Holds a call's place among those in flight, and tells its end, whichever it is.
#[derive(Debug)]
pub(crate) struct Corridor {
    pub(super) shared: Arc<Shared>,
    pub(super) op: Arc<Registered>,
    pub(super) deadline: Instant,
    pub(super) cancel: Option<tokio_util::sync::CancellationToken>,
    caller: Caller,
    request_id: Option<Text>,
    started: Instant,
    trail: Option<Arc<Trail>>,
    facts: Facts,
    ended: bool,
    job: bool,
    _in_flight: TaskTrackerToken,
}

impl Corridor {
    pub(super) fn new(shared: &Arc<Shared>, cx: &mut CallCx) -> Self {
        let trail = (!shared.observers.is_empty())
            .then(|| Arc::new(Trail { step: AtomicU8::new(0), attempts: AtomicU32::new(0) }));
        cx.trail.clone_from(&trail);
        cx.op.begin();
        Self {
            shared: Arc::clone(shared),
            op: Arc::clone(&cx.op),
            deadline: cx.deadline,
            cancel: cx.job.as_ref().map(|job| job.cancel.clone()).or(cx.origin.cancel.clone()),
            caller: cx.origin.caller.clone(),
            request_id: cx.origin.request_id.clone(),
            started: cx.started,
            trail,
            facts: Facts::default(),
            ended: false,
            job: cx.job.is_some(),
            _in_flight: shared.tracker.token(),
        }
    }

    /// Facts that hold even if the walk never gives any.
    pub(super) fn keep(&mut self, facts: &Facts) {
        self.facts.clone_from(facts);
    }

    pub(super) fn facts(&self) -> Facts {
        let attempts =
            self.trail.as_ref().map_or(0, |trail| trail.attempts.load(Ordering::Relaxed));
        Facts { attempts, ..self.facts.clone() }
    }

    pub(super) fn is_job(&self) -> bool {
        self.job
    }

    pub(super) fn timeout(&self) -> Duration {
        self.deadline.saturating_duration_since(self.started)
    }

    pub(super) fn refused(mut self, refused: Refused) -> Refused {
        self.end(Some(&refused.error), &refused.facts);
        refused
    }

    pub(super) fn done<D>(&mut self, done: Done<D>) -> Done<D> {
        self.end(done.outcome.as_ref().err(), &done.facts);
        done
    }

    fn end(&mut self, error: Option<&Error>, facts: &Facts) {
        self.ended = true;
        self.op.end(error.map(Error::class), self.started.elapsed());
        let outcome = Outcome {
            operation: Some(self.op.spec()),
            name: &self.op.spec().name,
            caller: &self.caller,
            request_id: self.request_id.as_deref(),
            step: self.trail.as_ref().map_or(Step::Settle, |trail| trail.step()),
            error,
            attempts: facts.attempts,
            started: self.started,
        };
        let _ = catch_unwind(AssertUnwindSafe(|| self.op.observe(&outcome)));
        tell_outcome(&self.shared, &outcome);
    }
}

impl Drop for Corridor {
    fn drop(&mut self) {
        // The caller went, and with it the walk: that is an end like any other.
        if !self.ended {
            self.end(Some(&gone()), &self.facts());
        }
    }
}

/// A call to a name that nobody has is heard too.
pub(super) fn tell_unrouted(shared: &Shared, name: &str, origin: &Origin, error: &Error) {
    tell_outcome(
        shared,
        &Outcome {
            operation: None,
            name,
            caller: &origin.caller,
            request_id: origin.request_id.as_deref(),
            step: Step::Route,
            error: Some(error),
            attempts: 0,
            started: Instant::now(),
        },
    );
}

fn tell_outcome(shared: &Shared, outcome: &Outcome<'_>) {
    for observer in &shared.observers {
        let _ = catch_unwind(AssertUnwindSafe(|| observer.ended(outcome)));
    }
}

pub(super) fn gone() -> Error {
    codes::CANCELLED.error("the call was cancelled")
}
