//! `add_child`.

use arsenal::{Context, Error, Execute, Failure, Fault, Operation};
use arsenal_process::{Pid, ProcessName, Restart, Shutdown, SupervisorRef, Target};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::child;
use super::fault::{not_added, unanswered};
use super::reach::find_for_child;
use super::{BadSpecification, ChildExists, NoAnswer, NotASupervisor};
use crate::catalogue::Catalogue;
use crate::process::{
    EndedInStart, ForceNeedsAdmin, Missing, NameTaken, NotStarted, Protected, UnknownEntryPoint,
    may_force, refused,
};
use crate::refusal::Refusal;

/// Adds a child to a supervisor, after the others, and starts it.
///
/// The child is started by the name of an entry point, and again from the same arguments whenever
/// the supervisor restarts it. Under simple_one_for_one only the arguments are given: the template
/// says the rest. A call that is over before the child is ready leaves it to the supervisor:
/// `which_children` tells what became of it.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = POST, path = "/supervisors/{process}/children",
            role = operator, effect = write, status = 201, timeout = "60s",
            rate_limit = "600/min", idempotency_key = taken, output = AddedChild,
            error = Refusal<AddChildError>,
            example(name = "a counter",
                    params = r#"{"process": "shop", "id": "clerk", "entry_point": "counter",
                    "args": {"start": 7}, "restart": "transient"}"#))]
pub struct AddChild {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// Its id among the children.
    #[param(min_len = 1, max_len = 255)]
    pub id: Option<String>,
    /// The entry point's name.
    #[param(min_len = 1, max_len = 48)]
    pub entry_point: Option<String>,
    /// Its arguments, as the entry point's schema says.
    #[param(default = Value::Object(Map::new()))]
    pub args: Value,
    /// The name to register it under.
    pub name: Option<ProcessName>,
    /// When it is started again; `permanent` where nothing is said.
    pub restart: Option<Restart>,
    /// How it is stopped: `brutal_kill`, `infinity`, or how long it may take; five seconds, and
    /// `infinity` for a supervisor.
    pub shutdown: Option<Shutdown>,
    /// Whether its end can end the supervisor; it cannot where nothing is said.
    pub significant: Option<bool>,
    /// Add it to a protected supervisor too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// A child that was added.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AddedChild {
    /// The supervisor.
    pub supervisor: Pid,
    /// Its id; under simple_one_for_one, the template's.
    pub id: String,
    /// Its process; absent if it had nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
}

/// Why no child was added.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum AddChildError {
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

impl Execute for AddChild {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<AddChildError>(cx.caller(), self.force)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<AddedChild, Refusal<AddChildError>> {
        let supervisor = find_for_child::<AddChildError>(cx, Some(&self.process), self.force)?;
        let flags = supervisor.flags().await.map_err(unanswered)?;
        match flags.template {
            Some((id, entry_point)) => {
                self.add_from(cx, &supervisor, (&id, entry_point.as_deref())).await
            }
            None => self.add(cx, &supervisor).await,
        }
    }
}

impl AddChild {
    async fn add(
        self,
        cx: &Context<Catalogue>,
        supervisor: &SupervisorRef,
    ) -> Result<AddedChild, Refusal<AddChildError>> {
        let (Some(id), Some(entry_point)) = (&self.id, &self.entry_point) else {
            let given = [("/id", self.id.is_some()), ("/entry_point", self.entry_point.is_some())];
            let missing = given.iter().filter(|(_, given)| !given);
            let faults = missing.map(|(at, _)| Fault::new(*at, "required", "is required"));
            return Err(Refusal::Shared(Error::invalid(faults.collect())));
        };
        let what = (entry_point.as_str(), &self.args);
        let spec = cx.state().entry_points.child(id, what, self.name.clone()).map_err(refused)?;
        let spec = child::kept(
            spec,
            self.restart.unwrap_or_default(),
            self.shutdown,
            self.significant.unwrap_or_default(),
        );
        let pid = supervisor.start_child(spec).await.map_err(not_added)?;
        Ok(AddedChild { supervisor: supervisor.pid(), id: id.clone(), pid })
    }

    /// Adds a child by the template, whose entry point reads the arguments.
    async fn add_from(
        self,
        cx: &Context<Catalogue>,
        supervisor: &SupervisorRef,
        (id, entry_point): (&str, Option<&str>),
    ) -> Result<AddedChild, Refusal<AddChildError>> {
        let own = [
            ("/id", self.id.as_deref().is_some_and(|own| own != id)),
            (
                "/entry_point",
                self.entry_point.is_some() && self.entry_point.as_deref() != entry_point,
            ),
            ("/name", self.name.is_some()),
            ("/restart", self.restart.is_some()),
            ("/shutdown", self.shutdown.is_some()),
            ("/significant", self.significant.is_some()),
        ];
        let faults: Vec<Fault> = own
            .iter()
            .filter(|(_, given)| *given)
            .map(|(at, _)| Fault::new(*at, "rule", "is the template's to say"))
            .collect();
        if !faults.is_empty() {
            return Err(Refusal::Shared(Error::invalid(faults)));
        }
        if let Some(entry_point) = entry_point {
            cx.state().entry_points.check(entry_point, &self.args).map_err(refused)?;
        }
        let pid = supervisor.start_child_with(self.args).await.map_err(not_added)?;
        Ok(AddedChild { supervisor: supervisor.pid(), id: id.to_owned(), pid })
    }
}
