//! Spans and moments as people and programs read them.

use std::time::{Duration, SystemTime};

use arsenal::params::AsText;
use jiff::Timestamp;

/// A span as text, to the microsecond: `1m30s`.
pub(crate) fn span(duration: Duration) -> String {
    let whole = Duration::from_micros(micros(duration));
    whole.write().map_or_else(|| format!("{}s", whole.as_secs()), std::borrow::Cow::into_owned)
}

/// The same for a program.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A moment, as RFC 3339 writes it in UTC.
pub(crate) fn moment(at: SystemTime) -> String {
    Timestamp::try_from(at).map_or_else(|_beyond| String::new(), |at| format!("{at:.6}"))
}
