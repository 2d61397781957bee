//! How a process is shown: whole, and in a list.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal::Choice;
use arsenal::params::Words;
use arsenal_process::{Fact, Kind, MessageKind, MonitorRef, Pid, ProcessInfo, ProcessName, Status};
use schemars::JsonSchema;
use serde::Serialize;

use crate::moment::{micros, moment, span};

/// What a process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum StatusWord {
    /// Its start has not finished.
    Starting,
    /// It waits to be woken.
    Waiting,
    /// It is being polled.
    Running,
    /// It is not polled.
    Suspended,
    /// It is on its way to its end.
    Stopping,
}

impl StatusWord {
    /// The word of a status, and how long the poll that is under way has taken.
    pub(crate) fn of(status: Status) -> (Self, Option<Duration>) {
        match status {
            Status::Starting => (Self::Starting, None),
            Status::Waiting => (Self::Waiting, None),
            Status::Running { since } => (Self::Running, Some(since)),
            Status::Suspended => (Self::Suspended, None),
            Status::Stopping => (Self::Stopping, None),
        }
    }
}

/// A field of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ProcessField {
    /// Its pid.
    Pid,
    /// Its registered name.
    Name,
    /// What it is.
    Kind,
    /// What it is doing, and for how long if it runs.
    Status,
    /// The entry point that it was started by.
    EntryPoint,
    /// Its supervisor.
    Supervisor,
    /// Which child of its supervisor it is.
    ChildId,
    /// Its children, if it is a supervisor.
    Children,
    /// What it is linked to.
    Links,
    /// What it monitors.
    Monitors,
    /// What monitors it.
    MonitoredBy,
    /// Whether exits arrive as messages.
    TrapExit,
    /// Whether it is touched only by force.
    Protected,
    /// How many messages wait.
    MailboxLength,
    /// How many messages its mailbox holds.
    MailboxCapacity,
    /// How many messages it has taken.
    MessagesHandled,
    /// The kinds of the last messages.
    LastMessages,
    /// Time inside poll.
    BusyTime,
    /// How often it was polled.
    Polls,
    /// When it was started.
    StartedAt,
    /// How long ago that was.
    Uptime,
    /// How often its child id was restarted.
    Restarts,
}

/// A process. What was not asked for is absent; what cannot be known is absent with its reason.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub struct ProcessView {
    /// Its pid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it is doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusWord>,
    /// How long the poll that is under way has taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_for: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_for_us: Option<u64>,
    /// The entry point that it was started by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Its supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<Pid>,
    /// Which child of its supervisor it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_id: Option<String>,
    /// Its children that run, the oldest first, if it is a supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<Vec<Pid>>,
    /// What it is linked to, the oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Pid>>,
    /// What it monitors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitors: Option<Vec<MonitorView>>,
    /// What monitors it, the oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitored_by: Option<Vec<Pid>>,
    /// Whether exits arrive as messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trap_exit: Option<bool>,
    /// Whether kill, stop and suspend need force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
    /// How many messages wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_length: Option<u64>,
    /// How many messages its mailbox holds; `null` if it is unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_capacity: Option<Option<u64>>,
    /// How many messages it has taken out of its mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_handled: Option<u64>,
    /// The kinds of the last messages, the newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_messages: Option<Vec<MessageKind>>,
    /// Time inside poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy_time: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy_time_us: Option<u64>,
    /// How often it was polled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polls: Option<u64>,
    /// When it was started (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// How long ago that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_us: Option<u64>,
    /// How often its supervisor has restarted this child id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<u32>,
    /// Fields that cannot be known, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<&'static str, &'static str>,
}

/// A monitor of a process.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MonitorView {
    /// What is monitored.
    pub process: Pid,
    /// The monitor's number.
    pub reference: u64,
}

impl From<&MonitorRef> for MonitorView {
    fn from(monitor: &MonitorRef) -> Self {
        Self { process: monitor.pid, reference: monitor.number }
    }
}

impl ProcessView {
    /// The process with these fields; none is all of them.
    pub(crate) fn of(info: &ProcessInfo, fields: &[ProcessField]) -> Self {
        let mut view = Self::default();
        if fields.is_empty() {
            ProcessField::all().for_each(|field| view.show(field, info));
        } else {
            fields.iter().for_each(|field| view.show(*field, info));
        }
        view
    }

    fn show(&mut self, field: ProcessField, info: &ProcessInfo) {
        match field {
            ProcessField::Pid => self.pid = Some(info.pid),
            ProcessField::Name => self.name.clone_from(&info.name),
            ProcessField::Kind => self.kind = Some(info.kind),
            ProcessField::Status => {
                let (word, since) = StatusWord::of(info.status);
                self.status = Some(word);
                self.running_for = since.map(span);
                self.running_for_us = since.map(micros);
            }
            ProcessField::EntryPoint => {
                self.entry_point = info.entry_point.as_deref().map(str::to_owned);
            }
            ProcessField::Supervisor => self.supervisor = info.supervisor,
            ProcessField::ChildId => self.child_id = info.child_id.as_deref().map(str::to_owned),
            ProcessField::Children => self.children = self.fact("children", &info.children),
            ProcessField::Links => self.links = Some(info.links.clone()),
            ProcessField::Monitors => {
                self.monitors = Some(info.monitors.iter().map(MonitorView::from).collect());
            }
            ProcessField::MonitoredBy => self.monitored_by = Some(info.monitored_by.clone()),
            ProcessField::TrapExit => self.trap_exit = Some(info.trap_exit),
            ProcessField::Protected => self.protected = Some(info.protected),
            ProcessField::MailboxLength => {
                self.mailbox_length = self.fact("mailbox_length", &info.mailbox_length);
            }
            ProcessField::MailboxCapacity => {
                let capacity = self.fact("mailbox_capacity", &info.mailbox_capacity);
                self.mailbox_capacity = capacity.map(|most| most.map(|most| most as u64));
            }
            ProcessField::MessagesHandled => {
                self.messages_handled = self.fact("messages_handled", &info.messages_handled);
            }
            ProcessField::LastMessages => {
                self.last_messages = self.fact("last_messages", &info.last_messages);
            }
            ProcessField::BusyTime => {
                self.busy_time = Some(span(info.busy_time));
                self.busy_time_us = Some(micros(info.busy_time));
            }
            ProcessField::Polls => self.polls = Some(info.polls),
            ProcessField::StartedAt => self.started_at = Some(moment(info.started_at)),
            ProcessField::Uptime => {
                self.uptime = Some(span(info.uptime));
                self.uptime_us = Some(micros(info.uptime));
            }
            ProcessField::Restarts => self.restarts = self.fact("restarts", &info.restarts),
        }
    }

    fn fact<T: Clone>(&mut self, field: &'static str, fact: &Fact<T>) -> Option<T> {
        match fact {
            Fact::Known(value) => Some(value.clone()),
            Fact::Absent(reason) => {
                self.unknown.insert(field, reason);
                None
            }
        }
    }
}

/// A process in a list. What cannot be known is absent; `get_process_info` tells why.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProcessRow {
    /// Its pid.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// What it is.
    pub kind: Kind,
    /// What it is doing.
    pub status: StatusWord,
    /// The entry point that it was started by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Its supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervisor: Option<Pid>,
    /// Which child of its supervisor it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_id: Option<String>,
    /// How many messages wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_length: Option<u64>,
    /// How many messages it has taken out of its mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_handled: Option<u64>,
    /// Time inside poll.
    pub busy_time: String,
    /// The same in microseconds.
    pub busy_time_us: u64,
    /// How often it was polled.
    pub polls: u64,
    /// How long ago it was started.
    pub uptime: String,
    /// The same in microseconds.
    pub uptime_us: u64,
    /// How often its supervisor has restarted this child id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<u32>,
    /// What changed since the same query last showed it, if rates were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<RowRates>,
}

/// What a process did since the same query last showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowRates {
    /// How long ago that was.
    pub over: String,
    /// The same in microseconds.
    pub over_us: u64,
    /// Time inside poll since then.
    pub busy_time: String,
    /// The same in microseconds.
    pub busy_time_us: u64,
    /// Messages taken since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_handled: Option<u64>,
    /// Polls since then.
    pub polls: u64,
}

impl From<&ProcessInfo> for ProcessRow {
    fn from(info: &ProcessInfo) -> Self {
        Self {
            pid: info.pid,
            name: info.name.clone(),
            kind: info.kind,
            status: StatusWord::of(info.status).0,
            entry_point: info.entry_point.as_deref().map(str::to_owned),
            supervisor: info.supervisor,
            child_id: info.child_id.as_deref().map(str::to_owned),
            mailbox_length: info.mailbox_length.known(),
            messages_handled: info.messages_handled.known(),
            busy_time: span(info.busy_time),
            busy_time_us: micros(info.busy_time),
            polls: info.polls,
            uptime: span(info.uptime),
            uptime_us: micros(info.uptime),
            restarts: info.restarts.known(),
            rates: None,
        }
    }
}
