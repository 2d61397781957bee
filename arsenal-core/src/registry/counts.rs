//! How many calls an operation had, how they ended and how long they took.
//!
//! Threads count apart, so that callers on several do not wait for each other's numbers; the
//! numbers are summed up when somebody asks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::Class;
use crate::lane::{Lane, PerLane};

#[derive(Debug, Default)]
pub(super) struct Counts {
    lanes: PerLane<Counted>,
    // Failures are rare, and so is a call that takes longer than all before.
    failed: [AtomicU64; Class::ALL.len()],
    nanos_max: AtomicU64,
}

/// What was counted in a lane.
#[derive(Debug, Default)]
struct Counted {
    begun: AtomicU64,
    ended: AtomicU64,
    nanos: AtomicU64,
}

impl Counts {
    #[inline]
    pub(super) fn begin(&self, lane: Lane) {
        self.lanes[lane].begun.fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn end(&self, lane: Lane, failure: Option<Class>, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        if self.nanos_max.load(Ordering::Relaxed) < nanos {
            self.nanos_max.fetch_max(nanos, Ordering::Relaxed);
        }
        if let Some(class) = failure {
            self.failed[class as usize].fetch_add(1, Ordering::Relaxed);
        }
        let mine = &self.lanes[lane];
        mine.nanos.fetch_add(nanos, Ordering::Relaxed);
        mine.ended.fetch_add(1, Ordering::Release);
    }

    pub(super) fn ended(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.ended.load(Ordering::Acquire)).sum()
    }

    pub(super) fn in_flight(&self) -> u64 {
        // Ends first: of each that is seen here, the beginning is seen below.
        let ended = self.ended();
        let begun: u64 = self.lanes.iter().map(|lane| lane.begun.load(Ordering::Relaxed)).sum();
        begun.saturating_sub(ended)
    }

    pub(super) fn failed(&self) -> impl Iterator<Item = (Class, u64)> {
        let failed = Class::ALL.iter().zip(&self.failed);
        failed.map(|(class, count)| (*class, count.load(Ordering::Relaxed)))
    }

    /// The mean and the longest.
    pub(super) fn took(&self) -> Option<(Duration, Duration)> {
        let ended = self.ended();
        let nanos = self.lanes.iter().map(|lane| lane.nanos.load(Ordering::Relaxed));
        let mean = nanos.fold(0, u64::wrapping_add).checked_div(ended)?;
        let max = self.nanos_max.load(Ordering::Relaxed);
        Some((Duration::from_nanos(mean), Duration::from_nanos(max)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_count_apart_is_told_as_one() {
        let counts = Counts::default();
        assert_eq!((counts.ended(), counts.took()), (0, None));
        std::thread::scope(|scope| {
            for thread in 1..=20 {
                let counts = &counts;
                scope.spawn(move || {
                    let lane = Lane::of_this_thread();
                    counts.begin(lane);
                    counts.begin(lane);
                    counts.end(lane, Some(Class::Conflict), Duration::from_nanos(thread));
                });
            }
        });
        assert_eq!((counts.ended(), counts.in_flight()), (20, 20));
        let failed: Vec<_> = counts.failed().filter(|(_, count)| *count > 0).collect();
        assert_eq!(failed, [(Class::Conflict, 20)]);
        let (mean, max) = (Duration::from_nanos(10), Duration::from_nanos(20));
        assert_eq!(counts.took(), Some((mean, max)));
        // Whichever lanes they are counted in, the sum is right.
        (0..20).for_each(|_| counts.end(Lane::of_this_thread(), None, Duration::ZERO));
        assert_eq!((counts.ended(), counts.in_flight()), (40, 0));
    }
}
