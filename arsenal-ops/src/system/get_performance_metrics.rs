//! `get_performance_metrics`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use crate::analytics::{Analytics, Metric, Summary};
use crate::moment::{micros, moment, span};

/// Shows every figure as it is now, and in short over the last while.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/performance", role = viewer,
            effect = read, idempotent, timeout = "5s", output = PerformanceMetrics,
            example(name = "the last minute", params = r#"{"last": "1m"}"#))]
pub struct GetPerformanceMetrics {
    /// The span that is summed up.
    #[param(default = "5m", min = "1s", max = "1h")]
    pub last: Duration,
}

/// Every figure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PerformanceMetrics {
    /// When the latest sample was taken (RFC 3339, UTC).
    pub sampled_at: String,
    /// How often a sample is taken.
    pub every: String,
    /// The same in microseconds.
    pub every_us: u64,
    /// Each metric. One that cannot be known here is absent.
    pub metrics: Vec<MetricReading>,
}

/// One figure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MetricReading {
    /// Which.
    pub metric: Metric,
    /// Its unit.
    pub unit: &'static str,
    /// What it is in the latest sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What it was over the span.
    pub over: Summary,
}

impl Execute for GetPerformanceMetrics {
    type State = Analytics;

    async fn execute(self, cx: &Context<Analytics>) -> Result<PerformanceMetrics, Error> {
        let analytics = cx.state();
        let sample = analytics.fresh();
        let reading = |metric: Metric| {
            let over = analytics.summary(metric, self.last)?;
            let value = sample.value(metric);
            Some(MetricReading { metric, unit: metric.unit(), value, over })
        };
        Ok(PerformanceMetrics {
            sampled_at: moment(analytics.time_of_day(sample.at)),
            every: span(analytics.every()),
            every_us: micros(analytics.every()),
            metrics: Metric::ALL.into_iter().filter_map(reading).collect(),
        })
    }
}
