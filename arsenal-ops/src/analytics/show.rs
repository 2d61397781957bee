//! How figures are written for those outside.

use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::json;

use super::subscription::Notice;

/// A time of day as RFC 3339 in UTC; empty for one that no calendar has.
pub(crate) fn time(at: SystemTime) -> String {
    Timestamp::try_from(at).map(|at| at.to_string()).unwrap_or_default()
}

pub(crate) fn event(notice: &Notice) -> arsenal::Event {
    match notice {
        Notice::Sample(sample) => {
            arsenal::Event { kind: "sample", data: json!({ "at_us": micros(sample.at) }) }
        }
        Notice::Anomaly(anomaly) => arsenal::Event {
            kind: "anomaly",
            data: json!({
                "metric": anomaly.metric,
                "direction": anomaly.direction,
                "value": anomaly.value,
                "baseline": anomaly.baseline,
                "sigmas": anomaly.sigmas,
            }),
        },
        Notice::Finding(finding) => arsenal::Event {
            kind: "finding",
            data: json!({
                "metric": finding.metric,
                "severity": finding.severity,
                "value": finding.value,
                "limit": finding.limit,
            }),
        },
        Notice::Status { before, now } => {
            arsenal::Event { kind: "status", data: json!({ "before": before, "now": now }) }
        }
    }
}

/// Whole microseconds.
pub(crate) fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
