//! `demonitor_process`.

use arsenal::{Context, Execute, Failure, Operation, Role};
use arsenal_process::Pid;
use schemars::JsonSchema;
use serde::Serialize;

use super::NoWatcher;
use super::watch::{Ask, Told};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Takes a monitor of the caller's away; an admin takes anybody's.
///
/// Its event does not come any more, unless it has been sent.
#[derive(Debug, Operation)]
#[operation(category = "process", method = DELETE, path = "/monitors/{reference}", role = viewer,
            effect = write, idempotent, timeout = "10s", rate_limit = "600/min",
            output = Demonitored, error = Refusal<DemonitorError>,
            example(name = "the first",
                    params = r#"{"reference": 1}"#))]
pub struct DemonitorProcess {
    /// The monitor's reference.
    pub reference: u64,
}

/// A monitor that is gone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Demonitored {
    /// Its reference.
    pub reference: u64,
    /// The process that it watched.
    pub pid: Pid,
}

/// Why no monitor was taken away.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum DemonitorError {
    /// It has told its end, was taken away, never was, or is another caller's.
    #[error("no monitor {reference} of yours: it has told, or was taken away")]
    #[failure(class = not_found)]
    NoMonitor {
        /// What was asked for.
        reference: u64,
    },
    /// Try again: it is being restarted.
    #[error(transparent)]
    #[failure(class = unavailable, transient)]
    NoWatcher(#[from] NoWatcher),
}

impl Execute for DemonitorProcess {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<Demonitored, Refusal<DemonitorError>> {
        let reference = self.reference;
        let any = cx.caller().role == Role::Admin;
        let owner = (!any).then(|| cx.caller().principal.clone());
        let asked = cx.state().watch(Ask::Demonitor { reference, owner }).await;
        match asked.map_err(DemonitorError::from)? {
            Told::Removed(Some(pid)) => Ok(Demonitored { reference, pid }),
            _ => Err(DemonitorError::NoMonitor { reference }.into()),
        }
    }
}
