//! `destroy_sandbox`.

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::Pid;
use schemars::JsonSchema;
use serde::Serialize;

use super::{NoSandbox, Sandboxes};

/// Ends all that runs in a sandbox and removes it; the answer counts what is left: nothing.
#[derive(Debug, Operation)]
#[operation(category = "sandbox", method = DELETE, path = "/sandboxes/{sandbox}",
            role = operator, effect = destructive, idempotent, timeout = "30s",
            rate_limit = "60/min", output = DestroyedSandbox, error = DestroyError,
            example(name = "an unknown one", params = r#"{"sandbox": "nowhere"}"#))]
pub struct DestroySandbox {
    /// The sandbox's name.
    #[param(min_len = 1, max_len = 40)]
    pub sandbox: String,
}

/// What came of the destruction.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DestroyedSandbox {
    /// The sandbox.
    pub sandbox: String,
    /// How many processes lived in it, its supervisor too.
    pub processes_before: usize,
    /// How many of them had not stopped in time and were killed.
    pub killed: usize,
    /// How many live on: inside of a section that does not yield, which nothing can end.
    pub processes_left: usize,
    /// Which these are.
    pub left: Vec<Pid>,
}

/// Why a sandbox was not destroyed.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum DestroyError {
    /// It was destroyed, its time was over, or it never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoSandbox(#[from] NoSandbox),
}

impl Execute for DestroySandbox {
    type State = Sandboxes;

    async fn execute(self, cx: &Context<Sandboxes>) -> Result<DestroyedSandbox, DestroyError> {
        let sandboxes = cx.state();
        let sandbox = sandboxes.find(&self.sandbox)?;
        let taken = sandboxes.destroy(&sandbox).await?;
        Ok(DestroyedSandbox {
            sandbox: self.sandbox,
            processes_before: taken.before,
            killed: taken.killed,
            processes_left: taken.left.len(),
            left: taken.left,
        })
    }
}
