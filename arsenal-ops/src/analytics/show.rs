//! How notices are written for the streams of transports.

use serde_json::json;

use super::subscription::Notice;
use crate::moment::micros;

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
