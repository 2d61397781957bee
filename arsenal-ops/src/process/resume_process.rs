//! `resume_process`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::Target;

use super::{NoSuchProcess, Switched, missing};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Has a suspended process polled again; one that is not suspended goes on as it was.
#[derive(Debug, Operation)]
#[operation(category = "process", method = POST, path = "/processes/{process}/resume",
            role = operator, effect = write, idempotent, timeout = "5s", rate_limit = "600/min",
            output = Switched, error = Refusal<NoSuchProcess>,
            example(name = "by name",
                    params = r#"{"process": "ledger"}"#))]
pub struct ResumeProcess {
    /// The process: its pid or its name.
    pub process: Target,
}

impl Execute for ResumeProcess {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Switched, Refusal<NoSuchProcess>> {
        let runtime = &cx.state().runtime;
        let resumed = runtime.resume(self.process.clone());
        let gated = resumed.map_err(|_gone| missing(runtime, &self.process))?;
        Ok(Switched::now(cx.state(), gated.pid))
    }
}
