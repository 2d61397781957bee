//! `start_supervisor`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Failure, Operation};
use arsenal_process::{Pid, ProcessName, StartError, SupervisorError, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::fault::not_added;
use super::reach::find_for_child;
use super::{
    BadSpecification, ChildExists, ChildView, NoAnswer, NotASupervisor, NotSpecified,
    SimpleOneForOne, SupervisorParams,
};
use crate::catalogue::Catalogue;
use crate::process::{
    EndedInStart, ForceNeedsAdmin, Missing, NameTaken, NotStarted, Protected, UnknownEntryPoint,
    may_force, not_started, refused,
};
use crate::refusal::Refusal;

/// A supervisor that starts a child again already is not waited for: it has been started.
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// Starts a supervisor with its children, under another supervisor.
///
/// Each child is started by the name of an entry point, in the order given. If one does not start,
/// those before it are stopped again, and nothing is left behind. Without a supervisor of its own
/// it runs under `started`, which is there for this: it pauses before it starts a child again, for
/// longer each time that one fails.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = POST, path = "/supervisors", role = operator,
            effect = write, status = 201, timeout = "60s", rate_limit = "600/min",
            idempotency_key = taken, output = StartedSupervisor, error = Refusal<StartSupervisorError>,
            example(name = "an empty one",
                    params = r#"{"id": "example_supervisor", "strategy": "rest_for_one"}"#),
            example(name = "with a child", params = r#"{"id": "market", "max_restarts": 5,
                    "children": [{"id": "till", "entry_point": "counter"}]}"#))]
pub struct StartSupervisor {
    /// What it is.
    #[param(flatten)]
    pub supervisor: SupervisorParams,
    /// Its own supervisor: a pid or a name; `started` where none is given.
    #[param(alias = "supervisor")]
    pub process: Option<Target>,
    /// Start it under a protected supervisor too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// A supervisor that was started.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StartedSupervisor {
    /// Its pid.
    pub pid: Pid,
    /// The name that it is registered under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// Its own supervisor.
    pub supervisor: Pid,
    /// Its children, in start order; absent if it has ended again, or does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<Vec<ChildView>>,
}

/// Why no supervisor was started.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum StartSupervisorError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is another kind of process, and lives on.
    #[error(transparent)]
    #[failure(class = conflict)]
    NotASupervisor(#[from] NotASupervisor),
    /// It is the root supervisor, or one of the service's own.
    #[error(transparent)]
    #[failure(class = forbidden)]
    Protected(#[from] Protected),
    /// Leave `force` out, or have an admin do it.
    #[error(transparent)]
    #[failure(class = forbidden)]
    ForceNeedsAdmin(#[from] ForceNeedsAdmin),
    /// Choose another id, or restart or delete the child that has it.
    #[error(transparent)]
    #[failure(class = conflict)]
    ChildExists(#[from] ChildExists),
    /// Its children have no ids and no specifications of their own.
    #[error(transparent)]
    #[failure(class = conflict)]
    SimpleOneForOne(#[from] SimpleOneForOne),
    /// The supervisor and its children contradict each other.
    #[error(transparent)]
    #[failure(class = validation)]
    BadSpecification(#[from] BadSpecification),
    /// Nothing of that name can be started.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoEntryPoint(#[from] UnknownEntryPoint),
    /// Another process has the name.
    #[error(transparent)]
    #[failure(class = conflict)]
    NameTaken(#[from] NameTaken),
    /// It ended before it was ready.
    #[error(transparent)]
    #[failure(class = execution)]
    EndedInStart(#[from] EndedInStart),
    /// The runtime did not take it.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NotStarted(#[from] NotStarted),
    /// It ended, or has too much to do.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NoAnswer(#[from] NoAnswer),
}

impl Execute for StartSupervisor {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<StartSupervisorError>(cx.caller(), self.force)
    }

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<StartedSupervisor, Refusal<StartSupervisorError>> {
        let above = find_for_child::<StartSupervisorError>(cx, self.process.as_ref(), self.force)?;
        let own = self.supervisor.child(&cx.state().entry_points).map_err(not_specified)?;
        let started = above.start_child(own).await.map_err(refusal)?;
        let pid = started.ok_or_else(|| not_started(&StartError::Ignored))?;
        let children = children(cx, pid).await;
        Ok(StartedSupervisor { pid, name: self.supervisor.name, supervisor: above.pid(), children })
    }
}

/// What the new supervisor keeps. It runs already, so that nothing here refuses the call.
async fn children(cx: &Context<Catalogue>, pid: Pid) -> Option<Vec<ChildView>> {
    let supervisor = cx.state().runtime.find_supervisor(pid).ok()?;
    let asked = supervisor.with_wait(cx.time_left().min(ANSWER_WAIT)).which_children().await;
    Some(asked.ok()?.into_iter().map(|info| ChildView::of(cx.state(), info)).collect())
}

/// The refusal of the supervisor above.
fn refusal(error: SupervisorError) -> Refusal<StartSupervisorError> {
    match error {
        SupervisorError::SimpleOneForOne => StartSupervisorError::from(SimpleOneForOne).into(),
        error => not_added(error),
    }
}

/// The refusal of a supervisor that cannot be: the faults of a child stand below its place.
fn not_specified(error: NotSpecified) -> Refusal<StartSupervisorError> {
    let (at, source) = match error {
        NotSpecified::Child { at, source, .. } => (at, source),
        NotSpecified::Contradiction(cause) => {
            return StartSupervisorError::from(BadSpecification { why: cause.to_string() }).into();
        }
    };
    let pointer = format!("/children/{at}");
    match refused(source) {
        Refusal::Shared(mut error) => {
            for fault in error.faults_mut() {
                fault.pointer.insert_str(0, &pointer);
            }
            Refusal::Shared(error)
        }
        own => own.with("pointer", pointer),
    }
}
