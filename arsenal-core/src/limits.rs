//! How often a principal may call an operation, or a peer this program at all.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use ahash::RandomState;
use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::call::RateFacts;
use crate::model::{Rate, Text};

/// So many have an allowance of their own; whoever comes on top shares one with the others.
const KEPT_MAX: usize = 50_000;

/// After so many new ones, those that have been quiet are forgotten.
const SWEPT_AFTER: usize = 10_000;

/// The allowance of each principal for one operation, or of each peer.
///
/// It keeps a bounded number of them, and looks for quiet ones now and then, not at each call.
#[derive(Debug)]
pub struct RateLimit<K: Clone + Eq + Hash = Text> {
    policy: Text,
    rate: Rate,
    /// After this long one call comes back.
    each: Duration,
    limiter: RateLimiter<K, Kept<K>, RuntimeClock, StateInformationMiddleware>,
    clock: RuntimeClock,
    /// So many must have been seen for the next sweep.
    sweep_at: AtomicUsize,
    sweep_every: usize,
}

impl<K: Clone + Eq + Hash> RateLimit<K> {
    /// A limit of at least one call in at least a nanosecond.
    #[must_use]
    pub fn new(policy: Text, rate: Rate) -> Self {
        Self::with_bounds(policy, rate, (KEPT_MAX, SWEPT_AFTER))
    }

    fn with_bounds(policy: Text, rate: Rate, (most, sweep_every): (usize, usize)) -> Self {
        let calls = NonZeroU32::new(rate.calls).unwrap_or(NonZeroU32::MIN);
        let each = (rate.per / calls.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(calls)).allow_burst(calls);
        let clock = RuntimeClock { start: Instant::now() };
        let kept = Kept {
            own: DashMapStateStore::default(),
            others: InMemoryState::default(),
            most,
            seen: AtomicUsize::new(0),
        };
        let limiter = RateLimiter::new(quota, kept, clock);
        Self {
            policy,
            rate,
            each,
            limiter,
            clock,
            sweep_at: AtomicUsize::new(sweep_every),
            sweep_every,
        }
    }

    /// Takes one call of somebody's allowance.
    ///
    /// # Errors
    ///
    /// What is left: nothing, and how long to wait.
    pub fn take(&self, who: &K) -> Result<RateFacts, RateFacts> {
        self.sweep_if_due();
        match self.limiter.check_key(who) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = self.rate.calls.saturating_sub(remaining);
                Ok(self.facts(remaining, self.each.saturating_mul(used)))
            }
            Err(refused) => {
                let wait = refused.wait_time_from(self.clock.now());
                Err(RateFacts { broken: true, ..self.facts(0, wait) })
            }
        }
    }

    /// Forgets those whose allowance is whole. One thread does it; the others go on.
    fn sweep_if_due(&self) {
        let due = self.sweep_at.load(Relaxed);
        let mine = self.limiter.len() >= due
            && self.sweep_at.compare_exchange(due, usize::MAX, Relaxed, Relaxed).is_ok();
        if mine {
            self.limiter.retain_recent();
            self.sweep_at.store(self.limiter.len() + self.sweep_every, Relaxed);
        }
    }

    fn facts(&self, remaining: u32, reset: Duration) -> RateFacts {
        RateFacts {
            policy: self.policy.clone(),
            quota: self.rate.calls,
            window: self.rate.per,
            remaining,
            reset,
            broken: false,
        }
    }
}

/// The states of so many keys; those beyond share one.
#[derive(Debug)]
struct Kept<K: Eq + Hash> {
    own: DashMapStateStore<K, RandomState>,
    others: InMemoryState,
    most: usize,
    /// How many are kept, and how often somebody unknown came on top since the last sweep.
    seen: AtomicUsize,
}

impl<K: Clone + Eq + Hash> StateStore for Kept<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        if let Some(own) = self.own.get(key) {
            return own.measure_and_replace(&NotKeyed::NonKey, measure);
        }
        if self.seen.fetch_add(1, Relaxed) >= self.most {
            return self.others.measure_and_replace(&NotKeyed::NonKey, measure);
        }
        self.own.measure_and_replace(key, measure)
    }
}

impl<K: Clone + Eq + Hash> ShrinkableKeyedStateStore<K> for Kept<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        ShrinkableKeyedStateStore::retain_recent(&self.own, drop_below);
        self.seen.store(self.own.len(), Relaxed);
    }

    fn len(&self) -> usize {
        self.seen.load(Relaxed)
    }

    fn is_empty(&self) -> bool {
        self.own.is_empty()
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

    fn rate(calls: u32) -> Rate {
        Rate { calls, per: Duration::from_secs(60) }
    }

    #[tokio::test(start_paused = true)]
    async fn an_allowance_is_per_principal_and_comes_back_with_time() {
        let limit = RateLimit::new("op".into(), rate(2));
        let (ann, bob) = (Text::from("ann"), Text::from("bob"));
        assert_eq!(limit.take(&ann).map(|facts| facts.remaining), Ok(1));
        assert_eq!(limit.take(&ann).map(|facts| (facts.remaining, facts.broken)), Ok((0, false)));
        let refused = limit.take(&ann).expect_err("the third is one too many");
        assert_eq!((refused.reset, refused.broken), (Duration::from_secs(30), true));
        assert!(limit.take(&bob).is_ok(), "bob has his own");
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(limit.take(&ann).is_ok(), "one came back");
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_have_their_own_and_the_rest_share_until_somebody_is_forgotten() {
        let limit = RateLimit::with_bounds("op".into(), rate(1), (3, 2));
        let kept = |limit: &RateLimit<u32>| limit.limiter.len();
        for who in 0..3 {
            assert!(limit.take(&who).is_ok(), "{who} has an own one");
        }
        assert!(limit.take(&3).is_ok(), "the first on top");
        assert!(limit.take(&4).is_err(), "shares with the second");
        assert!(limit.take(&0).is_err(), "who is known keeps an own one");
        for who in 100..200 {
            assert!(limit.take(&who).is_err(), "{who}");
            assert!(kept(&limit) <= 3 + 2, "{}", kept(&limit));
        }
        tokio::time::advance(Duration::from_secs(180)).await;
        // At the latest after two more are the quiet ones looked for.
        for who in 200..202 {
            let _ = limit.take(&who);
        }
        assert!(limit.take(&300).is_ok() && limit.take(&301).is_ok(), "there is room again");
    }

    #[tokio::test(start_paused = true)]
    async fn quiet_ones_are_looked_for_now_and_then_only() {
        let limit = RateLimit::with_bounds("op".into(), rate(1), (1000, 10));
        for who in 0..9 {
            assert!(limit.take(&who).is_ok());
        }
        tokio::time::advance(Duration::from_secs(120)).await;
        for _ in 0..100 {
            let _ = limit.take(&0);
            assert_eq!(limit.limiter.len(), 9, "nobody new, nothing to do");
        }
        assert!(limit.take(&9).is_ok() && limit.take(&10).is_ok());
        assert_eq!(limit.limiter.len(), 3, "ten were seen: the quiet ones are gone");
    }
}
