//! The program's own figures: sampled, remembered for a day, judged.
//!
//! One supervised process samples and hears the runtime's events. What it has found outlives it:
//! a restart of that process loses no figure. Nobody who looks waits for it, and it waits for
//! nobody.

mod metric;

mod machine;

mod sample;

mod history;

mod statistics;

mod anomaly;

mod health;

mod subscription;

mod store;

mod keeper;

mod show;

pub(crate) use machine::cgroup_limits;
pub(crate) use sample::Totals;

pub use anomaly::{Anomalies, Anomaly, AnomalyRule, Direction};
pub use health::{Finding, Health, HealthStatus, Limit, Severity, Thresholds};
pub use history::{Point, Resolution, Series};
pub use keeper::Analytics;
pub use machine::{Figures, Machine, ThisMachine};
pub use metric::Metric;
pub use sample::Sample;
pub use statistics::Summary;
pub use store::{AnalyticsConfig, Restarts};
pub use subscription::{Notice, NoticeFilter, NoticeKind, Subscription};
