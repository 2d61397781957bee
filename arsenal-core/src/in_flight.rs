//! How many calls are under way, and the gate that closes behind the last.
//!
//! Each lane has a gate of its own. A call passes it twice, so it is one number: twice the calls,
//! and one more once it is closed.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::lane::{Lane, PerLane};

const CLOSED: usize = 1;

const CALL: usize = 2;

/// Counts the calls under way. What goes on with a call is in that call's lane.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    gates: PerLane<AtomicUsize>,
    empty: Notify,
}

impl InFlight {
    /// Lets a call in, which must [`InFlight::leave`]; not once the gate is closed.
    #[inline]
    pub(crate) fn enter(&self, lane: Lane) -> bool {
        let open = self.gates[lane].fetch_add(CALL, Ordering::Relaxed) & CLOSED == 0;
        if !open {
            self.leave(lane);
        }
        open
    }

    /// Lets in what goes on with a call that is in already, also once the gate is closed; not
    /// where it was not in any more, and nobody else was.
    pub(crate) fn follow(&self, lane: Lane) -> bool {
        let empty = self.gates[lane].fetch_add(CALL, Ordering::Relaxed) == CLOSED;
        if empty {
            self.leave(lane);
        }
        !empty
    }

    #[inline]
    pub(crate) fn leave(&self, lane: Lane) {
        if self.gates[lane].fetch_sub(CALL, Ordering::AcqRel) == CALL | CLOSED {
            self.empty.notify_waiters();
        }
    }

    pub(crate) fn close(&self) {
        for gate in self.gates.iter() {
            gate.fetch_or(CLOSED, Ordering::AcqRel);
        }
        self.empty.notify_waiters();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.gates.iter().any(|gate| gate.load(Ordering::Acquire) & CLOSED != 0)
    }

    /// How many calls are under way.
    pub(crate) fn len(&self) -> usize {
        self.gates.iter().map(|gate| gate.load(Ordering::Acquire) / CALL).sum()
    }

    /// Resolves once the gates are closed and no call is under way.
    pub(crate) async fn emptied(&self) {
        loop {
            // Made before the look: what ends between both is heard.
            let emptied = self.empty.notified();
            if self.gates.iter().all(|gate| gate.load(Ordering::Acquire) == CLOSED) {
                return;
            }
            emptied.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn closed_gates_let_nobody_in_and_say_when_the_last_has_left() {
        let lanes: Vec<Lane> = PerLane::new(|lane| lane).iter().copied().collect();
        let gates = InFlight::default();
        let (first, last) = (lanes[0], lanes[lanes.len() - 1]);
        assert!(gates.enter(first) && gates.enter(last));
        gates.close();
        assert!(lanes.iter().all(|lane| !gates.enter(*lane)));
        assert!(gates.follow(last));
        assert_eq!(gates.len(), 3);
        let leaving = async {
            for lane in [last, first, last] {
                gates.leave(lane);
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(gates.emptied(), leaving);
        assert_eq!((gates.len(), gates.is_closed()), (0, true));
        assert!(!gates.follow(last), "what was followed is gone");
        gates.emptied().await;
    }

    #[test]
    fn gates_that_close_under_load_are_empty_when_they_say_so() {
        const CALLERS: usize = 12;
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        let (gates, inside) = (InFlight::default(), AtomicUsize::new(0));
        let (started, over) = (Barrier::new(CALLERS + 1), AtomicBool::new(false));
        let call = |lane: Lane| {
            if !gates.enter(lane) {
                return;
            }
            inside.fetch_add(1, Ordering::SeqCst);
            // As a call does that calls another.
            assert!(gates.follow(lane), "it is in");
            gates.leave(lane);
            inside.fetch_sub(1, Ordering::SeqCst);
            gates.leave(lane);
        };
        thread::scope(|scope| {
            for _ in 0..CALLERS {
                scope.spawn(|| {
                    let lane = Lane::of_this_thread();
                    started.wait();
                    while !over.load(Ordering::Relaxed) {
                        call(lane);
                    }
                });
            }
            started.wait();
            gates.close();
            runtime.block_on(gates.emptied());
            let left = inside.load(Ordering::SeqCst);
            // They go on trying, and are all turned away.
            over.store(true, Ordering::Relaxed);
            assert_eq!(left, 0);
        });
        assert_eq!(gates.len(), 0);
    }
}
