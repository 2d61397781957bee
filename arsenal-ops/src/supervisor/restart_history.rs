//! `restart_history`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::{ExitReason, Pid, RestartRecord, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::fault::{SupervisorLookup, unanswered};
use super::reach::find;
use crate::catalogue::Catalogue;
use crate::moment::moment;
use crate::paging::{Page, Paging};
use crate::refusal::Refusal;

/// Lists the restarts that a supervisor remembers, the latest first.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervisors/{process}/restarts",
            role = viewer, effect = read, idempotent, timeout = "10s",
            output = Page<RestartView>, error = Refusal<SupervisorLookup>,
            columns = ["at", "child_id", "old_pid", "new_pid"],
            example(name = "the catalogue's own", params = r#"{"process": "arsenal"}"#))]
pub struct RestartHistory {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// Only restarts of this child.
    #[param(min_len = 1, max_len = 255)]
    pub child: Option<String>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

/// A restart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RestartView {
    /// Which child.
    pub child_id: String,
    /// When it was started again (RFC 3339, UTC).
    pub at: String,
    /// Why it ended.
    pub exit_reason: ExitReason,
    /// The pid that ended; absent where only the start had failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_pid: Option<Pid>,
    /// The new pid.
    pub new_pid: Pid,
    /// The child whose failure took this one down with it; absent for that child itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sibling_of: Option<String>,
}

impl Execute for RestartHistory {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<Page<RestartView>, Refusal<SupervisorLookup>> {
        let supervisor = find::<SupervisorLookup>(cx, &self.process)?;
        let statistics = supervisor.statistics().await.map_err(unanswered)?;
        let of_child = |record: &RestartRecord| {
            self.child.as_deref().is_none_or(|only| only == &*record.child_id)
        };
        // By its number since the supervisor's start: what comes meanwhile moves no page.
        let numbered = (statistics.forgotten..).zip(statistics.history);
        let mut items: Vec<_> = numbered
            .filter(|(_, record)| of_child(record))
            .map(|(number, record)| (format!("{:020}", u64::MAX - number), RestartView::of(record)))
            .collect();
        items.reverse();
        let query = format!("restart_history {} {:?}", supervisor.pid(), self.child);
        self.page.page(cx, &query, items).map_err(Refusal::Shared)
    }
}

impl RestartView {
    fn of(record: RestartRecord) -> Self {
        Self {
            child_id: record.child_id.as_ref().to_owned(),
            at: moment(record.at),
            exit_reason: record.reason,
            old_pid: record.old,
            new_pid: record.new,
            sibling_of: record.sibling_of.as_deref().map(str::to_owned),
        }
    }
}
