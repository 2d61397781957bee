//! The node's clock: what time means inside one runtime.
//!
//! Ages and windows follow Tokio's clock where that can be paused, which is so in a runtime of one
//! thread, and the machine's counter where it cannot: to read that takes a third of the time.
//! Waits follow Tokio's clock, and busy time the counter, since a paused clock would call every
//! poll free.

use std::time::{Duration, SystemTime};

use tokio::runtime::{Handle, RuntimeFlavor};

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
    machine: quanta::Clock,
    /// On the machine's clock.
    began: u64,
    /// Where Tokio's clock can be paused.
    pausable: Option<Pausable>,
}

#[derive(Debug)]
struct Pausable {
    began: tokio::time::Instant,
    began_at: SystemTime,
}

impl Clock {
    pub(crate) fn start(tokio: &Handle) -> Self {
        let machine = quanta::Clock::new();
        let pausable = (tokio.runtime_flavor() == RuntimeFlavor::CurrentThread)
            .then(|| Pausable { began: tokio::time::Instant::now(), began_at: SystemTime::now() });
        Self { began: machine.raw(), machine, pausable }
    }

    /// Since the node's start.
    #[inline]
    pub(crate) fn elapsed(&self) -> Duration {
        match &self.pausable {
            None => Duration::from_nanos(self.machine_ns(self.began, self.machine())),
            Some(pausable) => pausable.began.elapsed(),
        }
    }

    /// The time of day at `elapsed`.
    pub(crate) fn at(&self, elapsed: Duration) -> SystemTime {
        self.today().at(elapsed)
    }

    /// What moments that are to be compared are told by.
    pub(crate) fn today(&self) -> Today {
        match &self.pausable {
            // However long the node lives, what has just been is told exactly.
            None => Today { now: self.elapsed(), now_at: SystemTime::now() },
            Some(pausable) => Today { now: Duration::ZERO, now_at: pausable.began_at },
        }
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

/// A moment since the node's start, and the time of day at it.
pub(crate) struct Today {
    now: Duration,
    now_at: SystemTime,
}

impl Today {
    /// The time of day at `elapsed`; what is too far off is as good as never.
    pub(crate) fn at(&self, elapsed: Duration) -> SystemTime {
        let at = match elapsed.checked_sub(self.now) {
            Some(later) => self.now_at.checked_add(later),
            None => self.now_at.checked_sub(self.now.saturating_sub(elapsed)),
        };
        at.unwrap_or_else(|| self.now_at + FAR_OFF)
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use std::time::Instant;

    use super::*;

    /// What the two clocks may differ by over a moment.
    const TOLERANCE: Duration = Duration::from_micros(20);

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_counter_agrees_with_the_systems_clock() {
        let clock = Clock::start(&Handle::current());
        assert!(clock.pausable.is_none());
        let (outer, before) = (Instant::now(), clock.elapsed());
        let inner = Instant::now();
        while inner.elapsed() < Duration::from_millis(5) {
            std::hint::spin_loop();
        }
        let least = inner.elapsed();
        let measured = clock.elapsed().saturating_sub(before);
        let most = outer.elapsed();
        assert!(least <= measured + TOLERANCE, "{measured:?} of {least:?}");
        assert!(measured <= most + TOLERANCE, "{measured:?} of {most:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_paused_goes_as_tokios_does() {
        let clock = Clock::start(&Handle::current());
        let before = clock.at(clock.elapsed());
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(clock.elapsed(), Duration::from_secs(3600));
        assert_eq!(clock.at(clock.elapsed()).duration_since(before).unwrap().as_secs(), 3600);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_time_of_day_is_that_of_the_system() {
        let clock = Clock::start(&Handle::current());
        let before = SystemTime::now();
        let moment = clock.elapsed();
        let after = SystemTime::now();
        let told = clock.at(moment);
        assert!(before <= told + TOLERANCE && told <= after + TOLERANCE, "{told:?}");
        for far in [Duration::from_secs(u64::MAX), Duration::MAX] {
            assert!(after < clock.at(far), "{far:?}");
        }
    }
}
