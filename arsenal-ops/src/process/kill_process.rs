//! `kill_process`.

use std::time::Duration;

use arsenal::{Choice, Context, Error, Execute, Failure, Operation};
use arsenal_process::{Ending, ExitReason, Pid, Status, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    ForceNeedsAdmin, Missing, Protected, StatusWord, authority, may_force, missing, touched,
};
use crate::catalogue::Catalogue;
use crate::moment::{micros, span};
use crate::refusal::Refusal;

/// Ends a process and waits until it has ended.
///
/// `kill` cannot be trapped. Any other reason is a signal that a process which traps exits gets as
/// a message: it may run on, and the answer says so. A supervisor may start an ended child again;
/// `terminate_child` keeps it ended. A name may have gone to that one when the call is repeated:
/// repeat it with the pid, or with an idempotency key.
#[derive(Debug, Operation)]
#[operation(category = "process", method = DELETE, path = "/processes/{process}", role = operator,
            effect = destructive, timeout = "65s", rate_limit = "600/min",
            idempotency_key = taken, output = Killed, error = Refusal<KillError>,
            example(name = "in order",
                    params = r#"{"process": "ledger", "reason": "shutdown", "wait": "2s"}"#))]
pub struct KillProcess {
    /// The process: its pid or its name.
    pub process: Target,
    /// The reason that links and monitors see: `kill`, `shutdown`, `normal`, or a word of yours.
    #[param(default = "kill")]
    pub reason: ExitReason,
    /// How long to wait for the end.
    #[param(default = "5s", max = "60s")]
    pub wait: Duration,
    /// Do it to a protected process too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// What came of a kill.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Killed {
    /// The process.
    pub pid: Pid,
    /// Whether it has ended.
    pub outcome: Outcome,
    /// Why it ended, if it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_reason: Option<ExitReason>,
    /// What it is doing, if it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusWord>,
    /// How long the poll that it is in has taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_for: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_for_us: Option<u64>,
    /// Why it runs on, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Whether a process has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Outcome {
    /// It has.
    Ended,
    /// It has not, after the wait.
    StillRunning,
}

/// Why a process was not touched.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum KillError {
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
}

impl Execute for KillProcess {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<KillError>(cx.caller(), self.force)
    }

    async fn plan(&self, cx: &Context<Catalogue>) -> Result<Option<Killed>, Refusal<KillError>> {
        let runtime = &cx.state().runtime;
        let gone = |_| missing(runtime, &self.process);
        let info = runtime.info(self.process.clone()).map_err(gone)?;
        if info.protected && !self.force {
            return Err(KillError::from(Protected { pid: info.pid }).into());
        }
        Ok(None)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Killed, Refusal<KillError>> {
        let runtime = &cx.state().runtime;
        let authority = authority(cx.caller(), self.force).map_err(KillError::from)?;
        let target = self.process.clone();
        let ending = match self.reason {
            ExitReason::Killed => runtime.kill(target, self.wait, authority).await,
            reason => runtime.stop(target, reason, self.wait, authority).await,
        };
        ending.map(Killed::of).map_err(|error| touched(runtime, &self.process, &error))
    }
}

impl Killed {
    /// What came of it.
    pub(crate) fn of(ending: Ending) -> Self {
        match ending {
            Ending::Ended { pid, reason } => Self {
                pid,
                outcome: Outcome::Ended,
                exit_reason: Some(reason),
                status: None,
                running_for: None,
                running_for_us: None,
                detail: None,
            },
            Ending::StillRunning { pid, status } => {
                let (word, since) = StatusWord::of(status);
                Self {
                    pid,
                    outcome: Outcome::StillRunning,
                    exit_reason: None,
                    status: Some(word),
                    running_for: since.map(span),
                    running_for_us: since.map(micros),
                    detail: Some(why(status).to_owned()),
                }
            }
        }
    }
}

fn why(status: Status) -> &'static str {
    match status {
        Status::Running { .. } => {
            "it is inside a section that does not yield, and nothing can interrupt that"
        }
        Status::Stopping => "it is ending, and that takes longer than the wait",
        Status::Suspended => "it is suspended and traps exits: resume it, or use the reason `kill`",
        Status::Starting | Status::Waiting => {
            "it traps exits, or took `normal` for no reason to end: use the reason `kill`"
        }
    }
}
