//! `delete_child`.

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::Target;

use super::child::point_at;
use super::fault::occupied;
use super::reach::find;
use super::{
    ChildRestarting, ChildRunning, NoAnswer, NoChild, NotASupervisor, OneChild, SimpleOneForOne,
};
use crate::catalogue::Catalogue;
use crate::process::Missing;
use crate::refusal::Refusal;

/// Has a supervisor forget a child that has no process; one that runs is a conflict.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = DELETE,
            path = "/supervisors/{process}/children/{child}", role = operator,
            effect = destructive, idempotent, timeout = "10s", rate_limit = "600/min",
            output = OneChild, error = Refusal<DeleteChildError>,
            example(name = "by its id",
                    params = r#"{"process": "shop", "child": "closed"}"#))]
pub struct DeleteChild {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// The child: its id or its pid.
    #[param(min_len = 1, max_len = 255)]
    pub child: String,
}

/// Why a child was not forgotten.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum DeleteChildError {
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
    /// It ended, or has too much to do.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NoAnswer(#[from] NoAnswer),
}

impl Execute for DeleteChild {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<OneChild, Refusal<DeleteChildError>> {
        let supervisor = find::<DeleteChildError>(cx, &self.process)?;
        let (which, _) = point_at(cx, &supervisor, &self.child).await?;
        supervisor.delete_child(which).await.map_err(occupied)?;
        Ok(OneChild { supervisor: supervisor.pid(), child: self.child, pid: None })
    }
}
