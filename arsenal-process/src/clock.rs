//! The node's clock: what time means inside one runtime.
//!
//! Ages, windows and waits follow Tokio's clock, so that a test can pause it.
//! Busy time follows the machine's, since a paused clock would call every poll free.

use std::time::{Duration, SystemTime};

/// As good as never.
const FAR_OFF: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The moment after `wait`, also where that is too long to be counted.
#[inline]
pub(crate) fn deadline(wait: Duration) -> tokio::time::Instant {
    let now = tokio::time::Instant::now();
    now.checked_add(wait).unwrap_or(now + FAR_OFF)
}

#[derive(Debug)]
pub(crate) struct Clock {
    started: tokio::time::Instant,
    machine: quanta::Clock,
    /// In the machine's own unit.
    started_machine: u64,
    started_at: SystemTime,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let machine = quanta::Clock::new();
        Self {
            started: tokio::time::Instant::now(),
            started_machine: machine.raw(),
            machine,
            started_at: SystemTime::now(),
        }
    }

    /// Since the node's start, on Tokio's clock.
    #[inline]
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The time of day at `elapsed`.
    pub(crate) fn at(&self, elapsed: Duration) -> SystemTime {
        self.started_at + elapsed
    }

    /// Nanoseconds since the node's start, on the machine's clock: 580 years fit.
    #[inline]
    pub(crate) fn machine_ns(&self) -> u64 {
        self.machine.delta_as_nanos(self.started_machine, self.machine.raw())
    }
}
