//! The driver of a walk: deadline, cancellation, panics, and who owns it when its caller goes.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as Waking, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Done;
use super::corridor::{Corridor, gone};
use crate::codes;
use crate::error::Error;
use crate::jobs::{JobHandle, Jobs};
use crate::spawn::spawn;

/// Drives the walk that is made of the corridor's call to its end, and makes of what became of it
/// what the caller gets; an error where the runtime ended first.
///
/// A macro, so that both are made in their places: as arguments they would be moved there, with
/// all the room that the later steps need.
///
/// # Cancel safety
///
/// Dropped, a walk of an operation that only reads is dropped too; one that writes runs on to
/// its end, as a task.
macro_rules! conduct {
    ($corridor:ident, |$call:ident| $walk:expr, |$done:ident| $end:expr) => {{
        // Only what may outlive its caller needs a place of its own.
        if $corridor.finishes() {
            let owned = async move {
                let $call = $corridor.call();
                let $done = $crate::pipeline::drive(std::pin::pin!(Some($walk)), &$corridor).await;
                $end
            };
            $crate::pipeline::to_its_end(Box::pin(owned)).await
        } else {
            let $call = $corridor.call();
            let $done = $crate::pipeline::drive(std::pin::pin!(Some($walk)), &$corridor).await;
            Ok($end)
        }
    }};
}

pub(crate) use conduct;

/// Conducts a call by name; in its place, as [`conduct`].
macro_rules! conduct_named {
    ($corridor:ident, $throttled:expr, $input:expr) => {{
        let ended: Result<$crate::Reply, $crate::Error> = $crate::pipeline::conduct!(
            $corridor,
            |call| $crate::pipeline::walk(call, $throttled, $input),
            |done| $crate::Reply { outcome: done.outcome, facts: call.facts(done.detour) }
        );
        ended.unwrap_or_else($crate::Reply::refused)
    }};
}

pub(crate) use conduct_named;

/// Runs the walk for as long as its caller waits.
#[inline]
pub(crate) fn drive<'a, D, W>(
    walk: Pin<&'a mut Option<W>>,
    corridor: &'a Corridor,
) -> impl Future<Output = Done<D>> + Send
where
    W: Future<Output = Done<D>> + Send,
{
    Run { walk, corridor, bounds: None }
}

/// Runs a call to its end, whether its caller waits or not; an error where the runtime ends first.
pub(crate) async fn to_its_end<T: Send + 'static>(
    mut owned: Pin<Box<dyn Future<Output = T> + Send>>,
) -> Result<T, Error> {
    // Most calls are done with their first poll, and need no task.
    if let Poll::Ready(ended) = poll_fn(|cx| Poll::Ready(owned.as_mut().poll(cx))).await {
        return Ok(ended);
    }
    let Ok(runtime) = Handle::try_current() else { return Ok(owned.await) };
    spawn(&runtime, owned).await.map_err(|_aborted| gone())
}

/// Lets the rest of a walk go on as a job.
pub(super) fn detach(
    job: JobHandle,
    jobs: Jobs,
    runtime: &Handle,
    rest: impl Future<Output = Done<String>> + Send + 'static,
) {
    let owned = async move {
        job.started();
        let done = rest.await;
        jobs.end(&job, done.outcome);
    };
    drop(spawn(runtime, owned));
}

/// A walk under way, in its place: it is polled there and dropped there.
struct Run<'a, W> {
    walk: Pin<&'a mut Option<W>>,
    corridor: &'a Corridor,
    // Made at the first pending poll: a call that is ready at once needs no timer.
    bounds: Option<Box<Bounds>>,
}

impl<D, W: Future<Output = Done<D>>> Future for Run<'_, W> {
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

impl<D, W: Future<Output = Done<D>>> Run<'_, W> {
    fn advance(&mut self, waking: &mut Waking<'_>) -> Poll<Result<Done<D>, Error>> {
        let call = self.corridor.call();
        if self.bounds.is_none() && call.is_too_late() {
            return Poll::Ready(Err(too_late(call.allowance())));
        }
        let walk = self.walk.as_mut().as_pin_mut().expect("a walk is not polled after its end");
        if let Poll::Ready(done) = walk.poll(waking) {
            self.walk.set(None);
            return Poll::Ready(Ok(done));
        }
        let bounds = self.bounds.get_or_insert_with(|| Box::new(Bounds::new(self.corridor)));
        bounds.poll(waking).map(Err)
    }

    /// The walk ends without an answer of its own. What it held is dropped here, and an
    /// author's destructor that panics is no more than that.
    fn broken(&mut self, error: Error) -> Done<D> {
        self.give_up();
        Done { outcome: Err(error), detour: None }
    }
}

impl<W> Run<'_, W> {
    /// Drops what a walk that has not ended holds.
    fn give_up(&mut self) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.walk.set(None)));
    }
}

impl<W> Drop for Run<'_, W> {
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
                .map(|_inside| Box::pin(tokio::time::sleep_until(call.deadline()))),
            caller: corridor.cancel().map(|token| Box::pin(token.cancelled_owned())),
            program: Box::pin(call.program.abort.clone().cancelled_owned()),
            timeout: call.allowance(),
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
    // As fine as timers are.
    let millis = (timeout.as_micros() + 500) / 1000;
    let timeout = Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
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
