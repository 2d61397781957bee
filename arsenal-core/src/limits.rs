//! How often a principal may call an operation.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::call::RateFacts;
use crate::model::{Rate, Text};

/// Past this many principals the ones that have been quiet are forgotten.
const PRINCIPALS_KEPT: usize = 10_000;

/// How many calls there are between two looks at how many principals there are.
const COUNTED_EVERY: u32 = 1024;

/// The allowance of each principal for one operation.
#[derive(Debug)]
pub(crate) struct RateLimit {
    policy: Text,
    rate: Rate,
    limiter: RateLimiter<Text, DashMapStateStore<Text>, RuntimeClock, StateInformationMiddleware>,
    clock: RuntimeClock,
    taken: AtomicU32,
}

impl RateLimit {
    /// A limit of at least one call in at least a nanosecond.
    pub(crate) fn new(policy: Text, rate: Rate) -> Self {
        let calls = NonZeroU32::new(rate.calls).unwrap_or(NonZeroU32::MIN);
        let each = (rate.per / calls.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(calls)).allow_burst(calls);
        let clock = RuntimeClock { start: Instant::now() };
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock);
        Self { policy, rate, limiter, clock, taken: AtomicU32::new(0) }
    }

    /// Takes one call of the principal's allowance.
    ///
    /// # Errors
    ///
    /// What is left: nothing, and how long to wait.
    pub(crate) fn take(&self, principal: &Text) -> Result<RateFacts, RateFacts> {
        // To count them is to walk over the whole table: now and then is often enough.
        if self.taken.fetch_add(1, Ordering::Relaxed).is_multiple_of(COUNTED_EVERY)
            && self.limiter.len() > PRINCIPALS_KEPT
        {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(principal) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = self.rate.calls.saturating_sub(remaining);
                Ok(self.facts(remaining, self.rate.per / self.rate.calls.max(1) * used))
            }
            Err(refused) => Err(self.facts(0, refused.wait_time_from(self.clock.now()))),
        }
    }

    fn facts(&self, remaining: u32, reset: Duration) -> RateFacts {
        RateFacts {
            policy: self.policy.clone(),
            quota: self.rate.calls,
            window: self.rate.per,
            remaining,
            reset,
        }
    }
}

/// The runtime's clock, so that a paused clock pauses limits too.
#[derive(Debug, Clone, Copy)]
struct RuntimeClock {
    start: Instant,
}

impl Clock for RuntimeClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_allowance_is_per_principal_and_comes_back_with_time() {
        let limit = RateLimit::new("op".into(), Rate { calls: 2, per: Duration::from_secs(60) });
        let (ann, bob) = (Text::from("ann"), Text::from("bob"));
        assert_eq!(limit.take(&ann).map(|facts| facts.remaining), Ok(1));
        assert_eq!(limit.take(&ann).map(|facts| facts.remaining), Ok(0));
        let refused = limit.take(&ann).expect_err("the third is one too many");
        assert_eq!(refused.reset, Duration::from_secs(30));
        assert!(limit.take(&bob).is_ok(), "bob has his own");
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(limit.take(&ann).is_ok(), "one came back");
    }
}
