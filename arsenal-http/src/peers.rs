//! A peer's allowance, before anything else is looked at.

use std::net::{IpAddr, Ipv6Addr};

use arsenal_core::{RateFacts, RateLimit};

use crate::settings::PeerRate;

/// The allowance of each peer.
#[derive(Debug)]
pub(crate) struct Peers {
    limit: RateLimit<IpAddr>,
    loopback: bool,
}

impl Peers {
    pub(crate) fn new(peer_rate: PeerRate) -> Self {
        let PeerRate { rate, loopback } = peer_rate;
        Self { limit: RateLimit::new("peer".into(), rate), loopback }
    }

    /// Takes one request of the peer's allowance.
    ///
    /// # Errors
    ///
    /// What it has broken, and how long to wait.
    pub(crate) fn take(&self, peer: IpAddr) -> Result<(), RateFacts> {
        if peer.to_canonical().is_loopback() && !self.loopback {
            return Ok(());
        }
        self.limit.take(&network(peer)).map(|_left| ())
    }
}

/// Whoever has one IPv6 address has the other 2^64 of its network.
pub(crate) fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
