//! How fast a mailbox takes messages: so many a second, and a second's worth at once after a rest.

use std::time::Duration;

use crate::sync::{AtomicU64, Ordering};

const SECOND_NS: u64 = 1_000_000_000;

/// The pace of one mailbox. Whoever asks holds the lock of its queue, so that there is one writer
/// at a time.
pub(crate) struct Pace {
    /// What one message uses up, in nanoseconds.
    each_ns: u64,
    /// Until when all is used up, in nanoseconds; what was not used for a second is lost.
    used_ns: AtomicU64,
}

impl Pace {
    pub(crate) fn new(per_second: u32) -> Self {
        Self { each_ns: SECOND_NS / u64::from(per_second.max(1)), used_ns: AtomicU64::new(0) }
    }

    /// Takes one more message, or says how long it is too early for it.
    pub(crate) fn take(&self, now: Duration) -> Result<(), Duration> {
        let now_ns = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX - SECOND_NS);
        // A second ahead of the clock: that is what may be used at once.
        let most = now_ns + SECOND_NS;
        let used = self.used_ns.load(Ordering::Relaxed).max(now_ns) + self.each_ns;
        if most < used {
            return Err(Duration::from_nanos(used - most));
        }
        self.used_ns.store(used, Ordering::Relaxed);
        Ok(())
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_worth_so_many_whenever_they_come() {
        let pace = Pace::new(4);
        let cases = [
            (10_000, 4, Some(250)),
            (10_100, 0, Some(150)),
            (10_250, 1, Some(250)),
            (10_800, 2, Some(200)),
            (60_000, 4, Some(250)),
        ];
        for (at_ms, n_taken, wait_ms) in cases {
            let now = Duration::from_millis(at_ms);
            let taken = (0..100).take_while(|_| pace.take(now).is_ok()).count();
            assert_eq!(taken, n_taken, "at {at_ms} ms");
            let wait = pace.take(now).err();
            assert_eq!(wait, wait_ms.map(Duration::from_millis), "at {at_ms} ms");
        }
    }
}
