//! The driver of a walk: deadline, cancellation, panics, and who owns it when its caller goes.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Waking, Poll};

use tokio::runtime::Handle;
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Done;
use super::corridor::{Corridor, gone};
use crate::codes;
use crate::error::{Class, Error};
use crate::jobs::JobHandle;
use crate::model::CancelPolicy;
use crate::spawn::spawn;

/// A walk, with everything it needs inside.
pub(crate) type BoxWalk<D> = Pin<Box<dyn Future<Output = Done<D>> + Send>>;

/// Runs the walk to its end.
///
/// # Cancel safety
///
/// Dropped, a walk of an operation that only reads is dropped too; one that writes runs on to
/// its end, as a task of the program's tracker.
pub(crate) async fn drive<D: Send + 'static>(walk: BoxWalk<D>, corridor: Corridor) -> Done<D> {
    let finishes = corridor.op.spec().cancel == CancelPolicy::Finish;
    let mut run = Run { walk: Some(walk), corridor, bounds: None };
    if !finishes {
        return run.await;
    }
    // Most calls are done with their first poll, and need no task.
    if let Poll::Ready(done) = poll_fn(|cx| Poll::Ready(Pin::new(&mut run).poll(cx))).await {
        return done;
    }
    let tracker = run.corridor.shared.tracker.clone();
    match spawn(&tracker, run) {
        Ok(task) => task.await.unwrap_or_else(|_aborted| Done {
            outcome: Err(gone()),
            facts: crate::Facts::default(),
        }),
        Err(run) => run.await,
    }
}

/// Lets the rest of a walk go on as a job.
///
/// # Errors
///
/// There is no runtime to run it on.
pub(super) fn detach(
    rest: BoxWalk<String>,
    corridor: Corridor,
    job: JobHandle,
) -> Result<(), Error> {
    let tracker = corridor.shared.tracker.clone();
    let run = Run { walk: Some(rest), corridor, bounds: None };
    let owned = async move {
        job.started();
        let done = run.await;
        job.ended(done.outcome);
    };
    spawn(&tracker, owned)
        .map(drop)
        .map_err(|_future| codes::NO_RUNTIME.error("a job needs a Tokio runtime to run on"))
}

/// A walk under way.
struct Run<D> {
    walk: Option<BoxWalk<D>>,
    corridor: Corridor,
    // Made at the first pending poll: a call that is ready at once needs no timer.
    bounds: Option<Bounds>,
}

impl<D> Future for Run<D> {
    type Output = Done<D>;

    fn poll(self: Pin<&mut Self>, waking: &mut Waking<'_>) -> Poll<Done<D>> {
        let run = self.get_mut();
        let polled = catch_unwind(AssertUnwindSafe(|| run.advance(waking)));
        let ended = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Ok(done))) => done,
            Ok(Poll::Ready(Err(error))) => run.broken(error),
            Err(panic) => run.broken(panicked(panic.as_ref())),
        };
        Poll::Ready(run.corridor.done(ended))
    }
}

impl<D> Run<D> {
    fn advance(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Done<D>, Error>> {
        let walk = self.walk.as_mut().expect("a walk is not polled after its end");
        if let Poll::Ready(done) = walk.as_mut().poll(waking) {
            self.walk = None;
            return Poll::Ready(Ok(done));
        }
        let bounds = self.bounds.get_or_insert_with(|| Bounds::new(&self.corridor));
        bounds.poll(waking).map(Err)
    }

    /// The walk ends without an answer of its own. What it held is dropped here, and an
    /// author's destructor that panics is no more than that.
    fn broken(&mut self, error: Error) -> Done<D> {
        let walk = self.walk.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(walk)));
        Done { outcome: Err(error), facts: self.corridor.facts() }
    }
}

impl<D> Drop for Run<D> {
    fn drop(&mut self) {
        if let Some(walk) = self.walk.take() {
            let _ = catch_unwind(AssertUnwindSafe(|| drop(walk)));
        }
    }
}

/// What can end a walk from outside.
struct Bounds {
    deadline: Option<Pin<Box<Sleep>>>,
    caller: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    program: Pin<Box<WaitForCancellationFutureOwned>>,
    timeout: std::time::Duration,
}

impl Bounds {
    fn new(corridor: &Corridor) -> Self {
        let drops = corridor.op.spec().cancel == CancelPolicy::Drop;
        let cancel = corridor.cancel.clone().filter(|_| drops || corridor.is_job());
        Self {
            // Outside a runtime there are no timers, and no deadline can be kept.
            deadline: Handle::try_current()
                .ok()
                .map(|_inside| Box::pin(tokio::time::sleep_until(corridor.deadline))),
            caller: cancel.map(|token| Box::pin(token.cancelled_owned())),
            program: Box::pin(corridor.shared.abort.clone().cancelled_owned()),
            timeout: corridor.timeout(),
        }
    }

    fn poll(&mut self, waking: &mut Waking<'_>) -> Poll<Error> {
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(waking).is_ready()
        {
            return Poll::Ready(
                codes::TIMEOUT.error(format!("the call did not end within {:?}", self.timeout)),
            );
        }
        if let Some(caller) = &mut self.caller
            && caller.as_mut().poll(waking).is_ready()
        {
            return Poll::Ready(gone());
        }
        self.program.as_mut().poll(waking).map(|()| {
            Error::new(Class::Unavailable, "DRAINING", "the program ended before the call did")
        })
    }
}

/// The caller learns that it panicked; the log learns what it said.
#[cold]
fn panicked(panic: &(dyn Any + Send)) -> Error {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    codes::PANICKED.error("the operation failed unexpectedly").with_source(Panic(said.to_owned()))
}

/// A panic's message, for the log.
#[derive(Debug, thiserror::Error)]
#[error("panicked: {0}")]
struct Panic(String);
