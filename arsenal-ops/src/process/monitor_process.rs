//! `monitor_process`.

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{CallError, Pid, ProcessName, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::watch::{Ask, Told, Watch};
use super::{Missing, missing, name_of};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Tells the end of a process on the event stream `processes`, as an event `down`.
///
/// A pid that has ended, or never was, is told at once, with the reason `no_proc`. The monitor is
/// gone once it has told. A process that the caller monitors already keeps the one monitor that it
/// has, and the answer is its reference.
#[derive(Debug, Operation)]
#[operation(category = "process", method = POST, path = "/processes/{process}/monitors",
            role = viewer, effect = write, status = 201, timeout = "10s", rate_limit = "600/min",
            output = Monitored, error = Refusal<MonitorError>,
            example(name = "by name",
                    params = r#"{"process": "ledger"}"#))]
pub struct MonitorProcess {
    /// The process: its pid or its name.
    pub process: Target,
}

/// A monitor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Monitored {
    /// The monitor's reference: the event has it too.
    pub reference: u64,
    /// The process.
    pub pid: Pid,
}

/// Why nothing is monitored.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum MonitorError {
    /// No process has that name.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// Nobody would be there to tell its end.
    #[error("{pid} is the process that keeps the monitors: it cannot tell its own end")]
    #[failure(class = conflict)]
    TheWatcherItself {
        /// The process.
        pid: Pid,
    },
    /// Take a monitor away first.
    #[error(transparent)]
    #[failure(class = unavailable)]
    TooManyMonitors(#[from] TooManyMonitors),
    /// Try again: it is being restarted.
    #[error(transparent)]
    #[failure(class = unavailable, transient)]
    NoWatcher(#[from] NoWatcher),
}

/// More monitors than the watcher keeps.
#[derive(Debug, thiserror::Error)]
#[error("{max} processes are monitored {whose} already; take a monitor away first")]
pub struct TooManyMonitors {
    /// How many it keeps.
    pub max: usize,
    /// For whom.
    pub whose: &'static str,
}

/// A watcher that does not answer.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue's own watcher is being restarted; try again")]
pub struct NoWatcher(#[source] Option<CallError>);

impl Execute for MonitorProcess {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Monitored, Refusal<MonitorError>> {
        let runtime = &cx.state().runtime;
        let pid = match &self.process {
            Target::Pid(pid) => *pid,
            Target::Name(name) => {
                runtime.whereis(name).ok_or_else(|| missing(runtime, &self.process))?
            }
        };
        if runtime.whereis(&name_of(Watch::NAME)) == Some(pid) {
            return Err(MonitorError::TheWatcherItself { pid }.into());
        }
        let owner = cx.caller().principal.clone();
        let told = cx.state().watch(Ask::Monitor { pid, owner, fresh: false }).await;
        let told = told.map_err(MonitorError::from)?;
        let reference = reference(told).map_err(MonitorError::from)?;
        Ok(Monitored { reference, pid })
    }
}

/// The reference that the watcher gave, or why it gave none.
pub(super) fn reference(told: Told) -> Result<u64, TooManyMonitors> {
    match told {
        Told::Reference(reference) => Ok(reference),
        Told::Full(full) => Err(full),
        Told::Room | Told::Removed(_) => unreachable!("the question decides the answer"),
    }
}

/// Whether the caller may have one more monitor, and somebody is there to keep it.
pub(super) async fn room<E>(cx: &Context<Catalogue>) -> Result<(), E>
where
    E: From<TooManyMonitors> + From<NoWatcher>,
{
    let owner = cx.caller().principal.clone();
    match cx.state().watch(Ask::Room { owner }).await? {
        Told::Full(full) => Err(full.into()),
        _ => Ok(()),
    }
}

impl Catalogue {
    /// Asks the watcher.
    pub(super) async fn watch(&self, ask: Ask) -> Result<Told, NoWatcher> {
        let watcher: ProcessName = name_of(Watch::NAME);
        let watcher = self.runtime.process::<Watch>(watcher).map_err(|_gone| NoWatcher(None))?;
        watcher.call(ask, super::watch::WAIT).await.map_err(|error| NoWatcher(Some(error)))
    }
}
