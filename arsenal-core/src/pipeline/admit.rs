//! admit: the one branch. A call runs, is planned, gets an earlier answer, or goes on as a job.

use std::pin::pin;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use super::authorize::Authorized;
use super::corridor::Corridor;
use super::drive::{detach, drive};
use super::parse::Parsed;
use super::{Act, Detour, Done, Named, Refused, execute, settle};
use crate::codes;
use crate::error::Error;
use crate::handle::Program;
use crate::idempotency::{Reservation, Stored};
use crate::jobs::JobHandle;
use crate::model::{IdempotencyKey, Mode};
use crate::observe::Step;
use crate::record::CallCx;

/// What becomes of an allowed call.
pub(super) enum Admitted {
    Run(Running<Named>),
    Plan(Planned),
    Replay(Done<String>),
    Detached(Done<String>),
}

/// A call that is to be executed, with all that it holds while it is.
pub(super) struct Running<A: Act> {
    pub(super) parsed: Parsed<A>,
    pub(super) key: Option<Box<HeldKey>>,
    pub(super) permits: Permits,
}

/// A call that is to be planned only.
pub(super) struct Planned(pub(super) Parsed<Named>);

/// The places among those that may run at once: few calls need one, and all carry these.
#[derive(Debug)]
pub(super) struct Permits {
    _held: Option<Box<[Option<OwnedSemaphorePermit>; 2]>>,
}

/// Decides of a call by name.
///
/// # Errors
///
/// A failed precondition where a version must be named and is not; malformed where a key is
/// required and absent, a conflict while the first call with the key runs, a validation fault for
/// the same key with other parameters; unavailable where too many run already.
#[inline]
pub(super) fn admit(
    call: &CallCx,
    authorized: Authorized<Named>,
    fingerprint: [u8; 32],
) -> Result<Admitted, Refused> {
    let Authorized(parsed) = authorized;
    call.reach(Step::Admit);
    if call.spec().http.if_match && call.terms.if_match.is_none() {
        return Err(call.refuse(Step::Admit, version_wanted(call)));
    }
    if call.terms.dry_run {
        call.passed(Step::Admit);
        return Ok(Admitted::Plan(Planned(parsed)));
    }
    let key = match hold_key(call, fingerprint) {
        Ok(Held::New(key)) => Some(Box::new(key)),
        Ok(Held::NoKey) => None,
        Ok(Held::Answered(stored)) => {
            call.passed(Step::Admit);
            return Ok(Admitted::Replay(replay(stored)));
        }
        Err(error) => return Err(call.refuse(Step::Admit, error)),
    };
    let admitted = match take_permits(call) {
        Err(error) => Err((error, key)),
        Ok(permits) if call.spec().mode == Mode::Job || call.terms.detach => {
            return detach_job(call, Running { parsed, key, permits });
        }
        Ok(permits) => Ok((key, permits)),
    };
    match admitted {
        Ok((key, permits)) => {
            call.passed(Step::Admit);
            Ok(Admitted::Run(Running { parsed, key, permits }))
        }
        Err((error, key)) => Err(refuse_and_release(call, error, key)),
    }
}

/// Decides of a call by type: there is room for it, or there is not. Its caller holds the answer
/// itself, so that there is no key under which one could be kept, and no version to be named.
///
/// # Errors
///
/// Unavailable where too many run already.
pub(super) fn admit_typed<A: Act>(
    call: &CallCx,
    authorized: Authorized<A>,
) -> Result<Running<A>, Refused> {
    let Authorized(parsed) = authorized;
    call.reach(Step::Admit);
    match take_permits(call) {
        Ok(permits) => {
            call.passed(Step::Admit);
            Ok(Running { parsed, key: None, permits })
        }
        Err(error) => Err(call.refuse(Step::Admit, error)),
    }
}

/// Nothing was done: the key may be used again.
fn refuse_and_release(call: &CallCx, error: Error, key: Option<Box<HeldKey>>) -> Refused {
    if let Some(key) = key {
        key.release();
    }
    call.refuse(Step::Admit, error)
}

fn version_wanted(call: &CallCx) -> Error {
    let name = &call.spec().name;
    codes::PRECONDITION_REQUIRED.error(format!("`{name}` needs the version that you have seen"))
}

#[inline]
fn take_permits(call: &CallCx) -> Result<Permits, Error> {
    // What an operation calls stands on the place that its own call has: it would wait for itself.
    let program = call.program.permits.as_ref().filter(|_| call.origin.depth == 0);
    match (call.op().permits(), program) {
        (None, None) => Ok(Permits { _held: None }),
        (operation, program) => take_those(call, operation, program),
    }
}

fn take_those(
    call: &CallCx,
    operation: Option<&Arc<Semaphore>>,
    program: Option<&Arc<Semaphore>>,
) -> Result<Permits, Error> {
    let busy = |what: &str| {
        codes::TOO_MANY_RUNNING
            .error(format!("too many calls {what} are running; try again"))
            .with_retry_after(call.program.settings.drain_retry_after)
    };
    let operation = take(operation).map_err(|_full| busy(&format!("of `{}`", call.spec().name)))?;
    let program = take(program).map_err(|_full| busy("of this program"))?;
    Ok(Permits { _held: Some(Box::new([operation, program])) })
}

fn take(places: Option<&Arc<Semaphore>>) -> Result<Option<OwnedSemaphorePermit>, TryAcquireError> {
    places.map(|places| Arc::clone(places).try_acquire_owned()).transpose()
}

fn replay(stored: Stored) -> Done<String> {
    Done {
        outcome: stored.outcome.map_err(Error::from),
        detour: Some(Box::new(Detour::Replayed { job: stored.job })),
    }
}

fn detach_job(call: &CallCx, mut running: Running<Named>) -> Result<Admitted, Refused> {
    let key = running.key.take();
    let Opened { job, corridor, runtime, view } = open_job(call, key)?;
    let detour = Detour::Detached { job: job.id.clone() };
    detach(job, call.program.jobs.clone(), &runtime, async move {
        let call = corridor.call();
        let rest = async { settle::settle(call, execute::execute(call, running).await) };
        drive(pin!(Some(rest)), &corridor).await
    });
    Ok(Admitted::Detached(Done { outcome: Ok(view), detour: Some(Box::new(detour)) }))
}

/// A job that is about to begin.
struct Opened {
    job: JobHandle,
    corridor: Corridor,
    runtime: Handle,
    view: String,
}

/// From here on the call is a job, with an end and a corridor of its own.
fn open_job(call: &CallCx, key: Option<Box<HeldKey>>) -> Result<Opened, Refused> {
    let (name, principal) = (&call.spec().name, &call.origin.caller.principal);
    let opened = runtime().and_then(|runtime| {
        let job = call.program.jobs.open(name, principal)?;
        Ok((runtime, job))
    });
    let (runtime, job) = match opened {
        Ok(opened) => opened,
        Err(error) => return Err(refuse_and_release(call, error, key)),
    };
    call.passed(Step::Admit);
    let view = job.view();
    if let Some(key) = key {
        key.settle_job(&job.id, &view);
    }
    let corridor = Corridor::of_job(call.as_job(job.clone()));
    Ok(Opened { job, corridor, runtime, view })
}

fn runtime() -> Result<Handle, Error> {
    Handle::try_current()
        .map_err(|_outside| codes::NO_RUNTIME.error("a job needs a Tokio runtime to run on"))
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
    program: Arc<Program>,
    key: Option<String>,
    fingerprint: [u8; 32],
}

impl HeldKey {
    pub(super) fn settle(mut self, outcome: Result<&str, &Error>) {
        let Some(key) = self.key.take() else { return };
        let store = &self.program.idempotency;
        match Stored::of(self.fingerprint, outcome) {
            Some(stored) => store.settle(&key, stored),
            None => store.release(&key),
        }
    }

    /// The call goes on as a job, which tells the rest.
    fn settle_job(mut self, id: &str, view: &str) {
        if let Some(key) = self.key.take() {
            self.program.idempotency.settle(&key, Stored::job(self.fingerprint, id, view));
        }
    }

    fn release(mut self) {
        if let Some(key) = self.key.take() {
            self.program.idempotency.release(&key);
        }
    }
}

impl Drop for HeldKey {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            let stored = Stored::unknown(self.fingerprint);
            self.program.idempotency.settle(&key, stored);
        }
    }
}

#[inline]
fn hold_key(call: &CallCx, fingerprint: [u8; 32]) -> Result<Held, Error> {
    let spec = call.spec();
    let key = match (&call.terms.idempotency_key, spec.idempotency_key) {
        (_, IdempotencyKey::Ignored) | (None, IdempotencyKey::Taken) => return Ok(Held::NoKey),
        (None, IdempotencyKey::Required) => {
            return Err(codes::IDEMPOTENCY_KEY_MISSING
                .error(format!("`{}` needs an idempotency key", spec.name)));
        }
        (Some(key), IdempotencyKey::Taken | IdempotencyKey::Required) => key,
    };
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(codes::IDEMPOTENCY_KEY_MALFORMED
            .error("an idempotency key is 1 to 255 visible ASCII characters"));
    }
    // Length prefixes keep ("a", "bc") and ("ab", "c") apart.
    let principal = &call.origin.caller.principal;
    let scoped = format!("{}:{principal}:{}:{key}", principal.len(), spec.name);
    match call.program.idempotency.reserve(&scoped) {
        Reservation::Fresh => {
            let program = Arc::clone(&call.program);
            Ok(Held::New(HeldKey { program, key: Some(scoped), fingerprint }))
        }
        Reservation::InFlight => Err(codes::IDEMPOTENCY_KEY_IN_FLIGHT
            .error("the first call with this idempotency key is still running")
            .with_retry_after(call.program.settings.drain_retry_after)),
        Reservation::Done(stored) if stored.fingerprint == fingerprint => {
            Ok(Held::Answered(stored))
        }
        Reservation::Done(_other) => Err(codes::IDEMPOTENCY_KEY_REUSED
            .error("this idempotency key was used with other parameters")),
        Reservation::Full => Err(codes::IDEMPOTENCY_STORE_FULL
            .error("no more idempotency keys can be kept now")
            .with_retry_after(call.program.settings.drain_retry_after)),
    }
}
