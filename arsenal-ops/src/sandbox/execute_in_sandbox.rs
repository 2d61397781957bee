//! `execute_in_sandbox`.

use std::time::Duration;

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{CallError, Pid, Restart, StartError, SupervisorError};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::kept::Sandbox;
use super::{NoSandbox, Sandboxes, SupervisorFailed};
use crate::Refusal;
use crate::process::{
    EndedInStart, NameTaken, NotStarted, UnknownEntryPoint, not_started, refused,
};
use crate::supervisor::BadSpecification;

/// Starts an entry point inside of a sandbox, as a child of the sandbox's supervisor.
#[derive(Debug, Operation)]
#[operation(category = "sandbox", method = POST, path = "/sandboxes/{sandbox}/processes",
            role = operator, effect = write, status = 201, timeout = "60s",
            rate_limit = "600/min", output = ExecutedInSandbox, error = Refusal<ExecuteError>,
            example(name = "in an unknown one",
                    params = r#"{"sandbox": "nowhere", "entry_point": "idle"}"#))]
pub struct ExecuteInSandbox {
    /// The sandbox's name.
    #[param(min_len = 1, max_len = 40)]
    pub sandbox: String,
    /// The entry point to start.
    #[param(min_len = 1, max_len = 48)]
    pub entry_point: String,
    /// Its arguments.
    #[param(default = Value::Object(Map::new()))]
    pub args: Value,
    /// The child's id; one is made if there is none.
    #[param(min_len = 1, max_len = 255)]
    pub id: Option<String>,
    /// When it is started again.
    #[param(default = Restart::Temporary)]
    pub restart: Restart,
}

/// A process that was started in a sandbox.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExecutedInSandbox {
    /// The sandbox.
    pub sandbox: String,
    /// The process; absent if there was nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
    /// The child's id.
    pub id: String,
    /// How many processes live in the sandbox now, without its supervisor.
    pub processes: usize,
}

/// Why nothing was started in a sandbox.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum ExecuteError {
    /// It was destroyed, its time was over, or it never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoSandbox(#[from] NoSandbox),
    /// A supervisor did not answer.
    #[error(transparent)]
    #[failure(class = unavailable)]
    SupervisorFailed(#[from] SupervisorFailed),
    /// Nothing of that name can be started.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoEntryPoint(#[from] UnknownEntryPoint),
    /// Start one of those that the sandbox allows.
    #[error("`{entry_point}` may not be started in `{sandbox}`: it allows {allowed}")]
    #[failure(class = forbidden)]
    NotAllowed {
        /// The sandbox.
        sandbox: String,
        /// What was to be started.
        entry_point: String,
        /// What may be.
        allowed: String,
    },
    /// Restart or destroy it.
    #[error("the sandbox `{sandbox}` has ended: {reason}")]
    #[failure(class = conflict)]
    SandboxEnded {
        /// The sandbox.
        sandbox: String,
        /// Why its supervisor ended.
        reason: String,
    },
    /// End a process first, or start again later.
    #[error("{limit}")]
    #[failure(class = unavailable)]
    LimitReached {
        /// Which limit, as a sentence.
        limit: String,
    },
    /// Choose another id, or none.
    #[error("a process with the id `{id}` is there already")]
    #[failure(class = conflict)]
    IdTaken {
        /// The id.
        id: String,
    },
    /// The child contradicts the sandbox's supervisor.
    #[error(transparent)]
    #[failure(class = validation)]
    BadSpecification(#[from] BadSpecification),
    /// Another process has the name that it takes.
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
}

impl Execute for ExecuteInSandbox {
    type State = Sandboxes;

    async fn execute(
        self,
        cx: &Context<Sandboxes>,
    ) -> Result<ExecutedInSandbox, Refusal<ExecuteError>> {
        let sandboxes = cx.state();
        let sandbox = sandboxes.find(&self.sandbox).map_err(ExecuteError::from)?;
        let id = self.id.unwrap_or_else(|| sandboxes.new_id(&self.entry_point));
        let (entry_point, wait) = (self.entry_point.as_str(), cx.time_left());
        let wanted = Wanted { entry_point, args: &self.args, id: &id, wait };
        let pid = sandboxes.start_in(&sandbox, &wanted, self.restart).await?;
        let processes = sandbox.n_processes();
        Ok(ExecutedInSandbox { sandbox: self.sandbox, pid, id, processes })
    }
}

/// What is to be started.
pub(super) struct Wanted<'a> {
    pub(super) entry_point: &'a str,
    pub(super) args: &'a Value,
    pub(super) id: &'a str,
    /// How long the sandbox's supervisor may take.
    pub(super) wait: Duration,
}

impl Sandboxes {
    /// Starts a child in the sandbox.
    pub(super) async fn start_in(
        &self,
        sandbox: &Sandbox,
        wanted: &Wanted<'_>,
        restart: Restart,
    ) -> Result<Option<Pid>, Refusal<ExecuteError>> {
        let (name, allowed) = (&sandbox.plan.name, &sandbox.plan.entry_points);
        self.entry_points().find(wanted.entry_point).map_err(refused::<ExecuteError>)?;
        if !allowed.contains(wanted.entry_point) {
            let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
            let allowed =
                if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
            let (sandbox, entry_point) = (name.clone(), wanted.entry_point.to_owned());
            return Err(ExecuteError::NotAllowed { sandbox, entry_point, allowed }.into());
        }
        let child = self.entry_points().child(wanted.id, (wanted.entry_point, wanted.args), None);
        let child = child.map_err(refused::<ExecuteError>)?.restart(restart);
        let now = sandbox.now().clone();
        let ended = |reason: String| ExecuteError::SandboxEnded { sandbox: name.clone(), reason };
        if let Some(reason) = now.end {
            return Err(ended(reason.to_string()).into());
        }
        let supervisor =
            now.inside.root().map_err(|_gone| ended("its supervisor is gone".to_owned()))?;
        let started = supervisor.with_wait(wanted.wait).start_child(child).await;
        started.map_err(|error| match error {
            // The sandbox was restarted or destroyed meanwhile.
            SupervisorError::Call(CallError::Ended { reason, .. }) => {
                ended(reason.to_string()).into()
            }
            error => unstarted(wanted.id, error),
        })
    }
}

fn unstarted(id: &str, error: SupervisorError) -> Refusal<ExecuteError> {
    match error {
        SupervisorError::Start(StartError::Scope(limit)) => {
            ExecuteError::LimitReached { limit: limit.to_string() }.into()
        }
        SupervisorError::Start(other) => not_started(&other),
        SupervisorError::AlreadyStarted { .. } | SupervisorError::AlreadyPresent { .. } => {
            ExecuteError::IdTaken { id: id.to_owned() }.into()
        }
        SupervisorError::Spec(cause) => {
            ExecuteError::from(BadSpecification { why: cause.to_string() }).into()
        }
        other => ExecuteError::from(SupervisorFailed::from(other)).into(),
    }
}
