//! The bound of a wait: a timer that is kept, and set anew for the next.
//!
//! To set a timer, and to take it back, is to take Tokio's one lock of timers. One that is set
//! already and shall end later is left as it is until then.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

use crossbeam_utils::atomic::AtomicCell;
use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::task::coop::has_budget_remaining;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::panic::{catch, regardless};

/// A node's timers of waits; the one that nobody needs now is still set.
pub(crate) struct Timers {
    tokio: Handle,
    spare: AtomicCell<Option<Pin<Box<Timer>>>>,
}

impl Timers {
    pub(crate) fn new(tokio: Handle) -> Self {
        Self { tokio, spare: AtomicCell::new(None) }
    }

    /// Awaits the future until the deadline; `None` if that comes first.
    pub(crate) async fn until<F: Future>(&self, deadline: Instant, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut lent = Lent { timers: self, timer: None, is_own: true };
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => lent.poll_end(deadline, cx).map(|()| None),
        })
        .await
    }

    /// Whether the wait is in the node's own runtime. Another one drives its timers
    /// also while a handler keeps the node's from doing so, and may end before it.
    fn are_own(&self) -> bool {
        Handle::try_current().is_ok_and(|here| here.id() == self.tokio.id())
    }

    fn lend(&self, deadline: Instant) -> Pin<Box<Timer>> {
        match self.spare.take() {
            // One that ends too soon is set again when it does.
            Some(timer) if timer.sleep.deadline() <= deadline && !timer.sleep.is_elapsed() => timer,
            Some(mut timer) => {
                timer.as_mut().reset(deadline);
                timer
            }
            None => Timer::new(deadline),
        }
    }

    /// One of the runtime that waits, or of the node's where none does, or one without timers:
    /// only a panic tells that, which the hook reports.
    fn foreign(&self, deadline: Instant) -> Pin<Box<Timer>> {
        let here = Handle::try_current().ok().and_then(|_| catch(|| Timer::new(deadline)).ok());
        here.unwrap_or_else(|| {
            let _inside = self.tokio.enter();
            Timer::new(deadline)
        })
    }

    fn take_back(&self, timer: Pin<Box<Timer>>) {
        // With one too many goes a waker, which can be anybody's code.
        regardless(|| drop(self.spare.swap(Some(timer))));
    }
}

pin_project! {
    struct Timer {
        #[pin]
        sleep: Sleep,
        // Whom it wakes at its end. Who waits again and again has it wake them already.
        wakes: Option<Waker>,
    }
}

impl Timer {
    fn new(deadline: Instant) -> Pin<Box<Self>> {
        Box::pin(Self { sleep: sleep_until(deadline), wakes: None })
    }

    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        *this.wakes = None;
        this.sleep.reset(deadline);
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let wakes = this.wakes.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        if wakes && !this.sleep.is_elapsed() {
            return Poll::Pending;
        }
        // Without a budget it does not look up who polls.
        let looks_up = has_budget_remaining();
        // Where the runtime that drives it has gone, nobody will end the wait later.
        let polled = catch(|| this.sleep.poll(cx)).unwrap_or(Poll::Ready(()));
        *this.wakes = (looks_up && polled.is_pending()).then(|| cx.waker().clone());
        polled
    }
}

/// A timer while somebody waits.
struct Lent<'a> {
    timers: &'a Timers,
    timer: Option<Pin<Box<Timer>>>,
    is_own: bool,
}

impl Lent<'_> {
    fn poll_end(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        // Set when first asked for: what is ready at once needs none.
        let timer = self.timer.get_or_insert_with(|| {
            self.is_own = self.timers.are_own();
            match self.is_own {
                true => self.timers.lend(deadline),
                false => self.timers.foreign(deadline),
            }
        });
        ready!(timer.as_mut().poll(cx));
        if timer.sleep.deadline() < deadline {
            timer.as_mut().reset(deadline);
            ready!(timer.as_mut().poll(cx));
        }
        Poll::Ready(())
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take().filter(|_| self.is_own) {
            self.timers.take_back(timer);
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use super::*;

    impl Timers {
        fn is_kept(&self) -> bool {
            let spare = self.spare.take();
            let is_kept = spare.is_some();
            self.spare.store(spare);
            is_kept
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_timer_that_was_set_before_ends_each_wait_at_its_own_deadline() {
        let timers = Timers::new(Handle::current());
        for secs in [5, 60, 1, 1, 3600, 2] {
            let start = Instant::now();
            let wait = Duration::from_secs(secs);
            assert_eq!(timers.until(start + wait, pending::<()>()).await, None);
            assert_eq!(start.elapsed().as_secs(), secs);
            assert!(timers.is_kept(), "it is kept");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_ready_needs_no_timer_and_waits_at_once_have_one_each() {
        let timers = Timers::new(Handle::current());
        let soon = Instant::now() + Duration::from_secs(1);
        assert_eq!(timers.until(soon, ready(7)).await, Some(7));
        assert!(!timers.is_kept(), "none was made");
        let wait = |secs| timers.until(soon + Duration::from_secs(secs), pending::<()>());
        let ends = tokio::join!(wait(3), wait(1), wait(2));
        assert_eq!((ends, soon.elapsed().as_secs()), ((None, None, None), 3));
    }

    #[test]
    fn a_wait_in_another_runtime_has_a_timer_of_that_one() {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build();
        let (own, other) = (runtime().unwrap(), runtime().unwrap());
        let timers = Timers::new(own.handle().clone());
        let wait = || timers.until(Instant::now() + Duration::from_millis(1), pending::<()>());
        // Nobody drives the node's own.
        assert_eq!(other.block_on(wait()), None);
        assert!(!timers.is_kept(), "it went with its wait");
        drop(other);
        assert_eq!(own.block_on(wait()), None);
        assert!(timers.is_kept());
    }
}
