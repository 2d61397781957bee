//! The end of a process, to be waited for.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use crate::ExitReason;
use crate::cell::{Core, Process, Watcher};
use crate::clock::deadline;
use crate::panic::regardless;

/// Waits for the end of a process; dropping it leaves nothing behind.
pub(crate) struct End {
    process: Arc<dyn Process>,
    reference: u64,
    /// Whether the process knows the waker.
    waits: bool,
}

impl End {
    pub(crate) fn of(process: Arc<dyn Process>) -> Self {
        let reference = process.core().node.next_reference();
        Self { process, reference, waits: false }
    }

    pub(crate) fn process(&self) -> &Arc<dyn Process> {
        &self.process
    }

    /// Waits until the exit reason is published. Can be called again after it was dropped.
    pub(crate) async fn reached(&mut self) -> ExitReason {
        poll_fn(|cx| self.poll_reached(cx)).await
    }

    /// Waits for the end, for no longer than `wait`.
    pub(crate) async fn reached_within(&mut self, wait: Duration) -> Option<ExitReason> {
        self.reached_until(deadline(wait)).await
    }

    /// Waits for the end, until the deadline.
    pub(crate) async fn reached_until(&mut self, deadline: Instant) -> Option<ExitReason> {
        let Self { process, reference, waits } = self;
        let reached = poll_fn(|cx| poll_reached(process.core(), *reference, waits, cx));
        process.core().node.timers.until(deadline, reached).await
    }

    pub(crate) fn poll_reached(&mut self, cx: &mut Context<'_>) -> Poll<ExitReason> {
        poll_reached(self.process.core(), self.reference, &mut self.waits, cx)
    }
}

fn poll_reached(
    core: &Core,
    reference: u64,
    waits: &mut bool,
    cx: &mut Context<'_>,
) -> Poll<ExitReason> {
    // What is anybody's code of a waker runs outside the lock.
    let waiter = Watcher::Waiter(cx.waker().clone());
    let before = {
        let mut control = core.control();
        if let Some(reason) = &control.ended {
            *waits = false;
            return Poll::Ready((**reason).clone());
        }
        *waits = true;
        control.watchers.insert(reference, waiter)
    };
    regardless(|| drop(before));
    Poll::Pending
}

impl Drop for End {
    fn drop(&mut self) {
        if self.waits {
            let waiter = self.process.core().control().watchers.remove(self.reference);
            regardless(|| drop(waiter));
        }
    }
}
