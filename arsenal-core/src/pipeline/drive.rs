//! The driver of a walk: deadline, cancellation, panics, and who owns it when its caller goes.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::ops::DerefMut;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Waking, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::corridor::{Corridor, gone};
use super::{Course, Done};
use crate::codes;
use crate::error::Error;
use crate::jobs::JobHandle;
use crate::spawn::spawn;

/// A walk in its place: it is polled there and dropped there.
pub(crate) trait Walk<D>: Send {
    fn advance(self: Pin<&mut Self>, waking: &mut Waking<'_>) -> Poll<Done<D>>;

    /// Drops what a walk that has not ended holds.
    fn give_up(self: Pin<&mut Self>);
}

impl<D, F: Future<Output = Done<D>> + Send> Walk<D> for Option<F> {
    fn advance(mut self: Pin<&mut Self>, waking: &mut Waking<'_>) -> Poll<Done<D>> {
        let walk = self.as_mut().as_pin_mut().expect("a walk is not polled after its end");
        let done = ready!(walk.poll(waking));
        self.set(None);
        Poll::Ready(done)
    }

    fn give_up(mut self: Pin<&mut Self>) {
        self.set(None);
    }
}

/// A walk, with everything it needs inside.
pub(crate) type BoxWalk<D> = Pin<Box<dyn Walk<D>>>;

/// Runs the walk to its end.
///
/// A macro, so that the walk is made in its place: as an argument it would be moved there, with
/// all the room that its later steps need.
///
/// # Cancel safety
///
/// Dropped, a walk of an operation that only reads is dropped too; one that writes runs on to
/// its end, as a task.
macro_rules! drive {
    ($walk:expr, $corridor:expr) => {{
        let corridor = $corridor;
        // Only what may outlive its caller needs a place of its own.
        if corridor.finishes() {
            $crate::pipeline::drive_to_end(Box::pin(Some($walk)), corridor).await
        } else {
            $crate::pipeline::drive_here(std::pin::pin!(Some($walk)), corridor).await
        }
    }};
}

pub(crate) use drive;

/// Runs the walk for as long as its caller waits.
#[inline]
pub(crate) fn drive_here<D, W: Walk<D>>(
    walk: Pin<&mut W>,
    corridor: Corridor,
) -> impl Future<Output = Done<D>> + Send {
    Run::new(walk, corridor)
}

/// Runs the walk to its end, whether its caller waits or not.
pub(crate) async fn drive_to_end<D: Send + 'static>(
    walk: BoxWalk<D>,
    corridor: Corridor,
) -> Done<D> {
    let mut run = Run::new(walk, corridor);
    // Most calls are done with their first poll, and need no task.
    if let Poll::Ready(done) = poll_fn(|cx| Poll::Ready(Pin::new(&mut run).poll(cx))).await {
        return done;
    }
    let Ok(runtime) = Handle::try_current() else { return run.await };
    let task = spawn(&runtime, run);
    task.await.unwrap_or_else(|_aborted| Done { outcome: Err(gone()), course: Course::Ran })
}

/// Lets the rest of a walk go on as a job.
pub(super) fn detach(rest: BoxWalk<String>, corridor: Corridor, job: JobHandle, runtime: &Handle) {
    let jobs = corridor.call().shared.jobs.clone();
    let run = Run::new(rest, corridor);
    let owned = async move {
        job.started();
        let done = run.await;
        jobs.end(&job, done.outcome);
    };
    drop(spawn(runtime, owned));
}

/// A walk under way, wherever its place is.
struct Run<P, D>
where
    P: DerefMut<Target: Walk<D>>,
{
    walk: Pin<P>,
    corridor: Corridor,
    // Made at the first pending poll: a call that is ready at once needs no timer.
    bounds: Option<Box<Bounds>>,
    answer: PhantomData<fn() -> D>,
}

impl<P: DerefMut<Target: Walk<D>> + Unpin, D> Future for Run<P, D> {
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

impl<P: DerefMut<Target: Walk<D>>, D> Run<P, D> {
    fn new(walk: Pin<P>, corridor: Corridor) -> Self {
        Self { walk, corridor, bounds: None, answer: PhantomData }
    }

    fn advance(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Done<D>, Error>> {
        let call = self.corridor.call();
        if self.bounds.is_none() && call.deadline <= call.started {
            // It was over before it came: nothing is begun.
            return Poll::Ready(Err(too_late(Duration::ZERO)));
        }
        if let Poll::Ready(done) = self.walk.as_mut().advance(waking) {
            return Poll::Ready(Ok(done));
        }
        let bounds = self.bounds.get_or_insert_with(|| Box::new(Bounds::new(&self.corridor)));
        bounds.poll(waking).map(Err)
    }

    /// The walk ends without an answer of its own. What it held is dropped here, and an
    /// author's destructor that panics is no more than that.
    fn broken(&mut self, error: Error) -> Done<D> {
        self.give_up();
        Done { outcome: Err(error), course: Course::Ran }
    }

    fn give_up(&mut self) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.walk.as_mut().give_up()));
    }
}

impl<P: DerefMut<Target: Walk<D>>, D> Drop for Run<P, D> {
    fn drop(&mut self) {
        if !self.corridor.has_ended() {
            self.give_up();
        }
    }
}

/// What can end a walk from outside.
struct Bounds {
    deadline: Option<Pin<Box<Sleep>>>,
    caller: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    program: Pin<Box<WaitForCancellationFutureOwned>>,
    timeout: Duration,
}

impl Bounds {
    fn new(corridor: &Corridor) -> Self {
        let call = corridor.call();
        Self {
            // Outside a runtime there are no timers, and no deadline can be kept.
            deadline: Handle::try_current()
                .ok()
                .map(|_inside| Box::pin(tokio::time::sleep_until(call.deadline))),
            caller: corridor.cancel().map(|token| Box::pin(token.cancelled_owned())),
            program: Box::pin(call.shared.abort.clone().cancelled_owned()),
            timeout: call.deadline.saturating_duration_since(call.started),
        }
    }

    fn poll(&mut self, waking: &mut Waking<'_>) -> Poll<Error> {
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(waking).is_ready()
        {
            return Poll::Ready(too_late(self.timeout));
        }
        if let Some(caller) = &mut self.caller
            && caller.as_mut().poll(waking).is_ready()
        {
            return Poll::Ready(gone());
        }
        self.program
            .as_mut()
            .poll(waking)
            .map(|()| codes::DRAINING.error("the program ended before the call did"))
    }
}

fn too_late(timeout: Duration) -> Error {
    codes::TIMEOUT.error(format!("the call did not end within {timeout:?}"))
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
