//! What the runtime keeps of one process, in one allocation: identity, counters, control lane.
//!
//! The control lane stands beside the mailbox, under its own small lock, and holds the process's
//! own links and monitors: an exit walks these and nothing else.
//! Locks are taken in this order: controls by pid, then a name's shard, then a mailbox.

use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::task::Waker;
use std::time::Duration;

use crate::end_reason::EndReason;
use crate::info::MessageKind;
use crate::node::Node;
use crate::panic::regardless;
use crate::pid_set::PidSet;
use crate::ref_map::RefMap;
use crate::scope::Scope;
use crate::server::Info;
use crate::sync::{AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, lock};
use crate::trace::TracedMessage;
use crate::{Event, ExitReason, Kind, Pid, ProcessName};

/// A process as the tables hold it, whatever its messages are.
pub(crate) trait Process: Any + Send + Sync {
    fn core(&self) -> &Core;

    /// Puts a message of the runtime's into the mailbox, past any bound, unless it is closed. The
    /// caller may hold controls: what is left to do is done without them.
    fn push_info(&self, info: Info) -> Pushed;

    /// Takes whoever waits for a message.
    fn take_waiting(&self) -> Wakes;

    /// Closes the mailbox and drops what is in it.
    fn close(&self);

    /// How many messages wait, and how many there were.
    fn mailbox(&self) -> MailboxFigures;

    /// The way in for JSON, where the process was spawned with one.
    fn json(&self) -> Option<&dyn crate::json::JsonDoor>;
}

/// A message was put into a mailbox, or a signal did what it does; traces are still to be told
/// and the receiver to be woken.
#[must_use = "the receiver may wait"]
#[derive(Default)]
pub(crate) struct Pushed {
    pub(crate) wakes: Wakes,
    /// Whether it has opened the gate, so that the process is woken besides.
    pub(crate) opens: bool,
    pub(crate) traced: Option<Box<TracedMessage>>,
}

impl Pushed {
    /// Tells and wakes. The caller holds no lock: a waker can be anybody's code.
    #[inline]
    pub(crate) fn announce(self, to: &Core) {
        if let Some(message) = self.traced {
            message.tell(&to.node);
        }
        match self.wakes {
            Wakes::Nobody => {}
            Wakes::Process => to.wake(),
            Wakes::Other(waker) => regardless(|| waker.wake()),
        }
        if self.opens {
            to.wake();
        }
    }
}

/// Who is to be woken.
#[derive(Default)]
pub(crate) enum Wakes {
    #[default]
    Nobody,
    /// The process itself.
    Process,
    /// What waits inside of it.
    Other(Waker),
}

/// The counters of a mailbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MailboxFigures {
    pub(crate) length: u64,
    pub(crate) handled: u64,
    pub(crate) capacity: Option<usize>,
}

pub(crate) const TRAP_EXIT: u32 = 1;
pub(crate) const SUSPENDED: u32 = 1 << 1;
/// An exit that cannot wait: the body is dropped at the next poll.
pub(crate) const EXITING: u32 = 1 << 2;
/// A stop of a process that traps exits, by its parent or its scope: its loop ends in order.
pub(crate) const STOPPING: u32 = 1 << 3;
/// Its `init` said that there is nothing to do.
pub(crate) const IGNORED: u32 = 1 << 4;
pub(crate) const PROTECTED: u32 = 1 << 5;
pub(crate) const READY: u32 = 1 << 6;
pub(crate) const CLOSING: u32 = 1 << 7;
/// Its body is gone; what comes afterwards is still to be done.
pub(crate) const LEFT: u32 = 1 << 8;
/// Somebody has waited until it is ready.
pub(crate) const AWAITED: u32 = 1 << 9;

/// Where a process comes from; fixed at its spawn.
pub(crate) struct Origin {
    pub(crate) kind: Kind,
    pub(crate) parent: Option<Pid>,
    /// Its supervisor, or that of the scope which it was started in.
    pub(crate) belongs_to: Option<Pid>,
    pub(crate) child_id: Option<Arc<str>>,
    pub(crate) entry_point: Option<Arc<str>>,
    pub(crate) restarts: u32,
}

/// What every process has.
pub(crate) struct Core {
    pub(crate) pid: Pid,
    pub(crate) node: Arc<Node>,
    pub(crate) origin: Origin,
    /// Since the node's start, on the runtime's clock.
    pub(crate) started: Duration,
    flags: AtomicU32,
    polls: AtomicU64,
    busy_ns: AtomicU64,
    /// On the machine's clock while inside a poll; zero outside.
    polling_since: AtomicU64,
    /// The last eight kinds of message, a byte each, the newest lowest.
    last_kinds: AtomicU64,
    control: Mutex<Control>,
    /// Set under the control lock.
    waker: OnceLock<Waker>,
}

/// The control lane and what belongs to it.
#[derive(Default)]
pub(crate) struct Control {
    /// Who waits until the process is ready.
    pub(crate) starter: Option<Waker>,
    /// What it was told to end with; both stay until it has.
    pub(crate) exit: Option<Box<ExitReason>>,
    pub(crate) stop: Option<Box<ExitReason>>,
    pub(crate) name: Option<ProcessName>,
    pub(crate) scope: Option<Arc<Scope>>,
    pub(crate) links: PidSet,
    /// Who is told of this process's end, by monitor reference.
    pub(crate) watchers: RefMap<Watcher>,
    /// Whom this process monitors, by reference.
    pub(crate) watching: RefMap<Pid>,
    /// From here on no name can be taken.
    pub(crate) leaving: bool,
    /// Set last.
    pub(crate) ended: Option<EndReason>,
}

pub(crate) enum Watcher {
    Process(Pid),
    Waiter(Waker),
}

impl Core {
    pub(crate) fn new(
        node: Arc<Node>,
        origin: Origin,
        flags: u32,
        (name, scope): (Option<ProcessName>, Option<Arc<Scope>>),
    ) -> Self {
        Self {
            pid: node.next_pid(),
            started: node.clock.elapsed(),
            node,
            origin,
            flags: AtomicU32::new(flags),
            polls: AtomicU64::new(0),
            busy_ns: AtomicU64::new(0),
            polling_since: AtomicU64::new(0),
            last_kinds: AtomicU64::new(0),
            control: Mutex::new(Control { name, scope, ..Control::default() }),
            waker: OnceLock::new(),
        }
    }

    #[inline]
    pub(crate) fn control(&self) -> MutexGuard<'_, Control> {
        lock(&self.control)
    }

    #[inline]
    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags.load(Ordering::Acquire) & flag != 0
    }

    /// The scope that it is in, without a lock where there are none.
    #[inline]
    pub(crate) fn scope(&self) -> Option<Arc<Scope>> {
        self.node.has_scopes().then(|| self.control().scope.clone()).flatten()
    }

    /// Gives the flags as they were before.
    #[inline]
    pub(crate) fn set(&self, flag: u32) -> u32 {
        self.flags.fetch_or(flag, Ordering::AcqRel)
    }

    /// Gives the flags as they were before.
    #[inline]
    pub(crate) fn clear(&self, flag: u32) -> u32 {
        self.flags.fetch_and(!flag, Ordering::AcqRel)
    }

    /// Tells who listens to events of this process. The caller does not hold its control.
    pub(crate) fn report(&self, event: impl FnOnce() -> Event) {
        self.node.events.send(|| (event(), self.scope()));
    }

    /// Has the process polled again. The caller holds no lock.
    #[inline]
    pub(crate) fn wake(&self) {
        if let Some(waker) = self.waker.get().or_else(|| self.waker_of_first_poll()) {
            waker.wake_by_ref();
        }
    }

    /// Who sets it after this looks at what was asked of the process before.
    #[cold]
    fn waker_of_first_poll(&self) -> Option<&Waker> {
        let _first_poll_waits = self.control();
        self.waker.get()
    }

    /// Notes who wakes the process, if nobody did yet.
    #[inline]
    pub(crate) fn woken_by(&self, waker: &Waker) {
        if self.waker.get().is_none() {
            self.note_waker(waker);
        }
    }

    #[cold]
    fn note_waker(&self, waker: &Waker) {
        let _control = self.control();
        _ = self.waker.set(waker.clone());
    }

    /// Whom the waker wakes.
    #[inline]
    pub(crate) fn wakes(&self, waker: &Waker) -> Wakes {
        match self.waker.get() {
            Some(own) if own.will_wake(waker) => Wakes::Process,
            Some(_) | None => Wakes::Other(waker.clone()),
        }
    }

    /// Notes that the process is ready, and tells who started it.
    pub(crate) fn set_ready(&self) {
        if self.set(READY) & AWAITED == 0 {
            return;
        }
        let starter = self.control().starter.take();
        if let Some(starter) = starter {
            regardless(|| starter.wake());
        }
    }

    /// Only the process itself calls this, so plain loads and stores are enough.
    #[inline]
    pub(crate) fn note_kind(&self, kind: MessageKind) {
        let kinds = self.last_kinds.load(Ordering::Relaxed);
        self.last_kinds.store(kinds << 8 | kind.code(), Ordering::Relaxed);
    }

    pub(crate) fn last_kinds(&self) -> u64 {
        self.last_kinds.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn enter_poll(&self) {
        // Zero is kept for what is in no poll.
        self.polling_since.store(self.node.clock.machine().max(1), Ordering::Relaxed);
    }

    /// Adds the poll to the counters and gives its length in nanoseconds.
    #[inline]
    pub(crate) fn leave_poll(&self) -> u64 {
        let clock = &self.node.clock;
        let since = self.polling_since.load(Ordering::Relaxed);
        let busy = clock.machine_ns(since, clock.machine());
        self.polling_since.store(0, Ordering::Relaxed);
        self.polls.store(self.polls() + 1, Ordering::Relaxed);
        self.busy_ns.store(self.busy_ns.load(Ordering::Relaxed) + busy, Ordering::Relaxed);
        busy
    }

    #[inline]
    pub(crate) fn polls(&self) -> u64 {
        self.polls.load(Ordering::Relaxed)
    }

    pub(crate) fn busy_ns(&self) -> u64 {
        self.busy_ns.load(Ordering::Relaxed)
    }

    /// For how long the poll that is going on has gone on.
    pub(crate) fn polling_for(&self) -> Option<Duration> {
        let clock = &self.node.clock;
        let since = Some(self.polling_since.load(Ordering::Relaxed)).filter(|since| *since != 0)?;
        Some(Duration::from_nanos(clock.machine_ns(since, clock.machine())))
    }
}

/// Takes the controls of two different processes, in the order of their pids.
pub(crate) fn control_both<'a>(
    one: &'a Core,
    other: &'a Core,
) -> (MutexGuard<'a, Control>, MutexGuard<'a, Control>) {
    if one.pid < other.pid {
        let first = one.control();
        let second = other.control();
        (first, second)
    } else {
        let second = other.control();
        let first = one.control();
        (first, second)
    }
}
