//! `terminate_child`.

use arsenal::{Context, Error, Execute, Failure, Operation};
use arsenal_process::Target;

use super::child::point_at;
use super::fault::untouched;
use super::reach::{find, spare};
use super::{NoAnswer, NoChild, NotASupervisor, OneChild, SimpleOneForOne};
use crate::catalogue::Catalogue;
use crate::process::{ForceNeedsAdmin, Missing, Protected, may_force};
use crate::refusal::Refusal;

/// Stops a child of a supervisor and waits for its end.
///
/// It stays in the list without a process, unless it is temporary: `restart_child` starts it
/// again, `delete_child` forgets it.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = POST,
            path = "/supervisors/{process}/children/{child}/terminate", role = operator,
            effect = destructive, idempotent, timeout = "60s", rate_limit = "600/min",
            output = OneChild, error = Refusal<TerminateChildError>,
            example(name = "by its id",
                    params = r#"{"process": "shop", "child": "ledger"}"#))]
pub struct TerminateChild {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// The child: its id or its pid.
    #[param(min_len = 1, max_len = 255)]
    pub child: String,
    /// Do it to a protected child too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// Why a child was not stopped.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum TerminateChildError {
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
    /// The supervisor has no such child.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoChild(#[from] NoChild),
    /// Its children have no ids and no specifications of their own.
    #[error(transparent)]
    #[failure(class = conflict)]
    SimpleOneForOne(#[from] SimpleOneForOne),
    /// It ended, or has too much to do.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NoAnswer(#[from] NoAnswer),
}

impl Execute for TerminateChild {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<TerminateChildError>(cx.caller(), self.force)
    }

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<OneChild, Refusal<TerminateChildError>> {
        let supervisor = find::<TerminateChildError>(cx, &self.process)?;
        let (which, pid) = point_at(cx, &supervisor, &self.child).await?;
        if let Some(pid) = pid {
            spare(cx, pid, self.force)?;
        }
        supervisor.terminate_child(which).await.map_err(untouched)?;
        Ok(OneChild { supervisor: supervisor.pid(), child: self.child, pid: None })
    }
}
