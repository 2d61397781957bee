//! How a trace and its events are shown.

use arsenal::Choice;
use arsenal_process::{ExitReason, MessageKind, Pid, Runtime, TraceEvent, TraceKind, Traced};
use schemars::JsonSchema;
use serde::Serialize;

use super::record::Record;
use crate::moment::{micros, moment, span};

/// How a trace ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum TraceEnd {
    /// It took as many events as it was to.
    Events,
    /// Its time was over.
    Time,
    /// It was stopped.
    Stopped,
    /// Its listening process was killed.
    Killed,
}

/// What a traced event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Choice)]
pub enum TraceEventKind {
    /// The process sent a message.
    Sent,
    /// The process got a message.
    Received,
    /// The process started another one.
    Spawned,
    /// The process ended.
    Exited,
    /// The process was linked.
    Linked,
    /// The process was started in the place of one that ended.
    Restarted,
}

impl TraceEventKind {
    pub(crate) const fn traced(self) -> TraceKind {
        match self {
            Self::Sent => TraceKind::Sent,
            Self::Received => TraceKind::Received,
            Self::Spawned => TraceKind::Spawned,
            Self::Exited => TraceKind::Exited,
            Self::Linked => TraceKind::Linked,
            Self::Restarted => TraceKind::Restarted,
        }
    }

    pub(crate) const fn of(what: &Traced) -> Self {
        match what {
            Traced::Sent { .. } => Self::Sent,
            Traced::Received { .. } => Self::Received,
            Traced::Spawned { .. } => Self::Spawned,
            Traced::Exited { .. } => Self::Exited,
            Traced::Linked { .. } => Self::Linked,
            Traced::Restarted { .. } => Self::Restarted,
        }
    }
}

/// A trace, without its events.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TraceView {
    /// Its id.
    pub id: String,
    /// Who began it.
    pub principal: String,
    /// Whether it still listens.
    pub running: bool,
    /// How it ended, once it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<TraceEnd>,
    /// When it began (RFC 3339, UTC).
    pub started_at: String,
    /// The processes that were chosen at its start; absent where it follows all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<Vec<Pid>>,
    /// Which events it takes; all if there are none.
    pub kinds: Vec<TraceEventKind>,
    /// Every how manyth event it takes.
    pub sample_every: u64,
    /// After how many events it ends.
    pub events_max: u64,
    /// For how long it lasts at most.
    pub lasts: String,
    /// The same in microseconds.
    pub lasts_us: u64,
    /// How many events it holds.
    pub events: usize,
    /// How many events were lost because they came too fast.
    pub dropped: u64,
}

impl TraceView {
    pub(crate) fn of(record: &Record) -> Self {
        let (asked, heard) = (&record.asked, record.heard());
        Self {
            id: record.id(),
            principal: asked.principal.clone(),
            running: heard.end.is_none(),
            end: heard.end,
            started_at: moment(record.began_at),
            processes: asked.pids.clone(),
            kinds: asked.kinds.clone(),
            sample_every: asked.sample_every,
            events_max: asked.events_max,
            lasts: span(asked.lasts),
            lasts_us: micros(asked.lasts),
            events: heard.events.len(),
            dropped: heard.dropped,
        }
    }
}

/// One traced event.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TraceEventView {
    /// When (RFC 3339, UTC).
    pub at: String,
    /// The same in microseconds since the runtime's start.
    pub at_us: u64,
    /// The process that was followed.
    pub pid: Pid,
    /// What happened to it.
    pub kind: TraceEventKind,
    /// The other process: whom it sent to, heard from, started, was linked to, or stands in for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<Pid>,
    /// The kind of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageKind>,
    /// The Rust type of the server that the message is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<&'static str>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ExitReason>,
}

impl TraceEventView {
    pub(crate) fn of(event: &TraceEvent, runtime: &Runtime) -> Self {
        let mut view = Self {
            at: moment(runtime.time_of_day(event.at)),
            at_us: micros(event.at),
            pid: event.pid,
            kind: TraceEventKind::of(&event.what),
            peer: None,
            message: None,
            server: None,
            reason: None,
        };
        match &event.what {
            Traced::Sent { to, kind, server, .. } => {
                (view.peer, view.message, view.server) = (*to, Some(*kind), Some(*server));
            }
            Traced::Received { from, kind, server, .. } => {
                (view.peer, view.message, view.server) = (*from, Some(*kind), Some(*server));
            }
            Traced::Spawned { child } => view.peer = Some(*child),
            Traced::Exited { reason } => view.reason = Some(reason.clone()),
            Traced::Linked { to } => view.peer = Some(*to),
            Traced::Restarted { old } => view.peer = Some(*old),
        }
        view
    }
}
