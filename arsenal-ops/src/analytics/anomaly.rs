//! Figures that differ from what they were: told with the numbers that say so.

use std::time::Duration;

use arsenal::Choice;

use super::history::History;
use super::metric::Metric;
use super::sample::Sample;
use super::statistics::Summary;

/// When a figure is an anomaly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnomalyRule {
    /// How far the figures that it is compared with reach back.
    pub window: Duration,
    /// How many standard deviations from the mean are one.
    pub sigmas: f64,
    /// How many of the latest samples are judged; the others of the window judge them.
    pub judged: usize,
    /// Nothing is judged by fewer samples than this.
    pub samples_min: u64,
}

impl Default for AnomalyRule {
    fn default() -> Self {
        Self { window: Duration::from_secs(600), sigmas: 3.0, judged: 1, samples_min: 12 }
    }
}

/// Which way a figure went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Direction {
    /// Above what it was.
    Rise,
    /// Below what it was.
    Fall,
}

/// A figure that differs from what it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anomaly {
    /// Which figure.
    pub metric: Metric,
    /// Which way it went.
    pub direction: Direction,
    /// When, since the analytics began.
    pub at: Duration,
    /// What it was then.
    pub value: f64,
    /// What it was compared with.
    pub baseline: Summary,
    /// How many standard deviations lie between; absent where the baseline never moved.
    pub sigmas: Option<f64>,
}

/// What the latest samples show.
#[derive(Debug, Clone, PartialEq)]
pub struct Anomalies {
    /// The anomalies, the oldest first.
    pub found: Vec<Anomaly>,
    /// Metrics with no figure, or with too few before it: nothing can be said of them.
    pub not_judged: Vec<Metric>,
}

/// Judges the latest samples by those before them.
pub(crate) fn detect(history: &History, rule: &AnomalyRule, now: Duration) -> Anomalies {
    let window: Vec<&Sample> = history.since(now.saturating_sub(rule.window)).collect();
    let (before, judged) = window.split_at(window.len().saturating_sub(rule.judged.max(1)));
    let baselines = Metric::ALL.map(|metric| {
        let row = before.iter().filter_map(|sample| sample.value(metric));
        Summary::of(row).filter(|baseline| rule.samples_min <= baseline.samples)
    });
    let is_judged = |metric: &Metric| {
        let has_value = judged.iter().any(|sample| sample.value(*metric).is_some());
        has_value && baselines[metric.at()].is_some()
    };
    let not_judged = Metric::ALL.into_iter().filter(|metric| !is_judged(metric)).collect();
    let mut found = Vec::new();
    for sample in judged {
        for metric in Metric::ALL {
            if let Some(baseline) = baselines[metric.at()] {
                found.extend(judge(sample, metric, baseline, rule.sigmas));
            }
        }
    }
    Anomalies { found, not_judged }
}

fn judge(sample: &Sample, metric: Metric, baseline: Summary, sigmas: f64) -> Option<Anomaly> {
    let value = sample.value(metric)?;
    let off = value - baseline.mean;
    if off.abs() < metric.least_change() || off.abs() < sigmas * baseline.std_dev {
        return None;
    }
    Some(Anomaly {
        metric,
        direction: if off < 0.0 { Direction::Fall } else { Direction::Rise },
        at: sample.at,
        value,
        baseline,
        sigmas: (baseline.std_dev > 0.0).then(|| off.abs() / baseline.std_dev),
    })
}
