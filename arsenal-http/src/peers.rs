//! A peer's allowance, before anything else is looked at.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::settings::PeerRate;

/// Past this many peers the ones that have been quiet are forgotten.
const PEERS_KEPT: usize = 10_000;

/// The allowance of each peer.
#[derive(Debug)]
pub(crate) struct Peers {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    loopback: bool,
    clock: DefaultClock,
}

impl Peers {
    pub(crate) fn new(peer_rate: PeerRate) -> Self {
        let calls = NonZeroU32::new(peer_rate.rate.calls).unwrap_or(NonZeroU32::MIN);
        let each = (peer_rate.rate.per / calls.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(calls)).allow_burst(calls);
        Self {
            limiter: RateLimiter::keyed(quota),
            loopback: peer_rate.loopback,
            clock: DefaultClock::default(),
        }
    }

    /// Takes one request of the peer's allowance.
    ///
    /// # Errors
    ///
    /// How long to wait.
    pub(crate) fn take(&self, peer: IpAddr) -> Result<(), Duration> {
        if peer.to_canonical().is_loopback() && !self.loopback {
            return Ok(());
        }
        if self.limiter.len() > PEERS_KEPT {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&network(peer))
            .map_err(|refused| refused.wait_time_from(self.clock.now()))
    }
}

/// Whoever has one IPv6 address has the other 2^64 of its network.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use arsenal_core::Rate;

    use super::*;

    #[test]
    fn an_allowance_is_per_network_and_spares_this_machine_unless_asked() {
        let rate = Rate { calls: 1, per: Duration::from_secs(600) };
        let peers = Peers::new(PeerRate { rate, loopback: false });
        let rows = [
            ("192.0.2.1", true),
            ("192.0.2.1", false),
            ("::ffff:192.0.2.1", false),
            ("192.0.2.2", true),
            ("2001:db8::1", true),
            ("2001:db8::2", false),
            ("2001:db8:0:1::1", true),
            ("127.0.0.1", true),
            ("127.0.0.1", true),
        ];
        for (peer, expected) in rows {
            let peer: IpAddr = peer.parse().expect("an address");
            assert_eq!(peers.take(peer).is_ok(), expected, "{peer}");
        }
        let strict = Peers::new(PeerRate { rate, loopback: true });
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!(strict.take(here).is_ok() && strict.take(here).is_err());
    }
}
