//! `get_supervisor_flags`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::{AutoShutdown, Pid, Strategy, SupervisorFlags, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::fault::{SupervisorLookup, unanswered};
use super::reach::find;
use crate::catalogue::Catalogue;
use crate::moment::{micros, span};
use crate::refusal::Refusal;

/// Shows how a supervisor keeps its children: its strategy, its intensity, its own end.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervisors/{process}/flags",
            role = viewer, effect = read, idempotent, timeout = "10s", output = FlagsView,
            error = Refusal<SupervisorLookup>,
            example(name = "the catalogue's own", params = r#"{"process": "arsenal"}"#))]
pub struct GetSupervisorFlags {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
}

/// A supervisor's flags.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlagsView {
    /// The supervisor.
    pub pid: Pid,
    /// Which siblings restart when one child fails.
    pub strategy: Strategy,
    /// How many restarts it bears.
    pub max_restarts: u32,
    /// In how long.
    pub within: String,
    /// The same in microseconds.
    pub within_us: u64,
    /// Whether it ends with its significant children.
    pub auto_shutdown: AutoShutdown,
    /// The pause before the first restart of a child, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_us: Option<u64>,
    /// The longest pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_max: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_max_us: Option<u64>,
    /// Under simple_one_for_one: the id of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Under simple_one_for_one: the entry point of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_entry_point: Option<String>,
}

impl Execute for GetSupervisorFlags {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<FlagsView, Refusal<SupervisorLookup>> {
        let supervisor = find::<SupervisorLookup>(cx, &self.process)?;
        let flags = supervisor.flags().await.map_err(unanswered)?;
        Ok(FlagsView::of(supervisor.pid(), &flags))
    }
}

impl FlagsView {
    pub(super) fn of(pid: Pid, flags: &SupervisorFlags) -> Self {
        let (template, entry_point) = flags.template.clone().unzip();
        Self {
            pid,
            strategy: flags.strategy,
            max_restarts: flags.intensity.max_restarts,
            within: span(flags.intensity.within),
            within_us: micros(flags.intensity.within),
            auto_shutdown: flags.auto_shutdown,
            backoff: flags.backoff.map(|backoff| span(backoff.first)),
            backoff_us: flags.backoff.map(|backoff| micros(backoff.first)),
            backoff_max: flags.backoff.map(|backoff| span(backoff.max)),
            backoff_max_us: flags.backoff.map(|backoff| micros(backoff.max)),
            template: template.as_deref().map(str::to_owned),
            template_entry_point: entry_point.flatten().as_deref().map(str::to_owned),
        }
    }
}
