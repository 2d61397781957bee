//! What a server decides once.

use std::time::Duration;

use arsenal_core::Rate;

/// What a server decides once. The default is safe to run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The greatest body of an operation that declares none; 1 MiB otherwise.
    pub body_bytes_max: u64,
    /// How long a body may take to come; 30 seconds otherwise.
    pub body_wait_max: Duration,
    /// The longest path with its query; 8 KiB otherwise.
    pub uri_bytes_max: usize,
    /// The most that all headers together may be; 32 KiB otherwise.
    pub header_bytes_max: usize,
    /// How many connections are open at once; further ones wait to be accepted.
    pub connections_max: usize,
    /// How many requests one peer may make before anything else is looked at.
    pub peer_rate: Option<PeerRate>,
    /// Whether `RateLimit` and `RateLimit-Policy` are sent: they are a draft.
    pub rate_limit_headers: bool,
    /// How long calls under way may go on once the server is to stop.
    pub grace: Duration,
    /// The address that the types of problems begin with, without a slash at its end; where
    /// none is given, the listener's own, or none where it listens on every address.
    pub public_url: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes_max: 1 << 20,
            body_wait_max: Duration::from_secs(30),
            uri_bytes_max: 8 << 10,
            header_bytes_max: 32 << 10,
            connections_max: 10_000,
            peer_rate: Some(PeerRate {
                rate: Rate { calls: 1000, per: Duration::from_secs(1) },
                loopback: false,
            }),
            rate_limit_headers: true,
            grace: Duration::from_secs(10),
            public_url: None,
        }
    }
}

/// A peer's allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerRate {
    /// How many requests in how long.
    pub rate: Rate,
    /// Whether it holds for this machine too, where one address may stand for everybody
    /// behind a proxy.
    pub loopback: bool,
}
