//! The process that keeps one sandbox to its time.

use std::sync::Arc;

use arsenal_process::{StartError, SupervisorRef};
use tokio::time::timeout_at;

use super::kept::Sandbox;
use super::sandboxes::Sandboxes;

/// Starts the keeper of a sandbox whose supervisor this is.
pub(crate) fn start(
    sandboxes: &Sandboxes,
    sandbox: &Arc<Sandbox>,
    supervisor: SupervisorRef,
) -> Result<(), StartError> {
    let keeping = keep(sandboxes.clone(), Arc::clone(sandbox), supervisor);
    let keeper = sandboxes.runtime().task().protected().spawn(keeping)?;
    sandbox.now().keeper = Some(keeper.pid());
    Ok(())
}

async fn keep(sandboxes: Sandboxes, sandbox: Arc<Sandbox>, supervisor: SupervisorRef) {
    let expires = sandbox.now().expires;
    match timeout_at(expires, supervisor.ended()).await {
        Ok(reason) => {
            let mut now = sandbox.now();
            // A restart has put another supervisor in its place.
            if now.supervisor == supervisor.pid() {
                now.end = Some(reason);
            }
        }
        Err(_elapsed) => sandboxes.expire(&sandbox, supervisor.pid()).await,
    }
}
