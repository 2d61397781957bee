//! `count_children`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::Target;
use schemars::JsonSchema;
use serde::Serialize;

use super::fault::{SupervisorLookup, unanswered};
use super::reach::find;
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Counts the children of a supervisor.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervisors/{process}/counts",
            role = viewer, effect = read, idempotent, timeout = "10s", output = ChildCountsView,
            error = Refusal<SupervisorLookup>,
            example(name = "the catalogue's own", params = r#"{"process": "arsenal"}"#))]
pub struct CountChildren {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
}

/// How many children a supervisor has.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChildCountsView {
    /// Specifications: one under simple_one_for_one.
    pub specs: usize,
    /// Children that run.
    pub active: usize,
    /// Children that are supervisors, running or not.
    pub supervisors: usize,
    /// Children that are not, running or not.
    pub workers: usize,
}

impl Execute for CountChildren {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<ChildCountsView, Refusal<SupervisorLookup>> {
        let supervisor = find::<SupervisorLookup>(cx, &self.process)?;
        let counts = supervisor.count_children().await.map_err(unanswered)?;
        Ok(ChildCountsView {
            specs: counts.specs,
            active: counts.active,
            supervisors: counts.supervisors,
            workers: counts.workers,
        })
    }
}
