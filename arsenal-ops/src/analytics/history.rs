//! Figures in bounded memory: the latest in full, older ones by the minute or as configured.

use std::collections::VecDeque;
use std::time::Duration;

use arsenal::Choice;

use super::metric::Metric;
use super::sample::Sample;
use super::store::AnalyticsConfig;

/// How fine a row of figures is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Resolution {
    /// Every sample that is kept.
    Fine,
    /// One point for several samples, and for longer.
    Coarse,
}

/// One or several samples of one metric in one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When the first of them was taken, since the analytics began.
    pub at: Duration,
    /// How many samples.
    pub samples: u32,
    /// Their mean.
    pub mean: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

/// The points of one metric, the oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Which store they come from.
    pub resolution: Resolution,
    /// The points.
    pub points: Vec<Point>,
}

pub(crate) struct History {
    every: Duration,
    fine: VecDeque<Sample>,
    fine_max: usize,
    coarse: VecDeque<Bucket>,
    coarse_max: usize,
    coarse_every: Duration,
}

#[derive(Clone)]
struct Bucket {
    at: Duration,
    points: [Option<Point>; Metric::COUNT],
}

/// More than this many of either kind are not kept, whatever the configuration says; it says so.
const KEPT_MAX: usize = 20_000;

impl History {
    pub(crate) fn new(config: &AnalyticsConfig) -> Self {
        let coarse_every = config.coarse_every.max(config.every);
        Self {
            every: config.every,
            fine: VecDeque::new(),
            fine_max: fit(config.fine_for, config.every),
            coarse: VecDeque::new(),
            coarse_max: fit(config.coarse_for, coarse_every),
            coarse_every,
        }
    }

    pub(crate) fn add(&mut self, sample: Sample) {
        let begins = self.coarse.back().is_none_or(|open| {
            // Buckets are cut by the clock, so that a late sample shifts nothing.
            turn(open.at, self.coarse_every) != turn(sample.at, self.coarse_every)
        });
        if begins {
            keep(&mut self.coarse, self.coarse_max);
            self.coarse.push_back(Bucket { at: sample.at, points: [None; Metric::COUNT] });
        }
        if let Some(open) = self.coarse.back_mut() {
            open.take(&sample);
        }
        keep(&mut self.fine, self.fine_max);
        self.fine.push_back(sample);
    }

    pub(crate) fn latest(&self) -> Option<&Sample> {
        self.fine.back()
    }

    /// The latest sample, if it is not older than two turns.
    pub(crate) fn recent(&self, now: Duration) -> Option<&Sample> {
        let old_at = now.saturating_sub(self.every.saturating_mul(2));
        self.latest().filter(|sample| old_at <= sample.at)
    }

    /// The samples of the last while, the oldest first; where sampling is slower than that, the
    /// recent one alone.
    pub(crate) fn over(
        &self,
        span: Duration,
        now: Duration,
    ) -> impl DoubleEndedIterator<Item = &Sample> {
        let from = now.saturating_sub(span);
        let recent = self.recent(now).map_or(from, |sample| sample.at);
        self.since(from.min(recent))
    }

    /// The sample before a moment.
    pub(crate) fn before(&self, at: Duration) -> Option<&Sample> {
        let n_before = self.fine.partition_point(|sample| sample.at < at);
        self.fine.get(n_before.checked_sub(1)?)
    }

    /// The samples at `from` and after it, the oldest first.
    pub(crate) fn since(&self, from: Duration) -> impl DoubleEndedIterator<Item = &Sample> {
        let first = self.fine.partition_point(|sample| sample.at < from);
        self.fine.range(first..)
    }

    /// The figures of a metric between two moments, in at most `points_max` points.
    pub(crate) fn series(
        &self,
        metric: Metric,
        span: (Duration, Duration),
        resolution: Resolution,
        points_max: usize,
    ) -> Vec<Point> {
        let within = |at: Duration| span.0 <= at && at <= span.1;
        let points: Vec<Point> = match resolution {
            Resolution::Fine => {
                let samples = self.fine.iter().filter(|sample| within(sample.at));
                samples.filter_map(|sample| Point::of(sample, metric)).collect()
            }
            Resolution::Coarse => {
                let buckets = self.coarse.iter().filter(|bucket| within(bucket.at));
                buckets.filter_map(|bucket| bucket.points[metric.at()]).collect()
            }
        };
        thin(&points, points_max)
    }

    /// The finest store that reaches back to `from`.
    pub(crate) fn resolution(&self, from: Duration) -> Resolution {
        let reaches = |oldest: Option<Duration>| oldest.is_none_or(|oldest| oldest <= from);
        let whole = self.fine.len() < self.fine_max;
        if whole || reaches(self.fine.front().map(|sample| sample.at)) {
            Resolution::Fine
        } else {
            Resolution::Coarse
        }
    }
}

impl Bucket {
    fn take(&mut self, sample: &Sample) {
        for metric in Metric::ALL {
            let Some(new) = Point::of(sample, metric) else { continue };
            let point = &mut self.points[metric.at()];
            *point = Some(point.map_or(new, |old| old.with(new)));
        }
    }
}

impl Point {
    fn of(sample: &Sample, metric: Metric) -> Option<Self> {
        let value = sample.value(metric)?;
        Some(Self { at: sample.at, samples: 1, mean: value, min: value, max: value })
    }

    fn with(self, other: Self) -> Self {
        let samples = self.samples + other.samples;
        let weight = f64::from(other.samples) / f64::from(samples);
        Self {
            at: self.at.min(other.at),
            samples,
            mean: self.mean + (other.mean - self.mean) * weight,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

fn thin(points: &[Point], points_max: usize) -> Vec<Point> {
    let together = points.len().div_ceil(points_max.max(1)).max(1);
    let merged = points.chunks(together);
    merged.filter_map(|chunk| chunk.iter().copied().reduce(Point::with)).collect()
}

fn fit(span: Duration, every: Duration) -> usize {
    let n = span.as_millis() / every.as_millis().max(1);
    usize::try_from(n).unwrap_or(KEPT_MAX).clamp(2, KEPT_MAX)
}

fn turn(at: Duration, every: Duration) -> u128 {
    at.as_millis() / every.as_millis().max(1)
}

fn keep<T>(kept: &mut VecDeque<T>, max: usize) {
    while max <= kept.len() {
        kept.pop_front();
    }
}
