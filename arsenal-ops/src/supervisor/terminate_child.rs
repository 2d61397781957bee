//! `terminate_child`.

use arsenal::{Context, Error, Execute, Operation};
use arsenal_process::Target;

use super::OneChild;
use super::child::point_at;
use super::fault::{ChildFault, find, spare, told};
use crate::catalogue::Catalogue;
use crate::process::authority;
use crate::refusal::Refusal;

/// Stops a child of a supervisor and waits for its end.
///
/// It stays in the list without a process, unless it is temporary: `restart_child` starts it
/// again, `delete_child` forgets it.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = POST,
            path = "/supervisors/{process}/children/{child}/terminate", role = operator,
            effect = destructive, idempotent, timeout = "60s", rate_limit = "600/min",
            output = OneChild, error = Refusal<ChildFault>,
            example(name = "an unknown one",
                    params = r#"{"process": "<0.999999.0>", "child": "worker"}"#))]
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

impl Execute for TerminateChild {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        authority(cx.caller(), self.force).map(drop)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<OneChild, Refusal<ChildFault>> {
        let supervisor = find::<ChildFault>(cx, &self.process)?;
        let (which, pid) = point_at(cx, &supervisor, &self.child).await?;
        if let Some(pid) = pid {
            spare(cx, pid, self.force)?;
        }
        supervisor.terminate_child(which).await.map_err(told)?;
        Ok(OneChild { supervisor: supervisor.pid(), child: self.child, pid: None })
    }
}
