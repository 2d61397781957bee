//! `supervisor_stats`.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal::{Context, Execute, Operation};
use arsenal_process::{Intensity, Pid, RestartStatistics, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::fault::{SupervisorLookup, unanswered};
use super::reach::find;
use crate::catalogue::Catalogue;
use crate::moment::{micros, span};
use crate::process::missing;
use crate::refusal::Refusal;

/// Tells how often a supervisor had to restart its children, why, and how much more it bears.
///
/// Every failure that led to a restart counts once, also under one_for_all; nothing has to be
/// asked for it to be counted.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervisors/{process}/stats",
            role = viewer, effect = read, idempotent, timeout = "10s", output = StatsView,
            error = Refusal<SupervisorLookup>,
            example(name = "the catalogue's own", params = r#"{"process": "arsenal"}"#))]
pub struct SupervisorStats {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
}

/// A supervisor's restarts in figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatsView {
    /// The supervisor.
    pub pid: Pid,
    /// How long it has run.
    pub uptime: String,
    /// The same in microseconds.
    pub uptime_us: u64,
    /// Restarts since its start.
    pub total: u64,
    /// Restarts in a minute, over its whole life.
    pub per_minute: f64,
    /// Restarts by child.
    pub per_child: BTreeMap<String, u64>,
    /// Restarts by kind of reason.
    pub per_reason: BTreeMap<String, u64>,
    /// The mean time between the restarts that are remembered; absent below two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_between: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_between_us: Option<u64>,
    /// How many more restarts it bears at this moment.
    pub budget_left: u32,
    /// How many it bears at all.
    pub max_restarts: u32,
    /// In how long.
    pub within: String,
    /// The same in microseconds.
    pub within_us: u64,
}

impl Execute for SupervisorStats {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<StatsView, Refusal<SupervisorLookup>> {
        let runtime = &cx.state().runtime;
        let supervisor = find::<SupervisorLookup>(cx, &self.process)?;
        let statistics = supervisor.statistics().await.map_err(unanswered)?;
        let flags = supervisor.flags().await.map_err(unanswered)?;
        let pid = supervisor.pid();
        let info = runtime.info(pid).map_err(|_gone| missing(runtime, &self.process))?;
        Ok(StatsView::of((pid, info.uptime), statistics, flags.intensity))
    }
}

impl StatsView {
    fn of(
        (pid, uptime): (Pid, Duration),
        statistics: RestartStatistics,
        intensity: Intensity,
    ) -> Self {
        let minutes = uptime.as_secs_f64() / 60.0;
        #[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
        let total = statistics.total as f64;
        let owned = |(name, count): (&str, u64)| (name.to_owned(), count);
        let per_child = statistics.per_child.iter().map(|(id, n)| owned((id, *n))).collect();
        let per_reason = statistics.per_reason.iter().map(|(kind, n)| owned((kind, *n))).collect();
        Self {
            pid,
            uptime: span(uptime),
            uptime_us: micros(uptime),
            total: statistics.total,
            per_minute: if minutes > 0.0 { total / minutes } else { 0.0 },
            per_child,
            per_reason,
            mean_between: statistics.mean_between.map(span),
            mean_between_us: statistics.mean_between.map(micros),
            budget_left: statistics.budget_left,
            max_restarts: intensity.max_restarts,
            within: span(intensity.within),
            within_us: micros(intensity.within),
        }
    }
}
