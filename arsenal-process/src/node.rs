//! What the processes of one runtime share: tables, names, clock, event stream, traces.
//!
//! The tables are sharded, so that no message and no exit waits for one lock of all.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::carrier::Spares;
use crate::cell::Process;
use crate::clock::Clock;
use crate::event::Events;
use crate::node_number::NodeNumber;
use crate::past::Past;
use crate::sync::{
    Apart, AtomicBool, AtomicU64, AtomicUsize, Mutex, Ordering, RwLock, lock, reading, writing,
};
use crate::table::{Names, Table};
use crate::timer::Timers;
use crate::trace::Session;
use crate::{ExitReason, Pid};

/// How a runtime is set up.
#[derive(Debug, Clone)]
pub struct RuntimeConfig {
    /// The node's number in pids, which no other runtime of this program has; without one, the next
    /// that is free. A runtime has its number until its shutdown, and the end of what runs on after
    /// that. Who asks for the number of one that has ended may meet that one's pids again.
    pub node: Option<u32>,
    /// How many events the stream holds for a reader that lags: 1 to 65,536.
    pub events_max: usize,
    /// A poll longer than this is an event.
    pub slow_poll: Duration,
    /// How many ended processes are remembered with their reason.
    pub past_max: usize,
    /// How often the root supervisor restarts its children before it gives up.
    pub root_intensity: crate::Intensity,
}

impl Default for RuntimeConfig {
    fn default() -> Self {
        Self {
            node: None,
            events_max: 1024,
            slow_poll: Duration::from_millis(100),
            past_max: 1024,
            root_intensity: crate::Intensity { max_restarts: 10, within: Duration::from_secs(10) },
        }
    }
}

/// Apart from the count of its pointers, which every start and every end writes to.
#[repr(align(128))]
pub(crate) struct Node {
    pub(crate) number: u32,
    /// Until the shutdown is done, or the node is gone.
    held: Mutex<Option<NodeNumber>>,
    pub(crate) tokio: Handle,
    pub(crate) clock: Clock,
    pub(crate) timers: Timers,
    pub(crate) spares: Arc<Spares>,
    pub(crate) processes: Table,
    pub(crate) names: Names,
    pub(crate) past: Past,
    pub(crate) events: Events,
    pub(crate) slow_poll_ns: u64,
    /// Set once the shutdown has begun: nothing is spawned from then on.
    pub(crate) closing: AtomicUsize,
    /// Set once, when the runtime starts.
    pub(crate) root: std::sync::OnceLock<Pid>,
    spawned: Apart<AtomicU64>,
    references: Apart<AtomicU64>,
    /// Set with the first.
    has_scopes: AtomicBool,
    n_sessions: AtomicUsize,
    sessions: RwLock<Vec<Arc<Session>>>,
}

impl Node {
    pub(crate) fn new(number: NodeNumber, tokio: Handle, config: &RuntimeConfig) -> Self {
        Self {
            number: number.get(),
            held: Mutex::new(Some(number)),
            timers: Timers::new(tokio.clone()),
            tokio,
            clock: Clock::start(),
            spares: Arc::default(),
            processes: Table::new(),
            names: Names::new(),
            past: Past::new(config.past_max),
            events: Events::new(config.events_max),
            slow_poll_ns: u64::try_from(config.slow_poll.as_nanos()).unwrap_or(u64::MAX),
            closing: AtomicUsize::new(0),
            root: std::sync::OnceLock::new(),
            spawned: Apart(AtomicU64::new(0)),
            references: Apart(AtomicU64::new(0)),
            has_scopes: AtomicBool::new(false),
            n_sessions: AtomicUsize::new(0),
            sessions: RwLock::new(Vec::new()),
        }
    }

    #[inline]
    pub(crate) fn next_pid(&self) -> Pid {
        Pid::numbered(self.number, self.spawned.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The number of the newest pid: what is started later has a higher one.
    pub(crate) fn newest(&self) -> u64 {
        self.spawned.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn next_reference(&self) -> u64 {
        self.references.0.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn find(&self, pid: Pid) -> Option<Arc<dyn Process>> {
        if pid.node() != self.number {
            return None;
        }
        self.processes.get(pid)
    }

    /// Lets another runtime have the number, if nothing runs here any more.
    pub(crate) fn give_number_back_if_empty(&self) {
        if self.processes.len() == 0 {
            *lock(&self.held) = None;
        }
    }

    /// The reason for which a pid is not there.
    pub(crate) fn absence(&self, pid: Pid) -> ExitReason {
        if pid.node() == self.number { ExitReason::NoProc } else { ExitReason::NoConnection }
    }

    #[inline]
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire) != 0
    }

    #[inline]
    pub(crate) fn has_scopes(&self) -> bool {
        self.has_scopes.load(Ordering::Acquire)
    }

    /// Before anything moves into a scope.
    pub(crate) fn note_scope(&self) {
        self.has_scopes.store(true, Ordering::Release);
    }

    #[inline]
    pub(crate) fn is_traced(&self) -> bool {
        self.n_sessions.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn sessions(&self) -> Vec<Arc<Session>> {
        reading(&self.sessions, Vec::clone)
    }

    pub(crate) fn add_session(&self, session: Arc<Session>) {
        writing(&self.sessions, |sessions| {
            sessions.push(session);
            self.n_sessions.store(sessions.len(), Ordering::Relaxed);
        });
    }

    pub(crate) fn remove_session(&self, number: u64) {
        writing(&self.sessions, |sessions| {
            sessions.retain(|session| session.number != number);
            self.n_sessions.store(sessions.len(), Ordering::Relaxed);
        });
    }
}
