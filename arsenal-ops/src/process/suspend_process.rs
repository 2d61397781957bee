//! `suspend_process`.

use arsenal::{Context, Error, Execute, Failure, Operation};
use arsenal_process::{Pid, Target, TouchError};
use schemars::JsonSchema;
use serde::Serialize;

use super::{ForceNeedsAdmin, Missing, Protected, StatusWord, authority, may_force, touched};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Has a process polled no more, until it is resumed.
///
/// What it holds it keeps: locks, permits, connections. Its mailbox fills; a kill still works, and
/// so does its supervisor's stop.
#[derive(Debug, Operation)]
#[operation(category = "process", method = POST, path = "/processes/{process}/suspend",
            role = operator, effect = write, idempotent, timeout = "5s", rate_limit = "600/min",
            output = Switched, error = Refusal<SuspendError>,
            example(name = "by name",
                    params = r#"{"process": "ledger"}"#))]
pub struct SuspendProcess {
    /// The process: its pid or its name.
    pub process: Target,
    /// Do it to a protected process too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// A process that was suspended or resumed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Switched {
    /// The process.
    pub pid: Pid,
    /// What it is doing now; absent if it has ended meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusWord>,
}

/// Why a process was not suspended.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum SuspendError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is the root supervisor, or one of the service's own.
    #[error(transparent)]
    #[failure(class = forbidden)]
    Protected(#[from] Protected),
    /// Leave `force` out, or have an admin do it.
    #[error(transparent)]
    #[failure(class = forbidden)]
    ForceNeedsAdmin(#[from] ForceNeedsAdmin),
    /// It is on its way to its end, which is not held up.
    #[error("{pid} is stopping, and its clean-up is not suspended")]
    #[failure(class = conflict)]
    Stopping {
        /// The process.
        pid: Pid,
    },
}

impl Execute for SuspendProcess {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<SuspendError>(cx.caller(), self.force)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Switched, Refusal<SuspendError>> {
        let runtime = &cx.state().runtime;
        let authority = authority(cx.caller(), self.force).map_err(SuspendError::from)?;
        let suspended = runtime.suspend(self.process.clone(), authority);
        let gated = suspended.map_err(|error| match error {
            TouchError::Stopping { pid } => Refusal::from(SuspendError::Stopping { pid }),
            other => touched(runtime, &self.process, &other),
        })?;
        Ok(Switched::now(cx.state(), gated.pid))
    }
}

impl Switched {
    pub(super) fn now(catalogue: &Catalogue, pid: Pid) -> Self {
        let status = catalogue.runtime.status(pid).ok().map(|status| StatusWord::of(status).0);
        Self { pid, status }
    }
}
