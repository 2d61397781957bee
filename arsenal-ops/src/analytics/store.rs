//! What the analytics have found, and the one place where it changes.

use std::sync::Arc;
use std::time::Duration;

use super::anomaly::{Anomalies, AnomalyRule, detect};
use super::health::{Finding, Health, HealthStatus, Thresholds, judge};
use super::history::History;
use super::sample::Sample;
use super::subscription::{News, Notice, Subscribers};

/// The least time between two samples; less is taken for this.
pub(crate) const EVERY_MIN: Duration = Duration::from_millis(100);

/// How the analytics are set up. Of samples, and of the points that they become, at most 20,000
/// each are kept, whatever the spans say, and at least two. A program hands it to its builder as
/// state:
///
/// ```
/// use std::time::Duration;
///
/// use arsenal_core::Builder;
/// use arsenal_ops::analytics::{AnalyticsConfig, Limit, Metric, Thresholds};
///
/// let half = Limit { degraded: Some(0.5), unhealthy: None };
/// let builder = Builder::linked().state(AnalyticsConfig {
///     every: Duration::from_secs(1),
///     thresholds: Thresholds::default().limit(Metric::SystemMemory, half),
///     ..AnalyticsConfig::default()
/// });
/// let own = builder.get_state::<AnalyticsConfig>();
/// assert_eq!(own.map(|own| own.every), Some(Duration::from_secs(1)));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyticsConfig {
    /// How often a sample is taken: at most ten times a second.
    pub every: Duration,
    /// For how long every sample is kept. `detect_anomalies` and `get_performance_metrics` look
    /// back an hour at most.
    pub fine_for: Duration,
    /// How many samples become one point after that: those of this span, which is no shorter
    /// than `every`.
    pub coarse_every: Duration,
    /// For how long those points are kept. `get_historical_data` looks back a day at most.
    pub coarse_for: Duration,
    /// By what health is judged.
    pub thresholds: Thresholds,
    /// What subscribers are told of as an anomaly.
    pub anomalies: AnomalyRule,
}

impl Default for AnalyticsConfig {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(5),
            fine_for: Duration::from_secs(60 * 60),
            coarse_every: Duration::from_secs(60),
            coarse_for: Duration::from_secs(24 * 60 * 60),
            thresholds: Thresholds::default(),
            anomalies: AnomalyRule::default(),
        }
    }
}

/// How many restarts the runtime has told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restarts {
    /// Restarts since the analytics began.
    pub total: u64,
    /// Events that were lost because the reader was slow: there may have been restarts in them.
    pub events_missed: u64,
}

pub(crate) struct Store {
    pub(crate) history: History,
    pub(crate) thresholds: Thresholds,
    pub(crate) subscribers: Subscribers,
    pub(crate) restarts: Restarts,
    rule: AnomalyRule,
    restarts_sampled: u64,
    findings: Vec<Finding>,
    status: HealthStatus,
}

impl Store {
    pub(crate) fn new(config: AnalyticsConfig) -> Self {
        Self {
            history: History::new(&config),
            thresholds: config.thresholds,
            subscribers: Subscribers::default(),
            restarts: Restarts::default(),
            rule: config.anomalies,
            restarts_sampled: 0,
            findings: Vec::new(),
            status: HealthStatus::Healthy,
        }
    }

    /// The restarts that no sample has told of yet.
    pub(crate) fn restarts_since_sample(&mut self) -> u64 {
        let total = self.restarts.total;
        total - std::mem::replace(&mut self.restarts_sampled, total)
    }

    /// Keeps the sample and tells of it, and of what it shows; gives what it shows.
    pub(crate) fn add(&mut self, sample: Arc<Sample>) -> Vec<News> {
        self.history.add(Sample::clone(&sample));
        let now = sample.at;
        let mut news = vec![];
        let anomalies = detect(&self.history, &self.rule, now);
        news.extend(anomalies.found.into_iter().map(News::Anomaly));
        let health = self.health(now);
        let found = health.findings.iter().filter(|finding| !self.is_known(finding)).copied();
        news.extend(found.map(News::Finding));
        if health.status != self.status {
            news.push(News::Status { before: self.status, now: health.status });
        }
        (self.findings, self.status) = (health.findings, health.status);
        self.subscribers.tell(&Notice::Sample(sample));
        for &one in &news {
            self.subscribers.tell(&one.into());
        }
        news
    }

    pub(crate) fn health(&self, now: Duration) -> Health {
        judge(&self.history, &self.thresholds, now)
    }

    pub(crate) fn anomalies(&self, rule: &AnomalyRule, now: Duration) -> Anomalies {
        detect(&self.history, rule, now)
    }

    fn is_known(&self, finding: &Finding) -> bool {
        let same = |known: &&Finding| known.metric == finding.metric;
        self.findings.iter().find(same).is_some_and(|known| finding.severity <= known.severity)
    }
}
