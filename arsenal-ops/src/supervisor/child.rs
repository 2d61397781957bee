//! How a child is shown, and how it is pointed at.

use arsenal::{Choice, Context, Failure};
use arsenal_process::{
    ChildInfo, ChildPid, ChildSpec, Kind, Pid, Restart, Shutdown, SupervisorRef, WhichChild,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::fault::{NoAnswer, NoChild, unanswered};
use crate::catalogue::Catalogue;
use crate::moment::{micros, span};
use crate::refusal::Refusal;

/// Whether a child runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ChildState {
    /// It does.
    Running,
    /// It has ended, or was stopped, and stays so.
    Stopped,
    /// It is about to be started again.
    Restarting,
}

/// A child of a supervisor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChildView {
    /// Its id; under simple_one_for_one, the template's.
    pub id: String,
    /// Its process, if it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
    /// Whether it runs.
    pub state: ChildState,
    /// What it is.
    pub kind: Kind,
    /// When it is started again.
    pub restart: Restart,
    /// How it is stopped: `brutal_kill`, `infinity`, or how long it may take.
    pub shutdown: String,
    /// How long it may take, in microseconds; absent where no time is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shutdown_us: Option<u64>,
    /// Whether its end can end the supervisor.
    pub significant: bool,
    /// The entry point that it is started by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Its arguments, without what is secret.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub args: Value,
    /// How often it was restarted.
    pub restarts: u32,
}

/// One child, after something was done to it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OneChild {
    /// The supervisor.
    pub supervisor: Pid,
    /// The child: what it was pointed at by.
    pub child: String,
    /// Its process, if it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
}

impl ChildState {
    /// The state of a child, and its process.
    pub(super) fn of(pid: ChildPid) -> (Self, Option<Pid>) {
        match pid {
            ChildPid::Running(pid) => (Self::Running, Some(pid)),
            ChildPid::Stopped => (Self::Stopped, None),
            ChildPid::Restarting => (Self::Restarting, None),
        }
    }
}

impl ChildView {
    pub(super) fn of(catalogue: &Catalogue, info: ChildInfo) -> Self {
        let (state, pid) = ChildState::of(info.pid);
        let entry_point = info.entry_point.as_deref();
        let args = catalogue.entry_points.without_secrets(entry_point, info.args);
        Self {
            id: info.id.as_ref().to_owned(),
            pid,
            state,
            kind: info.kind,
            restart: info.restart,
            shutdown: shutdown_text(info.shutdown),
            shutdown_us: match info.shutdown {
                Shutdown::Timeout(wait) => Some(micros(wait)),
                Shutdown::BrutalKill | Shutdown::Infinity => None,
            },
            significant: info.significant,
            entry_point: entry_point.map(str::to_owned),
            args,
            restarts: info.restarts,
        }
    }
}

fn shutdown_text(shutdown: Shutdown) -> String {
    match shutdown {
        Shutdown::BrutalKill => "brutal_kill".to_owned(),
        Shutdown::Infinity => "infinity".to_owned(),
        Shutdown::Timeout(wait) => span(wait),
    }
}

/// The child that a text points at, and its process: the text is an id or a pid, and only under
/// simple_one_for_one does the supervisor itself know pids.
pub(super) async fn point_at<E>(
    cx: &Context<Catalogue>,
    supervisor: &SupervisorRef,
    child: &str,
) -> Result<(WhichChild, Option<Pid>), Refusal<E>>
where
    E: Failure + From<NoChild> + From<NoAnswer>,
{
    let no_child = || Refusal::from(E::from(NoChild { child: child.to_owned() }));
    let Ok(pid) = child.parse::<Pid>() else {
        let children = supervisor.which_children().await.map_err(unanswered)?;
        let found = children.iter().find(|info| &*info.id == child);
        let pid = found.and_then(|info| ChildState::of(info.pid).1);
        return Ok((WhichChild::from(child), pid));
    };
    let info = cx.state().runtime.info(pid).map_err(|_gone| no_child())?;
    if info.supervisor != Some(supervisor.pid()) {
        return Err(no_child());
    }
    let flags = supervisor.flags().await.map_err(unanswered)?;
    match (&info.child_id, flags.template) {
        (Some(id), None) => Ok((WhichChild::from(&**id), Some(pid))),
        _ => Ok((WhichChild::from(pid), Some(pid))),
    }
}

/// The child with how it is kept.
pub(super) fn kept(
    spec: ChildSpec,
    restart: Restart,
    shutdown: Option<Shutdown>,
    significant: bool,
) -> ChildSpec {
    let spec = spec.restart(restart);
    let spec = match shutdown {
        Some(shutdown) => spec.shutdown(shutdown),
        None => spec,
    };
    if significant { spec.significant() } else { spec }
}
