//! How many calls are under way, and the gate that closes behind the last.
//!
//! A call passes it twice, so it is one number: twice the calls, and one more once it is closed.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

const CLOSED: usize = 1;

const CALL: usize = 2;

/// Counts the calls under way.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    state: AtomicUsize,
    empty: Notify,
}

impl InFlight {
    /// Lets a call in, which must [`InFlight::leave`]; not once the gate is closed.
    #[inline]
    pub(crate) fn enter(&self) -> bool {
        let open = self.state.fetch_add(CALL, Ordering::Relaxed) & CLOSED == 0;
        if !open {
            self.leave();
        }
        open
    }

    /// Lets in what goes on with a call that is in already.
    pub(crate) fn follow(&self) {
        self.state.fetch_add(CALL, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn leave(&self) {
        if self.state.fetch_sub(CALL, Ordering::AcqRel) == CALL | CLOSED {
            self.empty.notify_waiters();
        }
    }

    pub(crate) fn close(&self) {
        if self.state.fetch_or(CLOSED, Ordering::AcqRel) == 0 {
            self.empty.notify_waiters();
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// How many calls are under way.
    pub(crate) fn len(&self) -> usize {
        self.state.load(Ordering::Acquire) / CALL
    }

    /// Resolves once the gate is closed and no call is under way.
    pub(crate) async fn emptied(&self) {
        loop {
            // Made before the look: what ends between both is heard.
            let emptied = self.empty.notified();
            if self.state.load(Ordering::Acquire) == CLOSED {
                return;
            }
            emptied.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_closed_gate_lets_nobody_in_and_says_when_the_last_has_left() {
        let gate = InFlight::default();
        assert!(gate.enter());
        gate.close();
        assert!(!gate.enter());
        gate.follow();
        assert_eq!(gate.len(), 2);
        let leaving = async {
            gate.leave();
            tokio::task::yield_now().await;
            gate.leave();
        };
        tokio::join!(gate.emptied(), leaving);
        assert_eq!((gate.len(), gate.is_closed()), (0, true));
    }
}
