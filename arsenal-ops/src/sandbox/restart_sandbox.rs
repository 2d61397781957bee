//! `restart_sandbox`.

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{ChildInfo, Pid};
use schemars::JsonSchema;
use serde::Serialize;

use super::execute_in_sandbox::Wanted;
use super::{NoSandbox, SandboxView, Sandboxes, SupervisorFailed};

/// Ends all that runs in a sandbox and begins it anew, with the same limits and a full life.
///
/// The children that its supervisor has are started again from their arguments, in their order.
#[derive(Debug, Operation)]
#[operation(category = "sandbox", method = POST, path = "/sandboxes/{sandbox}/restart",
            role = operator, effect = destructive, timeout = "30s", rate_limit = "60/min",
            output = RestartedSandbox, error = RestartSandboxError,
            example(name = "an unknown one", params = r#"{"sandbox": "nowhere"}"#))]
pub struct RestartSandbox {
    /// The sandbox's name.
    #[param(min_len = 1, max_len = 40)]
    pub sandbox: String,
    /// Start the children again.
    #[param(default = true)]
    pub children: bool,
}

/// What came of a restart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RestartedSandbox {
    /// The sandbox as it is now.
    pub sandbox: SandboxView,
    /// How many processes ended, its supervisor too.
    pub ended: usize,
    /// The children that were started again, or were not.
    pub children: Vec<StartedAgain>,
}

/// A child after a restart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StartedAgain {
    /// Its id.
    pub id: String,
    /// Its new pid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
    /// Why it was not started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Why a sandbox was not begun anew.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum RestartSandboxError {
    /// It was destroyed, its time was over, or it never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoSandbox(#[from] NoSandbox),
    /// A supervisor did not answer.
    #[error(transparent)]
    #[failure(class = unavailable)]
    SupervisorFailed(#[from] SupervisorFailed),
}

impl Execute for RestartSandbox {
    type State = Sandboxes;

    async fn execute(
        self,
        cx: &Context<Sandboxes>,
    ) -> Result<RestartedSandbox, RestartSandboxError> {
        let sandboxes = cx.state();
        let sandbox = sandboxes.find(&self.sandbox)?;
        let _turn = sandbox.turn.lock().await;
        // It may have been destroyed while this waited for its turn.
        sandboxes.find(&self.sandbox)?;
        let inside = sandbox.now().inside.clone();
        let before: Vec<ChildInfo> = match inside.root() {
            Ok(root) if self.children => {
                root.which_children().await.map_err(SupervisorFailed::from)?
            }
            _ => Vec::new(),
        };
        let taken = sandboxes.renew(&sandbox).await?;
        let mut children = Vec::new();
        for child in &before {
            let Some(entry_point) = child.entry_point.as_deref() else { continue };
            let wanted = Wanted { entry_point, args: &child.args, id: &child.id };
            let started = sandboxes.start_in(&sandbox, &wanted, child.restart).await;
            let id = child.id.to_string();
            children.push(match started {
                Ok(pid) => StartedAgain { id, pid, refused: None },
                Err(refused) => {
                    let refused = Some(refused.into_error().sentence().to_owned());
                    StartedAgain { id, pid: None, refused }
                }
            });
        }
        let ended = taken.before - taken.left.len();
        Ok(RestartedSandbox { sandbox: SandboxView::of(&sandbox), ended, children })
    }
}
