//! When a call began, read as cheaply as it can be.

use std::sync::OnceLock;
use std::time::Duration;

use quanta::Clock;
use tokio::time::Instant;

/// When a call began.
///
/// The machine's counter says it until the call first waits, since it is read in a third of the
/// time that a clock takes. From then on the call goes by Tokio's clock, as its timers do. What it
/// did before is the machine's time also where a test pauses the other.
#[derive(Debug, Clone)]
pub(crate) struct Began {
    counter: u64,
    moment: OnceLock<Instant>,
}

impl Began {
    #[inline]
    pub(crate) fn now(machine: &Clock) -> Self {
        Self { counter: machine.raw(), moment: OnceLock::new() }
    }

    /// On Tokio's clock; what the call takes from then on is told by it.
    pub(crate) fn moment(&self, machine: &Clock) -> Instant {
        *self.moment.get_or_init(|| {
            let now = Instant::now();
            now.checked_sub(self.by_counter(machine)).unwrap_or(now)
        })
    }

    /// Whether the call goes by Tokio's clock by now.
    #[inline]
    pub(crate) fn is_by_clock(&self) -> bool {
        self.moment.get().is_some()
    }

    /// How long ago that is.
    #[inline]
    pub(crate) fn elapsed(&self, machine: &Clock) -> Duration {
        match self.moment.get() {
            Some(moment) => moment.elapsed(),
            None => self.by_counter(machine),
        }
    }

    #[inline]
    fn by_counter(&self, machine: &Clock) -> Duration {
        Duration::from_nanos(machine.delta_as_nanos(self.counter, machine.raw()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(60 * 60);

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_waits_goes_by_the_machine() {
        let machine = Clock::new();
        let began = Began::now(&machine);
        tokio::time::advance(WAIT).await;
        assert!(began.elapsed(&machine) < WAIT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_waits_goes_by_tokios_clock_from_its_beginning_on() {
        const WORK: Duration = Duration::from_millis(1);
        let machine = Clock::new();
        let began = Began::now(&machine);
        while began.elapsed(&machine) < WORK {}
        let moment = began.moment(&machine);
        assert!(moment <= Instant::now() - WORK, "what it did before belongs to it");
        tokio::time::advance(WAIT).await;
        assert!(WAIT + WORK <= began.elapsed(&machine));
        assert_eq!(began.moment(&machine), moment);
    }
}
