//! `stop_supervisor`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Failure, Operation};
use arsenal_process::{
    CallError, Ending, ExitReason, Pid, ProcessInfo, Runtime, SupervisorError, Target, WhichChild,
};

use super::fault::unanswered;
use super::reach::{find, find_to_change};
use super::{NoAnswer, NotASupervisor};
use crate::catalogue::Catalogue;
use crate::process::{
    ForceNeedsAdmin, Killed, Missing, Protected, authority, may_force, missing, touched,
};
use crate::refusal::Refusal;

/// Stops a supervisor: first its children in reverse order, each as its specification says.
///
/// A supervisor that is another's child stays in that one's list without a process, where
/// `restart_child` and `delete_child` find it.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = DELETE, path = "/supervisors/{process}",
            role = operator, effect = destructive, idempotent, timeout = "310s",
            rate_limit = "600/min", output = Killed, error = Refusal<StopSupervisorError>,
            example(name = "by name",
                    params = r#"{"process": "shop", "wait": "10s"}"#))]
pub struct StopSupervisor {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// How long to wait for the end.
    #[param(default = "30s", max = "300s")]
    pub wait: Duration,
    /// Do it to a protected supervisor too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// Why a supervisor was not stopped.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum StopSupervisorError {
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
    /// It ended, or has too much to do.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NoAnswer(#[from] NoAnswer),
}

impl Execute for StopSupervisor {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<StopSupervisorError>(cx.caller(), self.force)
    }

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<Killed, Refusal<StopSupervisorError>> {
        let runtime = &cx.state().runtime;
        let pid = find_to_change::<StopSupervisorError>(cx, &self.process, self.force)?.pid();
        let info = runtime.info(pid).map_err(|_gone| missing(runtime, &pid.into()))?;
        if let Some(above) = info.supervisor {
            return self.stop_child(cx, above, &info).await;
        }
        let authority = authority(cx.caller(), self.force).map_err(StopSupervisorError::from)?;
        let ending = runtime.stop_in_order(pid, ExitReason::Shutdown, self.wait, authority).await;
        ending.map(Killed::of).map_err(|error| touched(runtime, &self.process, &error))
    }
}

impl StopSupervisor {
    async fn stop_child(
        &self,
        cx: &Context<Catalogue>,
        above: Pid,
        info: &ProcessInfo,
    ) -> Result<Killed, Refusal<StopSupervisorError>> {
        let (runtime, pid) = (&cx.state().runtime, info.pid);
        let above = find::<StopSupervisorError>(cx, &above.into())?;
        let flags = above.flags().await.map_err(unanswered)?;
        let which = match (&info.child_id, flags.template) {
            (Some(id), None) => WhichChild::from(&**id),
            _ => WhichChild::from(pid),
        };
        // The wait is for the end alone; with none at all, the order is given all the same.
        match above.with_wait(self.wait).terminate_child(which).await {
            Ok(()) | Err(SupervisorError::Call(CallError::TimedOut { .. })) => {
                Ok(Killed::of(match runtime.status(pid) {
                    Ok(status) => Ending::StillRunning { pid, status },
                    Err(_gone) => Ending::Ended { pid, reason: past_reason(runtime, pid) },
                }))
            }
            // It has ended in between, and is no child any more.
            Err(SupervisorError::NotFound { .. }) => Err(missing(runtime, &pid.into())),
            Err(error) => Err(unanswered(error)),
        }
    }
}

/// Why it ended, as far as that is remembered: it was told to.
fn past_reason(runtime: &Runtime, pid: Pid) -> ExitReason {
    runtime.past(pid).map_or(ExitReason::Shutdown, |past| past.reason)
}
