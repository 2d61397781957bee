//! Traces: what chosen processes send, receive, start, link to and end with.
//!
//! A trace is bounded in events and in time, and its reader never slows a process: what the
//! reader's queue cannot take is dropped and counted.

mod telling;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::clock::deadline;
use crate::info::MessageKind;
use crate::node::Node;
use crate::panic::catch;
use crate::scope::Scope;
use crate::sync::{AtomicU64, Notify, Ordering, RwLock, reading};
use crate::{ExitReason, Pid};

pub(crate) use telling::{TracedMessage, content, exited, linked, restarted, spawned};

/// Which processes a trace follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceTarget {
    /// Every process.
    All,
    /// These, and what supervisors start in their place.
    Processes(Vec<Pid>),
}

/// What a trace takes. Each kind of event can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TraceKind {
    /// A message that a chosen process sends.
    Sent,
    /// A message that a chosen process gets.
    Received,
    /// A chosen process starts another one.
    Spawned,
    /// A chosen process ends.
    Exited,
    /// A chosen process is linked.
    Linked,
    /// A chosen process was started again.
    Restarted,
}

/// How a trace is bounded.
#[derive(Debug, Clone)]
pub struct TraceOptions {
    /// Which processes.
    pub target: TraceTarget,
    /// Which events; empty means all.
    pub kinds: Vec<TraceKind>,
    /// Every how manyth matching event is taken: 1 takes all.
    pub sample_every: u64,
    /// After so many events the trace ends.
    pub events_max: u64,
    /// After so long the trace ends.
    pub lasts: Duration,
    /// How many events wait for a slow reader: 1 to 1,048,576.
    pub buffer: usize,
    /// Whether to take what messages say, where their server was spawned with JSON messages.
    /// Secrets among them are taken too.
    pub contents: bool,
}

impl Default for TraceOptions {
    fn default() -> Self {
        Self {
            target: TraceTarget::All,
            kinds: Vec::new(),
            sample_every: 1,
            events_max: 10_000,
            lasts: Duration::from_secs(60),
            buffer: 1024,
            contents: false,
        }
    }
}

/// One traced event.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceEvent {
    /// Since the node's start.
    pub at: Duration,
    /// The chosen process.
    pub pid: Pid,
    /// What happened.
    pub what: Traced,
}

/// What happened to a traced process.
#[derive(Debug, Clone, PartialEq)]
pub enum Traced {
    /// It sent a message.
    Sent {
        /// To whom; absent where a reply goes to no process.
        to: Option<Pid>,
        /// Its kind.
        kind: MessageKind,
        /// The Rust type of the server that it is for; of a reply, that it is from.
        server: &'static str,
        /// What it says, if the trace takes that and the server has JSON messages.
        content: Option<Value>,
    },
    /// It got a message.
    Received {
        /// From whom; absent where the sender is no process.
        from: Option<Pid>,
        /// Its kind.
        kind: MessageKind,
        /// The Rust type of the server that it is for; of a reply, that it is from.
        server: &'static str,
        /// What it says, if the trace takes that and the server has JSON messages.
        content: Option<Value>,
    },
    /// It started a process.
    Spawned {
        /// The new process.
        child: Pid,
    },
    /// It ended.
    Exited {
        /// Why.
        reason: ExitReason,
    },
    /// It was linked.
    Linked {
        /// To whom.
        to: Pid,
    },
    /// Its supervisor started this one in its place.
    Restarted {
        /// The pid that ended.
        old: Pid,
    },
}

impl Traced {
    fn kind(&self) -> TraceKind {
        match self {
            Self::Sent { .. } => TraceKind::Sent,
            Self::Received { .. } => TraceKind::Received,
            Self::Spawned { .. } => TraceKind::Spawned,
            Self::Exited { .. } => TraceKind::Exited,
            Self::Linked { .. } => TraceKind::Linked,
            Self::Restarted { .. } => TraceKind::Restarted,
        }
    }
}

/// The reader of a trace; dropping it ends the trace.
pub struct Trace {
    node: Arc<Node>,
    session: Arc<Session>,
    events: mpsc::Receiver<TraceEvent>,
    ends: Instant,
}

impl Trace {
    /// Waits for the next event; `None` once a limit is reached and all was read.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future loses no event.
    pub async fn next(&mut self) -> Option<TraceEvent> {
        loop {
            if let Ok(event) = self.events.try_recv() {
                return Some(event);
            }
            if self.session.is_full() {
                // The last one may have come in between.
                return self.events.try_recv().ok();
            }
            // Both are cancel safe; what waits is read before the time is looked at.
            let next = async {
                tokio::select! {
                    biased;
                    event = self.events.recv() => Some(event),
                    () = self.session.filled.notified() => None,
                }
            };
            match self.node.timers.until(self.ends, next).await {
                Some(Some(event)) => return event,
                Some(None) => {}
                None => return None,
            }
        }
    }

    /// How many events were lost because this reader was slow.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.session.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.node.remove_session(self.session.number);
    }
}

pub(crate) struct Session {
    pub(crate) number: u64,
    chosen: Option<RwLock<HashSet<Pid>>>,
    scope: Option<Arc<Scope>>,
    kinds: Vec<TraceKind>,
    sample_every: u64,
    events_max: u64,
    contents: bool,
    ends: Duration,
    matched: AtomicU64,
    taken: AtomicU64,
    /// Those of the taken that the reader can find, or that were dropped.
    settled: AtomicU64,
    dropped: AtomicU64,
    /// Told when the last one that fits is settled.
    filled: Notify,
    sender: mpsc::Sender<TraceEvent>,
}

impl Session {
    fn is_full(&self) -> bool {
        self.events_max <= self.settled.load(Ordering::Acquire)
    }

    /// Whether a limit was reached: nothing more is taken.
    fn is_over(&self, now: Duration) -> bool {
        self.ends < now || self.events_max <= self.taken.load(Ordering::Relaxed)
    }

    fn follows(&self, pid: Pid) -> bool {
        self.has_chosen(pid) && self.scope.as_ref().is_none_or(|scope| scope.has(pid))
    }

    fn has_chosen(&self, pid: Pid) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| reading(chosen, |chosen| chosen.contains(&pid)))
    }

    fn take(&self, mut event: TraceEvent) {
        let wanted = self.kinds.is_empty() || self.kinds.contains(&event.what.kind());
        if !wanted || !self.follows(event.pid) {
            return;
        }
        if !self.matched.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.sample_every) {
            return;
        }
        if self.events_max <= self.taken.fetch_add(1, Ordering::Relaxed) {
            return;
        }
        if !self.contents
            && let Traced::Sent { content, .. } | Traced::Received { content, .. } = &mut event.what
        {
            *content = None;
        }
        // Where the reader's waker panics, the event is there, and counts.
        if catch(|| self.sender.try_send(event).is_err()) == Ok(true) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        if self.settled.fetch_add(1, Ordering::AcqRel) + 1 == self.events_max {
            self.filled.notify_one();
        }
    }
}

/// The most that waits for a reader.
const BUFFER_MAX: usize = 1 << 20;

pub(crate) fn start(node: &Arc<Node>, scope: Option<Arc<Scope>>, options: TraceOptions) -> Trace {
    let (sender, events) = mpsc::channel(options.buffer.clamp(1, BUFFER_MAX));
    let session = Arc::new(Session {
        number: node.next_reference(),
        chosen: match options.target {
            TraceTarget::All => None,
            TraceTarget::Processes(pids) => Some(RwLock::new(pids.into_iter().collect())),
        },
        scope,
        kinds: options.kinds,
        sample_every: options.sample_every.max(1),
        events_max: options.events_max,
        contents: options.contents,
        ends: node.clock.elapsed().saturating_add(options.lasts),
        matched: AtomicU64::new(0),
        taken: AtomicU64::new(0),
        settled: AtomicU64::new(0),
        filled: Notify::new(),
        dropped: AtomicU64::new(0),
        sender,
    });
    node.add_session(Arc::clone(&session));
    Trace { node: Arc::clone(node), session, events, ends: deadline(options.lasts) }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;
    use crate::{Runtime, RuntimeConfig};

    #[tokio::test(start_paused = true)]
    async fn a_trace_past_its_limits_costs_nobody_anything() {
        let cases = [
            ("events", TraceOptions { events_max: 2, ..TraceOptions::default() }),
            ("time", TraceOptions { lasts: Duration::ZERO, ..TraceOptions::default() }),
        ];
        for (limit, options) in cases {
            let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
            let mut trace = runtime.trace(options);
            assert!(runtime.node.is_traced(), "{limit}");
            tokio::time::advance(Duration::from_millis(1)).await;
            for _ in 0..4 {
                runtime.task().spawn(async {}).unwrap().await.unwrap();
            }
            assert!(!runtime.node.is_traced(), "{limit}");
            let mut n_taken = 0;
            while trace.next().await.is_some() {
                n_taken += 1;
            }
            assert_eq!(n_taken, if limit == "events" { 2 } else { 0 }, "{limit}");
        }
    }
}
