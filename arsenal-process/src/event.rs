//! The stream of what happens in a runtime, for telemetry and for user interfaces.
//!
//! Bounded: a reader that lags is told how many events it missed, and slows nobody.
//! While nobody listens, nothing is built and no lock is taken.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::panic::regardless;
use crate::scope::Scope;
use crate::sync::{AtomicUsize, Ordering};
use crate::{ExitReason, Kind, Pid, ProcessName};

/// What happened in a runtime.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A process was spawned; its `init` has not run yet.
    Spawned {
        /// The process.
        pid: Pid,
        /// Its name.
        name: Option<ProcessName>,
        /// What it is.
        kind: Kind,
        /// Its supervisor.
        supervisor: Option<Pid>,
    },
    /// A process ended. Its exit reason is published right after this.
    Exited {
        /// The process.
        pid: Pid,
        /// The name that it left.
        name: Option<ProcessName>,
        /// Why it ended.
        reason: ExitReason,
    },
    /// A supervisor started a child again.
    Restarted {
        /// The supervisor.
        supervisor: Pid,
        /// Which child.
        child_id: Arc<str>,
        /// The pid that ended; absent where only the start had failed.
        old: Option<Pid>,
        /// The new pid.
        new: Pid,
        /// Why the old one ended.
        reason: ExitReason,
        /// The child whose failure took this one down with it; absent for that child itself.
        sibling_of: Option<Arc<str>>,
        /// Whether it was asked for, and nothing had failed.
        manual: bool,
    },
    /// A supervisor has restarted too often and stops.
    IntensityReached {
        /// The supervisor.
        supervisor: Pid,
        /// The child whose end was one too many.
        child_id: Arc<str>,
    },
    /// A supervisor has killed a child that does not end: it is inside a section that does not
    /// yield. The supervisor waits for it all the same.
    KillPending {
        /// The supervisor.
        supervisor: Pid,
        /// The child.
        pid: Pid,
    },
    /// A process is not polled from now on.
    Suspended {
        /// The process.
        pid: Pid,
    },
    /// A suspended process is polled again.
    Resumed {
        /// The process.
        pid: Pid,
    },
    /// One poll took longer than the configured threshold.
    SlowPoll {
        /// The process.
        pid: Pid,
        /// How long the poll took.
        took: Duration,
    },
}

/// What a reader of the stream gets.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// The next event.
    Event(Event),
    /// The reader was too slow: so many events are gone.
    Missed(u64),
}

/// An event, and the scope that it happened in.
type Told = (Event, Option<Arc<Scope>>);

/// A reader of a runtime's events, from the moment of its subscription. That of a narrowed handle
/// reads what happens inside.
pub struct EventStream {
    events: broadcast::Receiver<Told>,
    readers: Arc<AtomicUsize>,
    scope: Option<Arc<Scope>>,
}

impl EventStream {
    /// Waits for the next event, or for the news that some were missed, of the whole runtime's;
    /// `None` when the runtime is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future loses no event.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            match self.events.recv().await {
                Ok((event, scope)) if self.sees(scope.as_ref()) => {
                    return Some(Heard::Event(event));
                }
                Ok(_outside) => {}
                Err(RecvError::Lagged(missed)) => return Some(Heard::Missed(missed)),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn sees(&self, scope: Option<&Arc<Scope>>) -> bool {
        self.scope.as_ref().is_none_or(|own| own.contains(scope))
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.readers.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The most that a stream holds: its room is made beforehand.
const EVENTS_MAX: usize = 1 << 16;

pub(crate) struct Events {
    sender: broadcast::Sender<Told>,
    readers: Arc<AtomicUsize>,
}

impl Events {
    pub(crate) fn new(max: usize) -> Self {
        Self { sender: broadcast::Sender::new(max.clamp(1, EVENTS_MAX)), readers: Arc::default() }
    }

    pub(crate) fn subscribe(&self, scope: Option<Arc<Scope>>) -> EventStream {
        self.readers.fetch_add(1, Ordering::AcqRel);
        let readers = Arc::clone(&self.readers);
        EventStream { events: self.sender.subscribe(), readers, scope }
    }

    /// Builds and sends the event if somebody listens.
    pub(crate) fn send(&self, event: impl FnOnce() -> Told) {
        if self.readers.load(Ordering::Acquire) != 0 {
            // It wakes readers, which can be anybody's code. Where nobody is left, the last reader
            // went in between.
            regardless(|| _ = self.sender.send(event()));
        }
    }
}
