//! `restart_child`.

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{SupervisorError, Target};

use super::child::point_at;
use super::fault::occupied;
use super::reach::find;
use super::{
    ChildRestarting, ChildRunning, NoAnswer, NoChild, NotASupervisor, OneChild, SimpleOneForOne,
};
use crate::catalogue::Catalogue;
use crate::process::{EndedInStart, Missing, NameTaken, NotStarted, not_started};
use crate::refusal::Refusal;

/// Starts a child that has no process, in its place and with its arguments.
///
/// A child that runs is a conflict: `restart_process` stops and starts it in one.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = POST,
            path = "/supervisors/{process}/children/{child}/restart", role = operator,
            effect = write, timeout = "60s", rate_limit = "600/min", output = OneChild,
            error = Refusal<RestartChildError>,
            example(name = "by its id",
                    params = r#"{"process": "shop", "child": "closed"}"#))]
pub struct RestartChild {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// The child: its id or its pid.
    #[param(min_len = 1, max_len = 255)]
    pub child: String,
}

/// Why a child was not started again.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum RestartChildError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is another kind of process, and lives on.
    #[error(transparent)]
    #[failure(class = conflict)]
    NotASupervisor(#[from] NotASupervisor),
    /// The supervisor has no such child.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoChild(#[from] NoChild),
    /// Terminate it first.
    #[error(transparent)]
    #[failure(class = conflict)]
    ChildRunning(#[from] ChildRunning),
    /// It is about to be started again.
    #[error(transparent)]
    #[failure(class = conflict)]
    ChildRestarting(#[from] ChildRestarting),
    /// Its children have no ids and no specifications of their own.
    #[error(transparent)]
    #[failure(class = conflict)]
    SimpleOneForOne(#[from] SimpleOneForOne),
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

impl Execute for RestartChild {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<OneChild, Refusal<RestartChildError>> {
        let supervisor = find::<RestartChildError>(cx, &self.process)?;
        let (which, _) = point_at(cx, &supervisor, &self.child).await?;
        let pid = supervisor.restart_child(which).await.map_err(|error| match error {
            SupervisorError::Start(error) => not_started(&error),
            error => occupied(error),
        })?;
        Ok(OneChild { supervisor: supervisor.pid(), child: self.child, pid })
    }
}
