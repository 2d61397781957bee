//! `get_historical_data`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Invalid, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use crate::analytics::{Analytics, Metric, Point, Resolution};
use crate::moment::moment;

/// Shows how figures went: every sample of the last while, and one point for several before it.
///
/// Unless the program says otherwise, that is every sample for an hour, and one point a minute for
/// a day. What is further back than what is kept is not in the answer.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/history", role = viewer,
            effect = read, idempotent, timeout = "5s", output = HistoricalData,
            example(name = "the memory of the last day",
                    params = r#"{"metrics": ["process_memory"], "last": "24h"}"#))]
pub struct GetHistoricalData {
    /// Which metrics; all if there are none.
    #[param(default = [], unique, max_len = 14)]
    pub metrics: Vec<Metric>,
    /// How far back the figures begin.
    #[param(default = "1h", min = "1s", max = "24h")]
    pub last: Duration,
    /// How far back they end.
    #[param(default = "0s", max = "24h")]
    pub until: Duration,
    /// From which store; the finest that reaches back, if nothing is said.
    pub resolution: Option<Resolution>,
    /// How many points of a metric at most; neighbors are put together to keep to it.
    #[param(default = 120, min = 1, max = 1440)]
    pub points: u32,
}

/// How figures went.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoricalData {
    /// Each metric that has figures.
    pub series: Vec<HistoricalSeries>,
}

/// How one figure went.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoricalSeries {
    /// Which.
    pub metric: Metric,
    /// Its unit.
    pub unit: &'static str,
    /// The store that the points come from.
    pub resolution: Resolution,
    /// The points, the oldest first.
    pub points: Vec<HistoricalPoint>,
}

/// One or several samples in one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoricalPoint {
    /// When the first of them was taken (RFC 3339, UTC).
    pub at: String,
    /// How many samples.
    pub samples: u32,
    /// Their mean.
    pub mean: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Execute for GetHistoricalData {
    type State = Analytics;

    fn validate(&self) -> Result<(), Invalid> {
        if self.last <= self.until {
            let fault = Invalid::new("`last` must reach further back than `until`");
            return Err(fault.at("last").at("until"));
        }
        Ok(())
    }

    async fn execute(self, cx: &Context<Analytics>) -> Result<HistoricalData, Error> {
        let analytics = cx.state();
        let now = analytics.now();
        let span = (now.saturating_sub(self.last), now.saturating_sub(self.until));
        let points_max = usize::try_from(self.points).unwrap_or(usize::MAX);
        let wanted = Metric::ALL.into_iter();
        let series = wanted
            .filter(|metric| self.metrics.is_empty() || self.metrics.contains(metric))
            .map(|metric| {
                let series = analytics.series(metric, span, self.resolution, points_max);
                let point = |point: &Point| HistoricalPoint::of(analytics, point);
                HistoricalSeries {
                    metric,
                    unit: metric.unit(),
                    resolution: series.resolution,
                    points: series.points.iter().map(point).collect(),
                }
            })
            .filter(|series| !series.points.is_empty())
            .collect();
        Ok(HistoricalData { series })
    }
}

impl HistoricalPoint {
    fn of(analytics: &Analytics, point: &Point) -> Self {
        Self {
            at: moment(analytics.time_of_day(point.at)),
            samples: point.samples,
            mean: point.mean,
            min: point.min,
            max: point.max,
        }
    }
}
