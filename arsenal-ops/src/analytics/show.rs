//! How news are written for the streams of transports.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::subscription::News;
use crate::moment::moment;

pub(crate) fn event(news: &News, time_of_day: impl Fn(Duration) -> SystemTime) -> arsenal::Event {
    let at = |at| moment(time_of_day(at));
    match news {
        News::Anomaly(anomaly) => arsenal::Event {
            kind: "anomaly",
            data: json!({
                "metric": anomaly.metric,
                "direction": anomaly.direction,
                "at": at(anomaly.at),
                "value": anomaly.value,
                "baseline": anomaly.baseline,
                "sigmas": anomaly.sigmas,
            }),
        },
        News::Finding(finding) => arsenal::Event {
            kind: "finding",
            data: json!({
                "metric": finding.metric,
                "severity": finding.severity,
                "value": finding.value,
                "limit": finding.limit,
            }),
        },
        News::Status { before, now } => {
            arsenal::Event { kind: "status", data: json!({ "before": before, "now": now }) }
        }
    }
}
