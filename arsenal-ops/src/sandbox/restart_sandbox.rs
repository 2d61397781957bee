//! `restart_sandbox`.

use std::time::Duration;

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{ChildInfo, Pid};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use super::execute_in_sandbox::Wanted;
use super::keeper::Order;
use super::kept::Sandbox;
use super::{NoSandbox, SandboxView, Sandboxes, SupervisorFailed};

/// How long a supervisor may take to tell of its children. One that is busy for longer is begun
/// anew without them, if it is asked to.
const CHILDREN_WAIT: Duration = Duration::from_secs(5);

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
    /// Start the children again; without, also a supervisor that does not answer is restarted.
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
        let sandbox = cx.state().find(&self.sandbox)?;
        let renewal = Renewal { children: self.children, until: Instant::now() + cx.time_left() };
        let renewed = sandbox.order(|answer| Order::Renew(renewal, answer)).await??;
        let Renewed { ended, children } = renewed;
        Ok(RestartedSandbox { sandbox: SandboxView::of(&sandbox), ended, children })
    }
}

/// How a sandbox is to be begun anew.
pub(crate) struct Renewal {
    /// Whether its children are started again.
    children: bool,
    /// When who asked stops to wait.
    until: Instant,
}

/// What came of it.
pub(crate) struct Renewed {
    pub(crate) ended: usize,
    pub(crate) children: Vec<StartedAgain>,
}

impl Renewal {
    /// The children that are to be started again.
    pub(crate) async fn children_of(
        &self,
        sandbox: &Sandbox,
    ) -> Result<Vec<ChildInfo>, SupervisorFailed> {
        let root = sandbox.now().inside.root();
        match root {
            Ok(root) if self.children => Ok(root.with_wait(CHILDREN_WAIT).which_children().await?),
            _ => Ok(Vec::new()),
        }
    }

    /// Starts them, in their order, while there is time.
    pub(crate) async fn start_again(
        &self,
        sandboxes: &Sandboxes,
        sandbox: &Sandbox,
        before: &[ChildInfo],
    ) -> Vec<StartedAgain> {
        let mut children = Vec::new();
        for child in before {
            let Some(entry_point) = child.entry_point.as_deref() else { continue };
            let id = child.id.to_string();
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let refused = Some("no time was left to start it".to_owned());
                children.push(StartedAgain { id, pid: None, refused });
                continue;
            }
            let wanted = Wanted { entry_point, args: &child.args, id: &id, wait: left };
            let started = sandboxes.start_in(sandbox, &wanted, child.restart).await;
            let (pid, refused) = match started {
                Ok(pid) => (pid, None),
                Err(refused) => (None, Some(refused.into_error().sentence().to_owned())),
            };
            children.push(StartedAgain { id, pid, refused });
        }
        children
    }
}
