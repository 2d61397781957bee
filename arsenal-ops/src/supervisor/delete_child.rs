//! `delete_child`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::Target;

use super::OneChild;
use super::child::point_at;
use super::fault::{ChildFault, find, told};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Has a supervisor forget a child that has no process; one that runs is a conflict.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = DELETE,
            path = "/supervisors/{process}/children/{child}", role = operator,
            effect = destructive, idempotent, timeout = "10s", rate_limit = "600/min",
            output = OneChild, error = Refusal<ChildFault>,
            example(name = "an unknown one",
                    params = r#"{"process": "<0.999999.0>", "child": "worker"}"#))]
pub struct DeleteChild {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// The child: its id or its pid.
    #[param(min_len = 1, max_len = 255)]
    pub child: String,
}

impl Execute for DeleteChild {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<OneChild, Refusal<ChildFault>> {
        let supervisor = find::<ChildFault>(cx, &self.process)?;
        let (which, _) = point_at(cx, &supervisor, &self.child).await?;
        supervisor.delete_child(which).await.map_err(told)?;
        Ok(OneChild { supervisor: supervisor.pid(), child: self.child, pid: None })
    }
}
