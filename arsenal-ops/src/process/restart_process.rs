//! `restart_process`.

use arsenal::{Context, Error, Execute, Failure, Operation};
use arsenal_process::{Pid, StartError, SupervisorError, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::{ForceNeedsAdmin, Missing, Protected, may_force, missing, unstarted};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Has a supervisor stop a child and start it again in its place, with the same arguments.
///
/// The answer comes when the new process runs. The supervisor's restart intensity does not count
/// it.
#[derive(Debug, Operation)]
#[operation(category = "process", method = POST, path = "/processes/{process}/restart",
            role = operator, effect = destructive, timeout = "65s", rate_limit = "600/min",
            output = Restarted, error = Refusal<RestartError>,
            example(name = "by name",
                    params = r#"{"process": "ledger"}"#))]
pub struct RestartProcess {
    /// The process: its pid or its name.
    pub process: Target,
    /// Do it to a protected process too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// A process that was started again.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Restarted {
    /// The pid that ended.
    pub old_pid: Pid,
    /// The pid that runs in its place; absent if it had nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_pid: Option<Pid>,
    /// Which child it is.
    pub child_id: String,
    /// Its supervisor.
    pub supervisor: Pid,
}

/// Why a process was not started again.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum RestartError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is one of the service's own.
    #[error(transparent)]
    #[failure(class = forbidden)]
    Protected(#[from] Protected),
    /// Leave `force` out, or have an admin do it.
    #[error(transparent)]
    #[failure(class = forbidden)]
    ForceNeedsAdmin(#[from] ForceNeedsAdmin),
    /// Nobody would start it again.
    #[error("{pid} has no supervisor that could start it again; end it, and start another")]
    #[failure(class = conflict)]
    NotSupervised {
        /// The process.
        pid: Pid,
    },
    /// A temporary child does not come back.
    #[error("{pid} is a temporary child, which its supervisor does not start again")]
    #[failure(class = conflict)]
    TemporaryChild {
        /// The process.
        pid: Pid,
    },
    /// It ended, and the new one did not start.
    #[error("{pid} was ended, and its child was not started again: {why}")]
    #[failure(class = execution)]
    NotStarted {
        /// The process that ended.
        pid: Pid,
        /// Why.
        why: String,
    },
    /// The supervisor ended, or has too much to do.
    #[error("the supervisor did not answer")]
    #[failure(class = unavailable)]
    NoAnswer(#[source] SupervisorError),
}

impl Execute for RestartProcess {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<RestartError>(cx.caller(), self.force)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Restarted, Refusal<RestartError>> {
        let runtime = &cx.state().runtime;
        let info = runtime.info(self.process.clone());
        let info = info.map_err(|_gone| missing(runtime, &self.process))?;
        let pid = info.pid;
        // The name may be another's by then.
        let gone = || missing(runtime, &pid.into());
        let (Some(supervisor), Some(child_id)) = (info.supervisor, info.child_id) else {
            return Err(RestartError::NotSupervised { pid }.into());
        };
        if info.protected && !self.force {
            return Err(RestartError::from(Protected { pid }).into());
        }
        let found = runtime.find_supervisor(supervisor).map_err(|_gone| gone())?;
        match found.with_wait(cx.time_left()).recycle_child(pid).await {
            Ok(recycled) => Ok(Restarted {
                old_pid: recycled.old.unwrap_or(pid),
                new_pid: recycled.new,
                child_id: child_id.as_ref().to_owned(),
                supervisor,
            }),
            Err(SupervisorError::NotFound { .. }) => Err(gone()),
            Err(SupervisorError::Temporary { .. }) => {
                Err(RestartError::TemporaryChild { pid }.into())
            }
            Err(SupervisorError::Start(error)) => Err(not_started(pid, &error)),
            Err(error) => Err(RestartError::NoAnswer(error).into()),
        }
    }
}

fn not_started(pid: Pid, error: &StartError) -> Refusal<RestartError> {
    let reason = serde_json::to_value(error.reason()).unwrap_or_default();
    let refusal = Refusal::from(RestartError::NotStarted { pid, why: unstarted(error) });
    refusal.with("exit_reason", reason)
}
