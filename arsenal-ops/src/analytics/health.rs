//! Whether all is well: figures against limits, with the numbers in each finding.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal::Choice;

use super::history::History;
use super::metric::Metric;
use super::statistics::Summary;

/// How many restarts there were is counted over this span.
const RESTARTS_OVER: Duration = Duration::from_secs(60);

/// What a figure may be.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limit {
    /// From here on it is worse than it should be.
    pub degraded: Option<f64>,
    /// From here on the service suffers.
    pub unhealthy: Option<f64>,
}

/// The limits by which health is judged. A metric without one is not judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// The limit of each metric; that of restarts is for one minute.
    pub limits: BTreeMap<Metric, Limit>,
    /// The mean over this span is what is judged; where sampling is slower, the latest sample.
    pub over: Duration,
}

impl Thresholds {
    /// Sets the limit of one metric.
    #[must_use]
    pub fn limit(mut self, metric: Metric, limit: Limit) -> Self {
        self.limits.insert(metric, limit);
        self
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let limits = [
            (Metric::SystemCpu, Some(0.95), None),
            (Metric::SystemMemory, Some(0.9), Some(0.97)),
            (Metric::CgroupMemory, Some(0.9), Some(0.97)),
            (Metric::LoadFive, Some(4.0 * processors as f64), None),
            (Metric::RunQueue, Some(1_000.0), Some(10_000.0)),
            (Metric::MailboxMax, Some(1_000.0), Some(100_000.0)),
            (Metric::MailboxesLong, Some(10.0), None),
            (Metric::Restarts, Some(5.0), Some(30.0)),
        ];
        let limits = limits.into_iter();
        Self {
            limits: limits
                .map(|(metric, degraded, unhealthy)| (metric, Limit { degraded, unhealthy }))
                .collect(),
            over: Duration::from_secs(15),
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Severity {
    /// Worse than it should be.
    Degraded,
    /// The service suffers.
    Unhealthy,
}

/// Whether all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum HealthStatus {
    /// Nothing was found.
    Healthy,
    /// Something is worse than it should be.
    Degraded,
    /// The service suffers.
    Unhealthy,
}

/// A figure past its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Which figure.
    pub metric: Metric,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub value: f64,
    /// The limit that it is past.
    pub limit: f64,
}

/// What was found at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// The worst of the findings.
    pub status: HealthStatus,
    /// The span whose mean was judged.
    pub over: Duration,
    /// Every figure past its limit, in the order of the metrics.
    pub findings: Vec<Finding>,
    /// Metrics that have a limit and no figure: nothing can be said of them.
    pub unknown: Vec<Metric>,
}

/// Judges the latest figures.
pub(crate) fn judge(history: &History, thresholds: &Thresholds, now: Duration) -> Health {
    let mut health = Health {
        status: HealthStatus::Healthy,
        over: thresholds.over,
        findings: Vec::new(),
        unknown: Vec::new(),
    };
    for (&metric, limit) in &thresholds.limits {
        let Some(value) = judged_value(history, metric, thresholds.over, now) else {
            health.unknown.push(metric);
            continue;
        };
        let past = |limit: Option<f64>| limit.filter(|&limit| limit <= value);
        let found = past(limit.unhealthy)
            .map(|limit| (Severity::Unhealthy, limit))
            .or_else(|| past(limit.degraded).map(|limit| (Severity::Degraded, limit)));
        if let Some((severity, limit)) = found {
            health.findings.push(Finding { metric, severity, value, limit });
        }
    }
    health.status = match health.findings.iter().map(|finding| finding.severity).max() {
        None => HealthStatus::Healthy,
        Some(Severity::Degraded) => HealthStatus::Degraded,
        Some(Severity::Unhealthy) => HealthStatus::Unhealthy,
    };
    health
}

fn judged_value(history: &History, metric: Metric, over: Duration, now: Duration) -> Option<f64> {
    if metric == Metric::Restarts {
        return restarts_a_minute(history, now);
    }
    let values = history.over(over, now).filter_map(|sample| sample.value(metric));
    Summary::of(values).map(|summary| summary.mean)
}

/// The restarts of the last minute. Each sample tells of the time since the one before it: where
/// the first began its turn before the minute did, what they tell of is longer.
fn restarts_a_minute(history: &History, now: Duration) -> Option<f64> {
    let mut counts = history
        .over(RESTARTS_OVER, now)
        .filter_map(|sample| Some((sample.at, sample.value(Metric::Restarts)?)))
        .peekable();
    let began = history.before(counts.peek()?.0).map(|sample| sample.at);
    let (mut n_restarts, mut ended) = (0.0, Duration::ZERO);
    for (at, count) in counts {
        n_restarts += count;
        ended = at;
    }
    let told = began.map_or(RESTARTS_OVER, |began| ended.saturating_sub(began));
    Some(n_restarts * RESTARTS_OVER.as_secs_f64() / told.max(RESTARTS_OVER).as_secs_f64())
}
