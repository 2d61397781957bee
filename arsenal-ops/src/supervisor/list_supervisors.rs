//! `list_supervisors`.

use arsenal::{Context, Error, Execute, Operation};
use arsenal_process::{Brief, Kind, Measure, Pid, ProcessInfo, ProcessName};
use schemars::JsonSchema;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::paging::{Page, Paging};
use crate::process::StatusWord;

/// Lists the supervisors, the oldest first.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervisors", role = viewer,
            effect = read, idempotent, timeout = "10s", output = Page<SupervisorRow>,
            columns = ["pid", "name", "status", "children", "supervisor"],
            example(name = "all", params = "{}"))]
pub struct ListSupervisors {
    /// Only supervisors whose name begins so.
    #[param(min_len = 1, max_len = 255)]
    pub name_prefix: Option<String>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

/// A supervisor in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupervisorRow {
    /// Its pid.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// What it is doing.
    pub status: StatusWord,
    /// How many of its children run.
    pub children: usize,
    /// Its own supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<Pid>,
    /// Which child of that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_id: Option<String>,
    /// Whether it is touched only by force.
    pub protected: bool,
}

impl Execute for ListSupervisors {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Page<SupervisorRow>, Error> {
        let query = format!("list_supervisors {:?}", self.name_prefix);
        let leaders = self.page.survey(cx, &query, (Measure::Age, false), |brief| {
            brief.kind() == Kind::Supervisor && self.fits(brief)
        })?;
        Ok(leaders.map(|leader| SupervisorRow::of(leader.info)))
    }
}

impl ListSupervisors {
    fn fits(&self, brief: &Brief<'_>) -> bool {
        let starts = |start| brief.name().is_some_and(|name| name.as_str().starts_with(start));
        self.name_prefix.as_deref().is_none_or(starts)
    }
}

impl SupervisorRow {
    fn of(info: ProcessInfo) -> Self {
        Self {
            pid: info.pid,
            name: info.name,
            status: StatusWord::of(info.status).0,
            children: info.children.known().map_or(0, |children| children.len()),
            supervisor: info.supervisor,
            child_id: info.child_id.as_deref().map(str::to_owned),
            protected: info.protected,
        }
    }
}
