//! `system_health`.

use arsenal::{Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use crate::analytics::{Analytics, Finding, HealthStatus, Metric, Severity};
use crate::moment::{micros, moment, span};

/// Judges whether all is well: the latest figures against their limits.
///
/// What is judged is the mean over the last while, `over`, and for restarts their number in a
/// minute; where sampling is slower than that, the latest sample. A metric with a limit and no
/// figure is named as unknown, never taken for well.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/health", role = viewer,
            effect = read, idempotent, timeout = "5s", output = HealthReport,
            example(name = "all", params = "{}"))]
pub struct SystemHealth {}

/// Whether all is well.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HealthReport {
    /// The worst of the findings.
    pub status: HealthStatus,
    /// When the latest sample was taken (RFC 3339, UTC).
    pub sampled_at: String,
    /// The span whose mean is judged.
    pub over: String,
    /// The same in microseconds.
    pub over_us: u64,
    /// Every figure past its limit.
    pub findings: Vec<HealthFinding>,
    /// Metrics that have a limit and no figure.
    pub unknown: Vec<Metric>,
    /// How many restarts there were since the program began.
    pub restarts: u64,
    /// How many events were lost in counting them.
    pub events_missed: u64,
}

/// A figure past its limit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HealthFinding {
    /// Which figure.
    pub metric: Metric,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub value: f64,
    /// The limit that it is past.
    pub limit: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// The same as a sentence.
    pub detail: String,
}

impl Execute for SystemHealth {
    type State = Analytics;

    async fn execute(self, cx: &Context<Analytics>) -> Result<HealthReport, Error> {
        let analytics = cx.state();
        let sample = analytics.fresh();
        let health = analytics.health();
        let restarts = analytics.restarts();
        Ok(HealthReport {
            status: health.status,
            sampled_at: moment(analytics.time_of_day(sample.at)),
            over: span(health.over),
            over_us: micros(health.over),
            findings: health.findings.iter().map(HealthFinding::of).collect(),
            unknown: health.unknown,
            restarts: restarts.total,
            events_missed: restarts.events_missed,
        })
    }
}

impl HealthFinding {
    fn of(finding: &Finding) -> Self {
        let Finding { metric, severity, value, limit } = *finding;
        let unit = metric.unit();
        let detail = format!("{metric} is {value:.2} {unit}, and {limit:.2} is {severity}");
        Self { metric, severity, value, limit, unit, detail }
    }
}
