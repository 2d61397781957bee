//! Around the steps: what is counted and told of a call, however it ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Detour, Done, Found, Refused};
use crate::arsenal::Shared;
use crate::call::{Origin, Reply, Terms};
use crate::codes;
use crate::error::Error;
use crate::model::CancelPolicy;
use crate::observe::{Interest, Outcome, Step, StepEvent};
use crate::record::CallCx;

/// How far a call has come.
#[derive(Debug, Default)]
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
    #[inline]
    fn step(&self) -> Step {
        STEPS[usize::from(self.step.load(Ordering::Relaxed)) % STEPS.len()]
    }

    /// How often it was tried.
    #[inline]
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }
}

impl CallCx {
    /// A step begins: what a call that ends now ended in.
    #[inline]
    pub(super) fn reach(&self, step: Step) {
        self.trail.step.store(step as u8, Ordering::Relaxed);
    }

    /// A step let the call pass.
    #[inline]
    pub(super) fn passed(&self, step: Step) {
        self.tell(step, None);
    }

    /// A step refuses.
    #[cold]
    pub(super) fn refuse(&self, step: Step, error: Error) -> Refused {
        self.tell(step, Some(&error));
        Refused(error)
    }

    /// The operation ran, and it or its answer failed: told, and handed on with the answer.
    pub(super) fn failed(&self, step: Step, error: &Error) {
        self.tell(step, Some(error));
    }

    /// An attempt begins.
    #[inline]
    pub(super) fn attempt(&self) {
        // The walk alone writes it: no other thread's count can be lost.
        self.trail.attempts.store(self.trail.attempts() + 1, Ordering::Relaxed);
    }

    #[inline]
    fn tell(&self, step: Step, refusal: Option<&Error>) {
        self.reach(step);
        if self.program.observe_steps {
            self.tell_observers(step, refusal);
        }
    }

    fn tell_observers(&self, step: Step, refusal: Option<&Error>) {
        let event = StepEvent { operation: self.spec(), step, refusal };
        for observer in &self.program.observers {
            if observer.interest() == Interest::Steps {
                let _ = catch_unwind(AssertUnwindSafe(|| observer.step(&event)));
            }
        }
    }
}

/// Holds a call's record and its place among those in flight, and tells its end, whichever it
/// is. The walk inside borrows the record, and so cannot outlive it.
#[derive(Debug)]
pub(crate) struct Corridor {
    call: CallCx,
    ended: AtomicBool,
}

impl Corridor {
    /// Around a call that was let in.
    // Always, and with nothing but moves inside: the record is made where it stays.
    #[inline(always)]
    pub(crate) fn new(found: Found, origin: Origin, terms: Terms) -> Self {
        Self { call: CallCx::new(found, origin, terms), ended: AtomicBool::new(false) }
    }

    /// The corridor of a job goes on where that of the call which it was ends: one call has one
    /// beginning and one end.
    pub(super) fn of_job(call: CallCx) -> Self {
        let is_in = call.program.in_flight.follow(call.program.lane);
        debug_assert!(is_in, "the call that becomes the job is under way");
        Self { ended: AtomicBool::new(false), call }
    }

    /// Whether its end was told.
    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        // Told and asked by whoever holds the walk: there is nothing to order.
        self.ended.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn call(&self) -> &CallCx {
        &self.call
    }

    #[inline]
    pub(super) fn call_mut(&mut self) -> &mut CallCx {
        &mut self.call
    }

    /// Whether the call runs to its end when its caller goes.
    #[inline]
    pub(crate) fn finishes(&self) -> bool {
        self.call.spec().cancel == CancelPolicy::Finish
    }

    /// What calls it off: the job's own token, or the caller's where the caller's going ends it.
    pub(super) fn cancel(&self) -> Option<CancellationToken> {
        match (&self.call.job, &self.call.origin.cancel) {
            (Some(job), _) => Some(job.cancel.clone()),
            (None, Some(caller)) if !self.finishes() => Some(caller.clone()),
            _ => None,
        }
    }

    pub(super) fn refused(&self, refused: Refused) -> Error {
        self.end(Some(&refused.0), None);
        refused.0
    }

    /// What becomes of a call by name that ended before it could run.
    pub(crate) fn turned_away(&self, error: Error) -> Reply {
        Reply { outcome: Err(error), facts: self.call.facts(None) }
    }

    #[inline]
    pub(super) fn done<D>(&self, done: Done<D>) -> Done<D> {
        match done.detour.as_deref() {
            Some(Detour::Detached { .. }) => self.ended.store(true, Ordering::Relaxed),
            detour => self.end(done.outcome.as_ref().err(), detour),
        }
        done
    }

    #[inline]
    fn end(&self, error: Option<&Error>, detour: Option<&Detour>) {
        self.ended.store(true, Ordering::Relaxed);
        let call = &self.call;
        let (op, took) = (call.op(), call.took());
        op.end(call.program.lane, error.map(Error::class), took);
        let outcome = Outcome {
            operation: Some(call.spec()),
            name: &call.spec().name,
            caller: &call.origin.caller,
            request_id: call.known_request_id(),
            trace: call.origin.trace.as_deref(),
            job: call.job.as_ref().map(|job| job.id.as_str()),
            // tidy: expect(one-branch): it is told, and nothing is decided by it.
            dry_run: call.terms.dry_run,
            replayed: matches!(detour, Some(Detour::Replayed { .. })),
            step: call.trail.step(),
            error,
            attempts: call.trail.attempts(),
            took,
        };
        let _ = catch_unwind(AssertUnwindSafe(|| op.observe(&outcome)));
        tell_outcome(&call.program, &outcome);
    }
}

impl Drop for Corridor {
    fn drop(&mut self) {
        // The caller went, and with it the walk: that is an end like any other.
        if !self.has_ended() {
            self.end(Some(&gone()), None);
        }
        self.call.program.in_flight.leave(self.call.program.lane);
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
            trace: origin.trace.as_deref(),
            job: None,
            dry_run: false,
            replayed: false,
            step: Step::Route,
            error: Some(error),
            attempts: 0,
            took: Duration::ZERO,
        },
    );
}

#[inline]
fn tell_outcome(shared: &Shared, outcome: &Outcome<'_>) {
    for observer in &shared.observers {
        let _ = catch_unwind(AssertUnwindSafe(|| observer.ended(outcome)));
    }
}

pub(super) fn gone() -> Error {
    codes::CANCELLED.error("the call was cancelled")
}
