//! `start_supervisor`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Failure, Operation, Params};
use arsenal_process::{
    AutoShutdown, Backoff, ChildSpec, Pid, ProcessName, Restart, Shutdown, StartError, Strategy,
    SupervisorError, SupervisorSpec, Target,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::fault::not_added;
use super::reach::find_for_child;
use super::{
    BadSpecification, ChildExists, ChildView, NoAnswer, NotASupervisor, SimpleOneForOne, child,
};
use crate::catalogue::Catalogue;
use crate::entry_point::{EntryPoints, READY_WITHIN};
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
                    params = r#"{"id": "example_supervisor", "strategy": "rest_for_one"}"#))]
pub struct StartSupervisor {
    /// The id that it has among its own supervisor's children.
    #[param(min_len = 1, max_len = 255)]
    pub id: String,
    /// Its own supervisor: a pid or a name; `started` where none is given.
    #[param(alias = "supervisor")]
    pub process: Option<Target>,
    /// The name to register it under.
    pub name: Option<ProcessName>,
    /// Which siblings restart when one child fails.
    #[param(default = "one_for_one")]
    pub strategy: Strategy,
    /// How many restarts it bears.
    #[param(default = 1, max = 100000)]
    pub max_restarts: u32,
    /// In how long.
    #[param(default = "5s", min = "1ms", max = "365d")]
    pub within: Duration,
    /// Whether it ends with its significant children.
    #[param(default = "never")]
    pub auto_shutdown: AutoShutdown,
    /// A pause before the first restart of a child, doubled with each further one; none at all
    /// where it is not given.
    #[param(min = "1ms", max = "1h")]
    pub backoff: Option<Duration>,
    /// The longest pause.
    #[param(default = "30s", min = "1ms", max = "1d")]
    pub backoff_max: Duration,
    /// When it is itself started again.
    #[param(default = "permanent")]
    pub restart: Restart,
    /// Its children, in start order; for simple_one_for_one, the one template.
    #[param(default, max_len = 1000)]
    pub children: Vec<ChildParams>,
    /// Start it under a protected supervisor too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// A child and how it is kept.
#[derive(Debug, Params)]
pub struct ChildParams {
    /// Its id among the children.
    #[param(min_len = 1, max_len = 255)]
    pub id: String,
    /// The entry point's name.
    #[param(min_len = 1, max_len = 48)]
    pub entry_point: String,
    /// Its arguments, as the entry point's schema says.
    #[param(default = Value::Object(Map::new()))]
    pub args: Value,
    /// The name to register it under.
    pub name: Option<ProcessName>,
    /// When it is started again.
    #[param(default = "permanent")]
    pub restart: Restart,
    /// How it is stopped: `brutal_kill`, `infinity`, or how long it may take; five seconds, and
    /// `infinity` for a supervisor.
    pub shutdown: Option<Shutdown>,
    /// Whether its end can end the supervisor.
    #[param(default = false)]
    pub significant: bool,
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
        let state = cx.state();
        let above = find_for_child::<StartSupervisorError>(cx, self.process.as_ref(), self.force)?;
        let spec = self.spec(&state.entry_points)?;
        let name = self.name.clone();
        let own = ChildSpec::supervisor_with(&self.id, move |starter| {
            let start = starter.supervisor(spec.clone()).ready_within(READY_WITHIN);
            match &name {
                Some(name) => start.name(name.clone()),
                None => start,
            }
        });
        let started = above.start_child(own.restart(self.restart)).await.map_err(refusal)?;
        let pid = started.ok_or_else(|| not_started(&StartError::Ignored))?;
        let children = children(cx, pid).await;
        Ok(StartedSupervisor { pid, name: self.name, supervisor: above.pid(), children })
    }
}

impl StartSupervisor {
    /// The whole, checked before anything runs.
    fn spec(
        &self,
        entry_points: &EntryPoints,
    ) -> Result<SupervisorSpec, Refusal<StartSupervisorError>> {
        let mut spec = SupervisorSpec::new(self.strategy)
            .intensity(self.max_restarts, self.within)
            .auto_shutdown(self.auto_shutdown);
        if let Some(first) = self.backoff {
            spec = spec.backoff(Backoff { first, max: self.backoff_max });
        }
        for (at, child) in self.children.iter().enumerate() {
            let pointer = format!("/children/{at}");
            spec = spec.child(child.spec(entry_points).map_err(|error| below(&pointer, error))?);
        }
        let checked = spec.check().map(|()| spec);
        checked.map_err(|error| {
            StartSupervisorError::from(BadSpecification { why: error.to_string() }).into()
        })
    }
}

impl ChildParams {
    fn spec(&self, entry_points: &EntryPoints) -> Result<ChildSpec, Refusal<StartSupervisorError>> {
        let what = (self.entry_point.as_str(), &self.args);
        let spec = entry_points.child(&self.id, what, self.name.clone()).map_err(refused)?;
        Ok(child::kept(spec, self.restart, self.shutdown, self.significant))
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

/// The same refusal with its faults below a pointer.
fn below(pointer: &str, refusal: Refusal<StartSupervisorError>) -> Refusal<StartSupervisorError> {
    match refusal {
        Refusal::Shared(mut error) => {
            for fault in error.faults_mut() {
                fault.pointer.insert_str(0, pointer);
            }
            Refusal::Shared(error)
        }
        own => own.with("pointer", pointer),
    }
}
