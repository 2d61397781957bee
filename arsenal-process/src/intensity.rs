//! The restart intensity: how many in how long, over a window that slides.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// At most `max_restarts` within `within`; the next one is one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intensity {
    /// How many restarts are borne.
    pub max_restarts: u32,
    /// In how long.
    pub within: Duration,
}

impl Default for Intensity {
    /// OTP's: one restart in five seconds.
    fn default() -> Self {
        Self { max_restarts: 1, within: Duration::from_secs(5) }
    }
}

/// The times that count against an intensity; never more of them than it bears, plus one.
#[derive(Debug, Default)]
pub(crate) struct Window {
    times: VecDeque<Duration>,
}

impl Window {
    /// Adds a restart and says whether it is borne.
    pub(crate) fn admit(&mut self, now: Duration, intensity: Intensity) -> bool {
        self.forget(now, intensity);
        self.times.push_back(now);
        let borne = self.times.len() <= intensity.max_restarts as usize;
        if !borne {
            self.times.pop_front();
        }
        borne
    }

    /// Adds an entry if it is borne; one that is refused leaves no trace.
    pub(crate) fn admit_if_borne(&mut self, now: Duration, intensity: Intensity) -> bool {
        let borne = self.left(now, intensity) != 0;
        if borne {
            self.times.push_back(now);
        }
        borne
    }

    /// Forgets the youngest entry.
    pub(crate) fn take_back(&mut self) {
        self.times.pop_back();
    }

    /// How many more are borne at `now`.
    pub(crate) fn left(&mut self, now: Duration, intensity: Intensity) -> u32 {
        self.forget(now, intensity);
        let used = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        intensity.max_restarts.saturating_sub(used)
    }

    fn forget(&mut self, now: Duration, intensity: Intensity) {
        while let Some(oldest) = self.times.front()
            && intensity.within < now.saturating_sub(*oldest)
        {
            self.times.pop_front();
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use proptest::prelude::{prop, proptest};

    use super::*;

    proptest! {
        #[test]
        fn the_window_agrees_with_counting_all_restarts_afresh(
            steps in prop::collection::vec(0_u64..4_000, 1..60),
            max_restarts in 0_u32..6,
            within_ms in 0_u64..10_000,
        ) {
            let intensity = Intensity { max_restarts, within: Duration::from_millis(within_ms) };
            let mut window = Window::default();
            let mut all: Vec<u64> = Vec::new();
            let mut now = 0;
            for step in steps {
                now += step;
                all.push(now);
                let counted = all.iter().filter(|at| now - **at <= within_ms).count();
                let borne = window.admit(Duration::from_millis(now), intensity);
                assert_eq!(borne, counted <= max_restarts as usize);
                if !borne {
                    break;
                }
            }
        }
    }

    #[test]
    fn the_window_includes_its_edge() {
        let intensity = Intensity { max_restarts: 1, within: Duration::from_secs(5) };
        for (second, expected) in [(5, false), (6, true)] {
            let mut window = Window::default();
            assert!(window.admit(Duration::ZERO, intensity));
            assert_eq!(window.admit(Duration::from_secs(second), intensity), expected, "{second}");
        }
    }
}
