//! What Tokio runs: tasks that carry one process after the other.
//!
//! A task costs Tokio an allocation, an entry in its list of all and a turn to begin with. One
//! whose process has ended is therefore spared, and carries the next process that is born; what
//! nobody needs for a second or two ends.
//! This is the only file that hands a future to Tokio.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use crate::ExitReason;
use crate::gate::Gate;
use crate::node::Node;
use crate::panic::regardless;
use crate::sync::{Mutex, lock};

/// A process as it is polled.
type Body = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How many tasks are spared at most: what many ends at once leave behind stays small.
const SPARES_MAX: usize = 64;

/// How often a node looks at its spared tasks. Seldom enough to cost nothing, and sooner than what
/// a caller usually waits for.
const ROUND: Duration = Duration::from_secs(1);

/// Has Tokio run the process.
pub(crate) fn run<F>(node: &Node, gate: Gate<F>)
where
    F: Future<Output = ExitReason> + Send + 'static,
{
    let gate = Box::pin(gate);
    let Some(reserved) = node.spares.take() else { return spawn(node, gate) };
    gate.woken_by(reserved.waker());
    reserved.put_and_wake(gate).unwrap_or_else(|gate| spawn(node, gate));
}

/// Polls the process once where it is started, and has Tokio run it from there, unless it has
/// ended.
///
/// Who waits for it has no need to be woken, if its start does not wait; and it takes no turn of
/// Tokio's before somebody wakes it, if there is a spared task.
pub(crate) fn run_from_here<F>(node: &Node, gate: Gate<F>)
where
    F: Future<Output = ExitReason> + Send + 'static,
{
    let mut gate = Box::pin(gate);
    let Some(reserved) = node.spares.take() else {
        if gate.as_mut().begin(Waker::noop()).is_pending() {
            spawn(node, gate);
        }
        return;
    };
    gate.woken_by(reserved.waker());
    match gate.as_mut().begin(reserved.waker()) {
        Poll::Pending => reserved.put(gate).unwrap_or_else(|gate| spawn(node, gate)),
        Poll::Ready(()) => reserved.give_back(&node.spares),
    }
}

/// What comes back from a seat comes here too: its Tokio goes down then, and drops it.
#[expect(clippy::disallowed_methods, reason = "this is the crate's one spawning module")]
fn spawn(node: &Node, body: Body) {
    node.tokio.spawn(Carrier::new(body, Arc::clone(&node.spares)));
}

/// Ends the spared tasks that nobody needs, for as long as the node lives.
///
/// So one timer is always set, too. Tokio wakes the thread that waits for its timers when one is
/// set that ends before all others. Where no other is, that is so for each wait that finds no timer
/// kept for it; beside this one, which ends sooner than most, it is not.
#[expect(clippy::disallowed_methods, reason = "this is the crate's one spawning module")]
pub(crate) fn look_after(node: &Arc<Node>) {
    let (weak, spares) = (Arc::downgrade(node), Arc::clone(&node.spares));
    node.tokio.spawn(async move {
        while weak.upgrade().is_some_and(|node| !node.is_closing()) {
            spares.thin_out();
            tokio::time::sleep(ROUND).await;
        }
        spares.close();
    });
}

/// A task of Tokio's.
pub(crate) struct Carrier {
    body: Option<Body>,
    spares: Arc<Spares>,
    /// Made when it is first spared.
    seat: Option<Arc<Seat>>,
}

impl Carrier {
    pub(crate) fn new(body: Body, spares: Arc<Spares>) -> Self {
        Self { body: Some(body), spares, seat: None }
    }

    #[cfg(all(test, feature = "shuttle"))]
    pub(crate) fn seat(&self) -> Option<&Arc<Seat>> {
        self.seat.as_ref()
    }

    /// Spares itself, and ends where there are enough.
    fn poll_spared(&mut self, cx: &Context<'_>) -> Poll<()> {
        let seat = self.seat.get_or_insert_with(|| Arc::new(Seat::new(cx.waker().clone())));
        if self.spares.give(seat) { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl Future for Carrier {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let (None, Some(seat)) = (&self.body, &self.seat) {
            let body = ready!(seat.poll_next());
            self.body = body;
        }
        // Without a process, it is retired.
        let Some(body) = &mut self.body else { return Poll::Ready(()) };
        ready!(body.as_mut().poll(cx));
        regardless(|| self.body = None);
        self.poll_spared(cx)
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        let Some(seat) = &self.seat else { return };
        // Where Tokio goes down, a process may sit here that was never woken.
        let left = mem::replace(&mut *lock(&seat.place), Place::Retired);
        regardless(|| drop(left));
    }
}

/// Where a spared task finds its next process.
pub(crate) struct Seat {
    place: Mutex<Place>,
    /// The task's own.
    waker: Waker,
}

enum Place {
    Empty,
    /// Empty, and the task was woken since.
    Missed,
    Taken(Body),
    /// The task ends, or has ended.
    Retired,
}

impl Seat {
    fn new(waker: Waker) -> Self {
        Self { place: Mutex::new(Place::Empty), waker }
    }

    /// Puts the process in, which is polled once the task is woken: at once, if that was woken
    /// while the seat was empty. Gives it back where the task has ended with its Tokio.
    pub(crate) fn put(&self, body: Body) -> Result<(), Body> {
        let was_woken = {
            let mut place = lock(&self.place);
            let was_woken = match *place {
                Place::Retired => return Err(body),
                Place::Missed => true,
                Place::Empty | Place::Taken(_) => false,
            };
            *place = Place::Taken(body);
            was_woken
        };
        if was_woken {
            self.waker.wake_by_ref();
        }
        Ok(())
    }

    /// The process that was put in; `None` where none will be.
    fn poll_next(&self) -> Poll<Option<Body>> {
        let mut place = lock(&self.place);
        match mem::replace(&mut *place, Place::Empty) {
            Place::Taken(body) => return Poll::Ready(Some(body)),
            Place::Empty | Place::Missed => *place = Place::Missed,
            Place::Retired => {
                *place = Place::Retired;
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    }

    fn retire(&self) {
        *lock(&self.place) = Place::Retired;
        self.waker.wake_by_ref();
    }
}

/// A spared task that a process is about to be put in. It ends if none is, for whatever reason.
struct Reserved {
    seat: Arc<Seat>,
    is_reserved: bool,
}

impl Reserved {
    fn waker(&self) -> &Waker {
        &self.seat.waker
    }

    fn put(mut self, body: Body) -> Result<(), Body> {
        self.is_reserved = false;
        self.seat.put(body)
    }

    fn put_and_wake(mut self, body: Body) -> Result<(), Body> {
        self.is_reserved = false;
        self.seat.put(body)?;
        self.seat.waker.wake_by_ref();
        Ok(())
    }

    fn give_back(mut self, spares: &Spares) {
        self.is_reserved = !spares.give(&self.seat);
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if self.is_reserved {
            self.seat.retire();
        }
    }
}

/// The tasks of a node that carry nothing.
#[derive(Default)]
pub(crate) struct Spares(Mutex<Free>);

#[derive(Default)]
struct Free {
    seats: Vec<Arc<Seat>>,
    /// The fewest there were since the last round: so many nobody needed.
    fewest: usize,
    is_closed: bool,
}

impl Spares {
    /// The one that was spared last. Whoever would have to wait for the lock does without.
    fn take(&self) -> Option<Reserved> {
        let mut free = self.0.try_lock().ok()?;
        let seat = free.seats.pop()?;
        free.fewest = free.fewest.min(free.seats.len());
        Some(Reserved { seat, is_reserved: true })
    }

    /// False if there are enough.
    fn give(&self, seat: &Arc<Seat>) -> bool {
        let Ok(mut free) = self.0.try_lock() else { return false };
        let has_room = free.seats.len() < SPARES_MAX && !free.is_closed;
        if has_room {
            free.seats.push(Arc::clone(seat));
        }
        has_room
    }

    /// Ends the tasks that nobody has needed since the last round.
    fn thin_out(&self) {
        let unused: Vec<_> = {
            let mut free = lock(&self.0);
            let fewest = free.fewest;
            let unused = free.seats.drain(..fewest).collect();
            free.fewest = free.seats.len();
            unused
        };
        unused.iter().for_each(|seat| seat.retire());
    }

    /// Ends all that carry nothing; the others end with their processes.
    pub(crate) fn close(&self) {
        let closed = Free { is_closed: true, ..Free::default() };
        let unused = mem::replace(&mut *lock(&self.0), closed).seats;
        unused.iter().for_each(|seat| seat.retire());
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use std::future::pending;

    use super::*;

    fn seat() -> Arc<Seat> {
        Arc::new(Seat::new(Waker::noop().clone()))
    }

    #[test]
    fn a_task_that_has_ended_gives_back_what_is_put_in() {
        let seat = seat();
        assert!(seat.put(Box::pin(pending())).is_ok());
        seat.retire();
        assert!(seat.put(Box::pin(pending())).is_err());
        assert!(matches!(seat.poll_next(), Poll::Ready(None)));
    }

    #[test]
    fn a_list_that_is_closed_takes_nothing_and_is_thinned_out_as_any_other() {
        let spares = Spares::default();
        let seats = [(); 3].map(|()| seat());
        for seat in &seats {
            assert!(spares.give(seat));
        }
        // The second time round, three were there all the while.
        spares.thin_out();
        spares.close();
        spares.thin_out();
        for seat in &seats {
            assert!(!spares.give(seat));
            assert!(matches!(seat.poll_next(), Poll::Ready(None)));
        }
        assert!(spares.take().is_none());
    }
}
