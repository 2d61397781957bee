//! admit: the one branch. A call runs, is planned, gets an earlier answer, or goes on as a job.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::authorize::Authorized;
use super::corridor::Corridor;
use super::drive::{BoxWalk, detach};
use super::parse::Parsed;
use super::{Act, Course, Done, Refused, execute, settle};
use crate::context::CallCx;
use crate::error::{Class, Error};
use crate::idempotency::{Reservation, Stored};
use crate::jobs::JobHandle;
use crate::model::{IdempotencyKey, Mode};
use crate::observe::Step;

/// What becomes of an allowed call.
pub(super) enum Admitted<A: Act> {
    Run(Running<A>),
    Plan(Planned<A>),
    Replay(Done<A::Data>),
    Detached(Done<A::Data>),
}

/// A call that is to be executed, with all that it holds while it is.
pub(super) struct Running<A: Act> {
    pub(super) parsed: Parsed<A>,
    pub(super) key: Option<Box<HeldKey>>,
    pub(super) permits: Permits,
}

/// A call that is to be planned only.
pub(super) struct Planned<A: Act>(pub(super) Parsed<A>);

/// The places among those that may run at once.
#[derive(Debug, Default)]
pub(super) struct Permits {
    _operation: Option<OwnedSemaphorePermit>,
    _program: Option<OwnedSemaphorePermit>,
}

/// Decides.
///
/// # Errors
///
/// [`Class::Malformed`] where a key is required and absent, [`Class::Conflict`] while the first
/// call with the key runs, [`Class::Validation`] for the same key with other parameters,
/// [`Class::Unavailable`] where too many run already.
#[inline]
pub(super) fn admit<A: Act>(authorized: Authorized<A>) -> Result<Admitted<A>, Refused> {
    let Authorized(parsed) = authorized;
    let cx = parsed.cx.as_ref();
    cx.reach(Step::Admit);
    if cx.terms.dry_run {
        cx.passed(Step::Admit);
        return Ok(Admitted::Plan(Planned(parsed)));
    }
    let key = match hold_key(cx, parsed.fingerprint.as_deref()) {
        Ok(Held::New(key)) => Some(Box::new(key)),
        Ok(Held::NoKey) => None,
        Ok(Held::Answered(stored)) => return replay(parsed, stored),
        Err(error) => return Err(cx.refuse(Step::Admit, error)),
    };
    let permits = match take_permits(cx) {
        Ok(permits) => permits,
        Err(error) => {
            if let Some(key) = key {
                key.release();
            }
            return Err(cx.refuse(Step::Admit, error));
        }
    };
    cx.passed(Step::Admit);
    let detached = A::BY_NAME && (cx.op.spec().mode == Mode::Job || cx.terms.detach);
    let running = Running { parsed, key, permits };
    if detached { detach_job(running) } else { Ok(Admitted::Run(running)) }
}

#[inline]
fn take_permits(cx: &CallCx) -> Result<Permits, Error> {
    Ok(Permits {
        _operation: take(cx.op.permits(), cx)?,
        _program: take(cx.shared.permits.as_ref(), cx)?,
    })
}

#[inline]
fn take(
    places: Option<&Arc<Semaphore>>,
    cx: &CallCx,
) -> Result<Option<OwnedSemaphorePermit>, Error> {
    let Some(places) = places else { return Ok(None) };
    match Arc::clone(places).try_acquire_owned() {
        Ok(permit) => Ok(Some(permit)),
        Err(_full) => Err(Error::new(
            Class::Unavailable,
            "TOO_MANY_RUNNING",
            format!("too many calls of `{}` are running; try again", cx.op.spec().name),
        )
        .with_retry_after(cx.shared.settings.drain_retry_after)),
    }
}

fn replay<A: Act>(parsed: Parsed<A>, stored: Stored) -> Result<Admitted<A>, Refused> {
    let cx = parsed.cx.as_ref();
    let outcome = answered(stored).and_then(|text| A::text(text).ok_or_else(typed_answer));
    cx.passed(Step::Admit);
    Ok(Admitted::Replay(Done { outcome, course: Course::Replayed }))
}

fn detach_job<A: Act>(mut running: Running<A>) -> Result<Admitted<A>, Refused> {
    let (job, corridor) = open_job(running.parsed.cx.as_mut())?;
    let course = Course::Detached { job: job.id.clone() };
    let view = job.view();
    let rest: BoxWalk<String> = Box::pin(Some(async move {
        let done = settle::settle(execute::execute(running).await);
        let outcome = done.outcome.map(|data| A::kept(&data).unwrap_or("null").to_owned());
        Done { outcome, course: done.course }
    }));
    detach(rest, corridor, job).map_err(Refused)?;
    let outcome = A::text(view).ok_or_else(typed_answer);
    Ok(Admitted::Detached(Done { outcome, course }))
}

/// From here on the call is a job, with an end and a corridor of its own.
fn open_job(call: &mut Arc<CallCx>) -> Result<(JobHandle, Corridor), Refused> {
    let job = call
        .shared
        .jobs
        .open(&call.op.spec().name, &call.origin.caller.principal)
        .map_err(|error| call.refuse(Step::Admit, error))?;
    *call = Arc::new(call.as_job(job.clone()));
    call.shared.in_flight.follow();
    Ok((job, Corridor::new(Arc::clone(call))))
}

fn answered(stored: Stored) -> Result<String, Error> {
    stored.outcome.map_err(|kept| Error::new(kept.class, kept.code, kept.sentence))
}

fn typed_answer() -> Error {
    Error::new(Class::System, "TYPED_CALL", "a typed call cannot be answered with kept text")
}

enum Held {
    New(HeldKey),
    NoKey,
    Answered(Stored),
}

/// An idempotency key that a running call holds.
///
/// Dropped while it is held, the call ended in a way that nobody saw: what it did is unknown,
/// so the key keeps saying that rather than letting a second call do it again.
pub(super) struct HeldKey {
    shared: Arc<crate::arsenal::Shared>,
    key: Option<String>,
    fingerprint: [u8; 32],
}

impl HeldKey {
    pub(super) fn settle(mut self, outcome: Result<&str, &Error>) {
        let Some(key) = self.key.take() else { return };
        let store = &self.shared.idempotency;
        match Stored::of(self.fingerprint, outcome) {
            Some(stored) => store.settle(&key, stored),
            None => store.release(&key),
        }
    }

    fn release(mut self) {
        if let Some(key) = self.key.take() {
            self.shared.idempotency.release(&key);
        }
    }
}

impl Drop for HeldKey {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            let stored = Stored::unknown(self.fingerprint);
            self.shared.idempotency.settle(&key, stored);
        }
    }
}

#[inline]
fn hold_key(cx: &CallCx, fingerprint: Option<&[u8; 32]>) -> Result<Held, Error> {
    let spec = cx.op.spec();
    let key = match (&cx.terms.idempotency_key, spec.idempotency_key) {
        (_, IdempotencyKey::Ignored) | (None, IdempotencyKey::Taken) => return Ok(Held::NoKey),
        (None, IdempotencyKey::Required) => {
            return Err(Error::new(
                Class::Malformed,
                "IDEMPOTENCY_KEY_MISSING",
                format!("`{}` needs an idempotency key", spec.name),
            ));
        }
        (Some(key), IdempotencyKey::Taken | IdempotencyKey::Required) => key,
    };
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::new(
            Class::Malformed,
            "IDEMPOTENCY_KEY_MALFORMED",
            "an idempotency key is 1 to 255 visible ASCII characters",
        ));
    }
    let fingerprint = fingerprint.copied().unwrap_or_default();
    // Length prefixes keep ("a", "bc") and ("ab", "c") apart.
    let principal = &cx.origin.caller.principal;
    let scoped = format!("{}:{principal}:{}:{key}", principal.len(), spec.name);
    match cx.shared.idempotency.reserve(&scoped) {
        Reservation::Fresh => {
            let shared = Arc::clone(&cx.shared);
            Ok(Held::New(HeldKey { shared, key: Some(scoped), fingerprint }))
        }
        Reservation::InFlight => Err(Error::new(
            Class::Conflict,
            "IDEMPOTENCY_KEY_IN_FLIGHT",
            "the first call with this idempotency key is still running",
        )
        .with_retry_after(cx.shared.settings.drain_retry_after)),
        Reservation::Done(stored) if stored.fingerprint == fingerprint => {
            Ok(Held::Answered(stored))
        }
        Reservation::Done(_other) => Err(Error::new(
            Class::Validation,
            "IDEMPOTENCY_KEY_REUSED",
            "this idempotency key was used with other parameters",
        )),
        Reservation::Full => Err(Error::new(
            Class::Unavailable,
            "IDEMPOTENCY_STORE_FULL",
            "no more idempotency keys can be kept now",
        )
        .with_retry_after(cx.shared.settings.drain_retry_after)),
    }
}
