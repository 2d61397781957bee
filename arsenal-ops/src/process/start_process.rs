//! `start_process`.

use arsenal::{Context, Error, Execute, Failure, Fault, Operation};
use arsenal_process::{Authority, ExitReason, Kind, Pid, ProcessName, Started};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::monitor_process::{self, NoWatcher, TooManyMonitors};
use super::watch::Ask;
use super::{
    CallerProcess, EndedInStart, NameTaken, NotStarted, UnknownEntryPoint, not_begun, refused,
};
use crate::catalogue::Catalogue;
use crate::entry_point::Marks;
use crate::refusal::Refusal;

/// Starts a process outside of any supervisor, by the name of an entry point.
///
/// Only what a program declares as an entry point can be started; `list_entry_points` lists them
/// with the schemas of their arguments. To have it started again when it fails, add it to a
/// supervisor with `add_child`. A process that is not ready when the call is over is ended.
#[derive(Debug, Operation)]
#[operation(category = "process", method = POST, path = "/processes", role = operator,
            effect = write, status = 201, timeout = "60s", rate_limit = "600/min",
            idempotency_key = taken, output = StartedProcess, error = Refusal<StartFault>,
            example(name = "a counter",
                    params = r#"{"entry_point": "counter", "args": {"start": 7}, "name": "till"}"#))]
pub struct StartProcess {
    /// The entry point's name.
    #[param(min_len = 1, max_len = 48)]
    pub entry_point: String,
    /// Its arguments, as its schema says.
    #[param(default = Value::Object(Map::new()))]
    pub args: Value,
    /// The name to register it under.
    pub name: Option<ProcessName>,
    /// Link it with the caller's own process, where the call comes from one.
    #[param(default = false)]
    pub link: bool,
    /// Tell its end on the event stream.
    #[param(default = false)]
    pub monitor: bool,
}

/// A process that was started.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StartedProcess {
    /// Its pid.
    pub pid: Pid,
    /// The name that it is registered under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// The entry point.
    pub entry_point: String,
    /// What it is.
    pub kind: Kind,
    /// The monitor's reference, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitor: Option<u64>,
    /// Why it ended, if it already has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_reason: Option<ExitReason>,
}

/// Why no process was started.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum StartFault {
    /// Nothing of that name can be started.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoEntryPoint(#[from] UnknownEntryPoint),
    /// Another process has the name.
    #[error(transparent)]
    #[failure(class = conflict)]
    NameTaken(#[from] NameTaken),
    /// It ended before it was ready.
    #[error(transparent)]
    #[failure(class = execution)]
    EndedInStart(#[from] EndedInStart),
    /// The runtime did not take it.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NotStarted(#[from] NotStarted),
    /// Take a monitor away first; nothing was started.
    #[error(transparent)]
    #[failure(class = unavailable)]
    TooManyMonitors(#[from] TooManyMonitors),
    /// Try again, or monitor it later; nothing runs.
    #[error(transparent)]
    #[failure(class = unavailable, transient)]
    NoWatcher(#[from] NoWatcher),
}

impl Execute for StartProcess {
    type State = Catalogue;

    async fn plan(
        &self,
        cx: &Context<Catalogue>,
    ) -> Result<Option<StartedProcess>, Refusal<StartFault>> {
        let checked = cx.state().entry_points.check(&self.entry_point, &self.args);
        checked.map(|_| None).map_err(refused)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<StartedProcess, Refusal<StartFault>> {
        let state = cx.state();
        let link = if self.link { Some(own_process(cx)?) } else { None };
        if self.monitor {
            monitor_process::room::<StartFault>(cx).await?;
        }
        let marks = Marks { name: self.name.clone(), link, ..Marks::default() };
        let what = (self.entry_point.as_str(), &self.args);
        let started = state.entry_points.start(&state.runtime, what, marks).await;
        let untold = Untold { started: started.map_err(not_begun)?, told: false };
        let pid = untold.started.pid();
        let monitor = if self.monitor { Some(monitor(cx, pid).await?) } else { None };
        let known = state.entry_points.get(&self.entry_point);
        let started = untold.told();
        Ok(StartedProcess {
            pid,
            name: self.name,
            kind: known.map_or(Kind::Server, |known| known.spec().kind),
            entry_point: self.entry_point,
            monitor,
            exit_reason: started.exit_reason(),
        })
    }
}

/// A process that nobody was told of yet: it ends with the call that started it.
struct Untold {
    started: Started,
    told: bool,
}

impl Untold {
    fn told(mut self) -> Started {
        self.told = true;
        self.started.clone()
    }
}

impl Drop for Untold {
    fn drop(&mut self) {
        if !self.told {
            // What nobody knows of is nobody's to protect.
            _ = self.started.kill(Authority::Forced);
        }
    }
}

async fn monitor(cx: &Context<Catalogue>, pid: Pid) -> Result<u64, StartFault> {
    let owner = cx.caller().principal.clone();
    let told = cx.state().watch(Ask::Monitor { pid, owner, fresh: true }).await?;
    monitor_process::reference(told).map_err(StartFault::from)
}

/// The process that calls, or a refusal that says that there is none.
fn own_process(cx: &Context<Catalogue>) -> Result<Pid, Refusal<StartFault>> {
    let own = cx.extension::<CallerProcess>().map(|own| own.0);
    own.ok_or_else(|| {
        let detail = "needs a caller that is a process of this program, and this call comes from \
                      none; use `monitor` to hear of its end";
        Refusal::Shared(Error::invalid(vec![Fault::new("/link", "no_process", detail)]))
    })
}
