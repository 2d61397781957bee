//! What can be known of a process, and honestly: what cannot be known is absent with its reason.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::cell::{
    CLOSING, Core, EXITING, LEFT, PROTECTED, Process, READY, STOPPING, SUSPENDED, TRAP_EXIT,
    Watcher,
};
use crate::{ExitReason, MonitorRef, Pid, ProcessName};

/// What a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It handles messages.
    Server,
    /// It runs a future.
    Task,
    /// It keeps children.
    Supervisor,
}

/// What a process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its `init` has not finished.
    Starting,
    /// It waits to be woken.
    Waiting,
    /// It is inside a poll, for so long now.
    Running {
        /// How long this poll has taken.
        since: Duration,
    },
    /// It is not polled.
    Suspended,
    /// It is on its way to its end.
    Stopping,
}

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Its sender waits for a reply.
    Call,
    /// Its sender does not wait.
    Cast,
    /// A plain message.
    Info,
    /// A trapped exit.
    Exit,
    /// The end of a monitored process.
    Down,
    /// The alarm of the process's own.
    Alarm,
    /// The answer to a call; it goes past the mailbox.
    Reply,
}

impl MessageKind {
    pub(crate) fn code(self) -> u64 {
        match self {
            Self::Call => 1,
            Self::Cast => 2,
            Self::Info => 3,
            Self::Exit => 4,
            Self::Down => 5,
            Self::Alarm => 6,
            Self::Reply => 7,
        }
    }

    fn decode(code: u8) -> Option<Self> {
        [Self::Call, Self::Cast, Self::Info, Self::Exit, Self::Down, Self::Alarm, Self::Reply]
            .into_iter()
            .find(|kind| kind.code() == u64::from(code))
    }
}

/// A figure, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact<T> {
    /// What it is.
    Known(T),
    /// Why it cannot be known.
    Absent(&'static str),
}

impl<T> Fact<T> {
    /// The figure, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent(_) => None,
        }
    }
}

/// What is known of a process at one moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProcessInfo {
    /// Its pid.
    pub pid: Pid,
    /// Its registered name.
    pub name: Option<ProcessName>,
    /// What it is.
    pub kind: Kind,
    /// What it is doing.
    pub status: Status,
    /// What it was told to end with, while it has not: it cleans up, ends its children, or is
    /// inside a section that does not yield.
    pub ending: Option<ExitReason>,
    /// The entry point that it was started by.
    pub entry_point: Option<Arc<str>>,
    /// Its supervisor.
    pub supervisor: Option<Pid>,
    /// Which child of its supervisor it is.
    pub child_id: Option<Arc<str>>,
    /// Its children that run, the oldest first, if it is a supervisor.
    pub children: Fact<Vec<Pid>>,
    /// What it is linked to, the oldest first.
    pub links: Vec<Pid>,
    /// What it monitors.
    pub monitors: Vec<MonitorRef>,
    /// Which processes monitor it, the oldest first.
    pub monitored_by: Vec<Pid>,
    /// Whether exit signals arrive as messages.
    pub trap_exit: bool,
    /// Whether kill, stop and suspend are refused unless forced.
    pub protected: bool,
    /// How many messages wait.
    pub mailbox_length: Fact<u64>,
    /// How many messages the mailbox holds; `None` if it is unbounded.
    pub mailbox_capacity: Fact<Option<usize>>,
    /// How many messages were taken out of the mailbox.
    pub messages_handled: Fact<u64>,
    /// The kinds of the last messages, the newest first, at most eight.
    pub last_messages: Fact<Vec<MessageKind>>,
    /// Time inside poll, by the machine's clock. The poll that is going on counts at its end.
    pub busy_time: Duration,
    /// How often it was polled.
    pub polls: u64,
    /// When it was spawned.
    pub started_at: SystemTime,
    /// How long ago that was.
    pub uptime: Duration,
    /// How often its supervisor has restarted this child id.
    pub restarts: Fact<u32>,
}

/// Why a task's mailbox has no figures.
const NO_MAILBOX: &str = "a task reads no mailbox";

impl ProcessInfo {
    pub(crate) fn of(process: &Arc<dyn Process>) -> Self {
        let core = process.core();
        let figures = process.mailbox();
        let has_mailbox =
            core.origin.kind != Kind::Task || figures.handled != 0 || figures.length != 0;
        let uptime = core.node.clock.elapsed().saturating_sub(core.started);
        let control = core.control();
        let watchers = control.watchers.iter().filter_map(|(_, watcher)| match watcher {
            Watcher::Process(pid) => Some(*pid),
            Watcher::Waiter(_) => None,
        });
        let mut monitored_by: Vec<Pid> = watchers.collect();
        monitored_by.sort_unstable();
        let monitors = control.watching.iter();
        Self {
            pid: core.pid,
            name: control.name.clone(),
            kind: core.origin.kind,
            status: status(core),
            ending: control.exit.as_ref().or(control.stop.as_ref()).map(|told| (**told).clone()),
            entry_point: core.origin.entry_point.clone(),
            supervisor: core.origin.child_id.as_ref().and(core.origin.parent),
            child_id: core.origin.child_id.clone(),
            children: Fact::Absent("it is no supervisor"),
            links: control.links.sorted(),
            monitors: monitors.map(|(number, &pid)| MonitorRef { pid, number }).collect(),
            monitored_by,
            trap_exit: core.has(TRAP_EXIT),
            protected: core.has(PROTECTED),
            mailbox_length: fact(has_mailbox, figures.length),
            mailbox_capacity: fact(has_mailbox, figures.capacity),
            messages_handled: fact(has_mailbox, figures.handled),
            last_messages: fact(has_mailbox, last_messages(core)),
            busy_time: Duration::from_nanos(core.busy_ns()),
            polls: core.polls(),
            started_at: core.node.clock.at(core.started),
            uptime,
            restarts: match core.origin.child_id {
                Some(_) => Fact::Known(core.origin.restarts),
                None => Fact::Absent("it is no supervisor's child"),
            },
        }
    }
}

/// What the process is doing now.
pub(crate) fn status(core: &Core) -> Status {
    match core.polling_for() {
        _ if core.has(STOPPING | CLOSING | LEFT) => Status::Stopping,
        Some(since) if core.has(READY) => Status::Running { since },
        _ if core.has(EXITING) => Status::Stopping,
        _ if core.has(SUSPENDED) => Status::Suspended,
        _ if !core.has(READY) => Status::Starting,
        _ => Status::Waiting,
    }
}

fn fact<T>(known: bool, value: T) -> Fact<T> {
    if known { Fact::Known(value) } else { Fact::Absent(NO_MAILBOX) }
}

fn last_messages(core: &Core) -> Vec<MessageKind> {
    let codes = core.last_kinds().to_le_bytes();
    codes.into_iter().map_while(MessageKind::decode).collect()
}
