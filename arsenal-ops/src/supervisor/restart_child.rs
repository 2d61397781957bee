//! `restart_child`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::Target;

use super::OneChild;
use super::child::point_at;
use super::fault::{ChildFault, find, told};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Starts a child that has no process, in its place and with its arguments.
///
/// A child that runs is a conflict: `restart_process` stops and starts it in one.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = POST,
            path = "/supervisors/{process}/children/{child}/restart", role = operator,
            effect = write, timeout = "60s", rate_limit = "600/min", output = OneChild,
            error = Refusal<ChildFault>,
            example(name = "an unknown one",
                    params = r#"{"process": "<0.999999.0>", "child": "worker"}"#))]
pub struct RestartChild {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// The child: its id or its pid.
    #[param(min_len = 1, max_len = 255)]
    pub child: String,
}

impl Execute for RestartChild {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<OneChild, Refusal<ChildFault>> {
        let supervisor = find::<ChildFault>(cx, &self.process)?;
        let (which, _) = point_at(cx, &supervisor, &self.child).await?;
        let pid = supervisor.restart_child(which).await.map_err(told)?;
        Ok(OneChild { supervisor: supervisor.pid(), child: self.child, pid })
    }
}
