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
    started_at: SystemTime,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: tokio::time::Instant::now(),
            machine: quanta::Clock::new(),
            started_at: SystemTime::now(),
        }
    }

    /// Since the node's start, on Tokio's clock.
    #[inline]
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The time of day at `elapsed`; what is too far off is as good as never.
    pub(crate) fn at(&self, elapsed: Duration) -> SystemTime {
        self.started_at.checked_add(elapsed).unwrap_or_else(|| self.started_at + FAR_OFF)
    }

    /// A moment on the machine's clock, in that clock's own unit.
    #[inline]
    pub(crate) fn machine(&self) -> u64 {
        self.machine.raw()
    }

    /// Nanoseconds between two such moments; zero if they are the wrong way round.
    #[inline]
    pub(crate) fn machine_ns(&self, from: u64, to: u64) -> u64 {
        self.machine.delta_as_nanos(from, to)
    }
}
