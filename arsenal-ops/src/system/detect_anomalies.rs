//! `detect_anomalies`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use crate::analytics::{Analytics, Anomalies, Anomaly, AnomalyRule, Direction, Metric};
use crate::moment::moment;

/// Finds figures that differ from what they were, up or down.
///
/// The latest samples are compared with the mean and the standard deviation of those before
/// them in the window. The numbers that were compared are in each finding.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/anomalies", role = viewer,
            effect = read, idempotent, timeout = "5s", output = AnomalyReport,
            example(name = "the last minute against the last hour",
                    params = r#"{"window": "1h", "judged": 12}"#))]
pub struct DetectAnomalies {
    /// How far back the figures reach that are compared with.
    #[param(default = "10m", min = "1s", max = "1h")]
    pub window: Duration,
    /// How many standard deviations from the mean are an anomaly.
    #[param(default = 3.0, min = 0.5, max = 100.0)]
    pub sigmas: f64,
    /// How many of the latest samples are judged.
    #[param(default = 1, min = 1, max = 720)]
    pub judged: u32,
    /// Nothing is judged by fewer samples than this.
    #[param(default = 12, min = 2, max = 720)]
    pub samples_min: u32,
    /// Only these metrics; all if there are none.
    #[param(default = [], unique, max_len = 14)]
    pub metrics: Vec<Metric>,
}

/// The figures that differ from what they were.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnomalyReport {
    /// The anomalies, the oldest first.
    pub items: Vec<FoundAnomaly>,
    /// Metrics with no figure, or with fewer samples to compare it with than were asked for.
    pub not_judged: Vec<Metric>,
}

/// A figure that differs from what it was.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundAnomaly {
    /// Which figure.
    pub metric: Metric,
    /// Which way it went.
    pub direction: Direction,
    /// When (RFC 3339, UTC).
    pub at: String,
    /// What it was then.
    pub value: f64,
    /// The mean before.
    pub mean: f64,
    /// The standard deviation before.
    pub std_dev: f64,
    /// How many standard deviations lie between; absent where the figure had never moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sigmas: Option<f64>,
    /// How many samples it was compared with.
    pub samples: u64,
    /// The unit of the figures.
    pub unit: &'static str,
}

impl Execute for DetectAnomalies {
    type State = Analytics;

    async fn execute(self, cx: &Context<Analytics>) -> Result<AnomalyReport, Error> {
        let rule = AnomalyRule {
            window: self.window,
            sigmas: self.sigmas,
            judged: usize::try_from(self.judged).unwrap_or(usize::MAX),
            samples_min: u64::from(self.samples_min),
        };
        let analytics = cx.state();
        let wanted = |metric| self.metrics.is_empty() || self.metrics.contains(&metric);
        let Anomalies { mut found, mut not_judged } = analytics.anomalies(&rule);
        found.retain(|one| wanted(one.metric));
        not_judged.retain(|metric| wanted(*metric));
        let items = found.iter().map(|one| FoundAnomaly::of(analytics, one)).collect();
        Ok(AnomalyReport { items, not_judged })
    }
}

impl FoundAnomaly {
    fn of(analytics: &Analytics, anomaly: &Anomaly) -> Self {
        Self {
            metric: anomaly.metric,
            direction: anomaly.direction,
            at: moment(analytics.time_of_day(anomaly.at)),
            value: anomaly.value,
            mean: anomaly.baseline.mean,
            std_dev: anomaly.baseline.std_dev,
            sigmas: anomaly.sigmas,
            samples: anomaly.baseline.samples,
            unit: anomaly.metric.unit(),
        }
    }
}
