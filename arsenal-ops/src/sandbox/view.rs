//! How a sandbox is shown.

use arsenal::Choice;
use arsenal_process::{ExitReason, Pid};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use super::kept::{Plan, Sandbox};
use crate::moment::{micros, moment, span};

/// Whether a sandbox runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum SandboxStatus {
    /// Processes can be started in it.
    Running,
    /// Its supervisor has ended, and all that ran in it.
    Ended,
}

/// A sandbox.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SandboxView {
    /// Its name.
    pub sandbox: String,
    /// Who made it.
    pub principal: String,
    /// Whether it runs.
    pub status: SandboxStatus,
    /// Why it ended, if it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_reason: Option<ExitReason>,
    /// Its supervisor.
    pub supervisor: Pid,
    /// How many processes live in it, without its supervisor.
    pub processes: usize,
    /// The entry points that may be started in it.
    pub entry_points: Vec<String>,
    /// Its limits.
    pub limits: SandboxLimitsView,
    /// When it was made (RFC 3339, UTC).
    pub created_at: String,
    /// How long it has to live.
    pub time_left: String,
    /// The same in microseconds.
    pub time_left_us: u64,
    /// How often it was begun anew.
    pub times_restarted: u32,
}

/// The limits of a sandbox.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SandboxLimitsView {
    /// How many processes may live in it.
    pub processes_max: usize,
    /// How many messages a mailbox in it holds, but for those of supervisors.
    pub mailbox_max: usize,
    /// How many messages a second each process may be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_second: Option<u32>,
    /// How many processes may be started in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_per_second: Option<u32>,
    /// How many restarts its supervisor bears.
    pub max_restarts: u32,
    /// In how long.
    pub restarts_within: String,
    /// The same in microseconds.
    pub restarts_within_us: u64,
    /// How long it lives.
    pub time_to_live: String,
    /// The same in microseconds.
    pub time_to_live_us: u64,
}

impl SandboxView {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let (plan, processes) = (&sandbox.plan, sandbox.n_processes());
        let now = sandbox.now().clone();
        let time_left = now.expires.saturating_duration_since(Instant::now());
        Self {
            sandbox: plan.name.clone(),
            principal: plan.principal.clone(),
            status: match now.end {
                None => SandboxStatus::Running,
                Some(_) => SandboxStatus::Ended,
            },
            exit_reason: now.end,
            supervisor: now.supervisor,
            processes,
            entry_points: plan.entry_points.iter().cloned().collect(),
            limits: SandboxLimitsView::of(plan),
            created_at: moment(sandbox.created_at),
            time_left: span(time_left),
            time_left_us: micros(time_left),
            times_restarted: now.times_restarted,
        }
    }
}

impl SandboxLimitsView {
    fn of(plan: &Plan) -> Self {
        Self {
            processes_max: plan.processes_max,
            mailbox_max: plan.mailbox_max,
            messages_per_second: plan.messages_per_second,
            starts_per_second: plan.starts_per_second,
            max_restarts: plan.max_restarts,
            restarts_within: span(plan.restarts_within),
            restarts_within_us: micros(plan.restarts_within),
            time_to_live: span(plan.time_to_live),
            time_to_live_us: micros(plan.time_to_live),
        }
    }
}
