//! `create_sandbox`.

use std::collections::BTreeSet;
use std::time::Duration;

use arsenal::{Context, Execute, Failure, Operation};

use super::kept::Plan;
use super::{SandboxExists, SandboxView, Sandboxes, SupervisorFailed, TooManySandboxes};
use crate::Refusal;
use crate::process::{UnknownEntryPoint, refused};

/// Makes a sandbox: a supervisor of its own, a list of what may be started below it, and limits.
///
/// What runs in it sees, names and links only what is in it too, and ends with it. This keeps
/// mistakes in. It is no security boundary: all code shares one program and its memory.
///
/// A message that comes too early for a process in it is refused, or waits with its sender.
#[derive(Debug, Operation)]
#[operation(category = "sandbox", method = POST, path = "/sandboxes", role = operator,
            effect = write, status = 201, timeout = "10s", rate_limit = "30/min",
            output = SandboxView, error = Refusal<CreateError>,
            example(name = "one that nothing can be started in",
                    params = r#"{"entry_points": [], "time_to_live": "1s"}"#))]
pub struct CreateSandbox {
    /// Its name; one is made if there is none.
    #[param(pattern = "^[a-z][a-z0-9_-]{0,39}$")]
    pub name: Option<String>,
    /// The entry points that may be started in it.
    #[param(max_len = 100)]
    pub entry_points: BTreeSet<String>,
    /// How many processes may live in it at a time.
    #[param(default = 100, min = 1, max = 10_000)]
    pub processes_max: u32,
    /// How many messages a mailbox in it holds, but for those of supervisors.
    #[param(default = 1000, min = 1, max = 100_000)]
    pub mailbox_max: u32,
    /// How many messages a second each process may be sent; as many as come, if nothing is said.
    #[param(min = 1, max = 1_000_000)]
    pub messages_per_second: Option<u32>,
    /// How many processes may be started in a second; as many as come, if nothing is said.
    #[param(min = 1, max = 100_000)]
    pub starts_per_second: Option<u32>,
    /// How many restarts its supervisor bears before all of it ends.
    #[param(default = 10, max = 10_000)]
    pub max_restarts: u32,
    /// In how long.
    #[param(default = "60s", min = "1s", max = "1h")]
    pub restarts_within: Duration,
    /// How long it lives; then it is destroyed.
    #[param(default = "1h", min = "1s", max = "24h")]
    pub time_to_live: Duration,
}

/// Why no sandbox was made.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum CreateError {
    /// Choose another name, or destroy the one that has it.
    #[error(transparent)]
    #[failure(class = conflict)]
    SandboxExists(#[from] SandboxExists),
    /// Destroy one first.
    #[error(transparent)]
    #[failure(class = unavailable)]
    TooManySandboxes(#[from] TooManySandboxes),
    /// A supervisor did not answer.
    #[error(transparent)]
    #[failure(class = unavailable)]
    SupervisorFailed(#[from] SupervisorFailed),
    /// Nothing of that name can be started.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoEntryPoint(#[from] UnknownEntryPoint),
}

impl Execute for CreateSandbox {
    type State = Sandboxes;

    async fn execute(self, cx: &Context<Sandboxes>) -> Result<SandboxView, Refusal<CreateError>> {
        let sandboxes = cx.state();
        for entry_point in &self.entry_points {
            sandboxes.entry_points().find(entry_point).map_err(refused::<CreateError>)?;
        }
        let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let plan = Plan {
            name: self.name.unwrap_or_else(|| sandboxes.new_name()),
            principal: cx.caller().principal.to_string(),
            entry_points: self.entry_points,
            processes_max: size(self.processes_max),
            mailbox_max: size(self.mailbox_max),
            messages_per_second: self.messages_per_second,
            starts_per_second: self.starts_per_second,
            max_restarts: self.max_restarts,
            restarts_within: self.restarts_within,
            time_to_live: self.time_to_live,
        };
        let sandbox = sandboxes.create(plan, cx.time_left()).await?;
        Ok(SandboxView::of(&sandbox))
    }
}
