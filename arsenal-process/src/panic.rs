//! Panics of processes: caught, with the place where they happened.
//!
//! `catch_unwind` does not know the place, so a hook notes it for the thread that is inside a
//! process's poll. The hook that was there before runs as it always did.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::ExitReason;

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Puts the hook in, once for the program.
pub(crate) fn note_places() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if crate::current::current().is_some() {
                let place = panic.location().map(ToString::to_string);
                // The cell is busy only if the formatting above panicked.
                PLACE.with(|noted| noted.try_borrow_mut().map(|mut noted| *noted = place).ok());
            }
            before(panic);
        }));
    });
}

/// The reason of a panic that was just caught on this thread.
pub(crate) fn reason(payload: &(dyn Any + Send)) -> ExitReason {
    ExitReason::panicked(payload, PLACE.take())
}

/// Runs `body` and gives a panic as its reason.
pub(crate) fn catch<R>(body: impl FnOnce() -> R) -> Result<R, ExitReason> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        let reason = reason(&*payload);
        // Its destructor is anybody's code too. What that throws is left where it is.
        if let Err(thrown) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            PLACE.take();
            mem::forget(thrown);
        }
        reason
    })
}

/// Runs what may call anybody's code, a waker's or a subscriber's: a panic there is its owner's,
/// and this goes on.
pub(crate) fn regardless(body: impl FnOnce()) {
    // The hook has told of it.
    _ = catch(body);
}

pin_project! {
    /// A future whose panic is its result.
    pub(crate) struct Caught<F> {
        #[pin]
        future: F,
    }
}

pub(crate) fn caught<F: Future>(future: F) -> Caught<F> {
    Caught { future }
}

impl<F: Future> Future for Caught<F> {
    type Output = Result<F::Output, ExitReason>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.project().future;
        match catch(|| future.poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(reason) => Poll::Ready(Err(reason)),
        }
    }
}
