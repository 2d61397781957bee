//! The process that monitors others for callers that have none of their own: it tells the ends
//! on the event stream.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arsenal::{Event, Text};
use arsenal_process::{Context, ExitReason, Info, MonitorRef, Pid, ReplyTo, Server, Stop};
use serde_json::json;
use tokio::sync::broadcast;

use super::TooManyMonitors;

/// A monitor costs memory until its process ends, so there is a most: of all callers together, and
/// of each, so that none takes the others' place.
const MONITORS_MAX: usize = 10_000;
const MONITORS_OF_ONE_MAX: usize = 1_000;

/// The watcher only keeps lists: it answers at once, or it is being restarted.
pub(super) const WAIT: Duration = Duration::from_secs(5);

/// The catalogue's watcher.
pub(crate) struct Watch {
    post: Post,
    /// Which of the kept monitors each of the runtime's is.
    references: HashMap<MonitorRef, u64>,
}

/// What outlives a watcher: where it tells, and what it was asked to watch. One that is started
/// after a crash goes on where the other ended.
#[derive(Clone)]
pub(crate) struct Post {
    sender: broadcast::Sender<Event>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    last: u64,
    /// The monitors by their references, which stay what they are.
    monitors: BTreeMap<u64, Monitor>,
    /// The same by their owners and what they watch: there is one for each.
    by_owner: HashMap<Text, HashMap<Pid, u64>>,
}

/// What the watcher is asked.
pub(crate) enum Ask {
    /// Tell the end of the process.
    Monitor {
        pid: Pid,
        owner: Text,
        /// It was started in the same call: an end before the monitor is told with its reason.
        fresh: bool,
    },
    /// Whether there is room for one more.
    Room { owner: Text },
    /// Take the monitor away; an owner takes its own only.
    Demonitor { reference: u64, owner: Option<Text> },
}

/// What the watcher says.
pub(crate) enum Told {
    /// The monitor's reference.
    Reference(u64),
    /// There is room for another.
    Room,
    /// There is none.
    Full(TooManyMonitors),
    /// What was monitored; absent if there is no such monitor.
    Removed(Option<Pid>),
}

struct Monitor {
    pid: Pid,
    owner: Text,
    /// The runtime's own, of the watcher that runs; there is none between two watchers.
    monitor: Option<MonitorRef>,
    /// Whether an end before the monitor is told with its reason.
    remembered: bool,
}

impl Post {
    pub(crate) fn new(sender: broadcast::Sender<Event>) -> Self {
        Self { sender, kept: Arc::default() }
    }

    /// A panic in between leaves tables that are whole: nothing in a change calls foreign code.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, reference: u64, monitor: &Monitor, reason: &ExitReason) {
        let data = json!({
            "reference": reference,
            "process": monitor.pid,
            "exit_reason": reason,
            "principal": monitor.owner,
        });
        // Nobody has to listen.
        _ = self.sender.send(Event { kind: "down", data });
    }
}

impl Kept {
    /// The reference of the owner's monitor of the process, if there is one.
    fn find(&self, owner: &Text, pid: Pid) -> Option<u64> {
        self.by_owner.get(owner)?.get(&pid).copied()
    }

    fn room(&self, owner: &Text) -> Result<(), TooManyMonitors> {
        let own = self.by_owner.get(owner).map_or(0, HashMap::len);
        match (own, self.monitors.len()) {
            (MONITORS_OF_ONE_MAX.., _) => {
                Err(TooManyMonitors { max: MONITORS_OF_ONE_MAX, whose: "for you" })
            }
            (_, MONITORS_MAX..) => {
                Err(TooManyMonitors { max: MONITORS_MAX, whose: "for all callers together" })
            }
            _ => Ok(()),
        }
    }

    /// Keeps a monitor under a reference of its own.
    fn add(&mut self, monitor: Monitor) -> u64 {
        self.last += 1;
        let of_owner = self.by_owner.entry(monitor.owner.clone()).or_default();
        of_owner.insert(monitor.pid, self.last);
        self.monitors.insert(self.last, monitor);
        self.last
    }

    fn remove(&mut self, reference: u64) -> Option<Monitor> {
        let removed = self.monitors.remove(&reference)?;
        if let Some(of_owner) = self.by_owner.get_mut(&removed.owner) {
            of_owner.remove(&removed.pid);
            if of_owner.is_empty() {
                self.by_owner.remove(&removed.owner);
            }
        }
        Some(removed)
    }
}

impl Watch {
    /// The name that it is registered under.
    pub(crate) const NAME: &'static str = "arsenal_watch";

    fn monitor(&mut self, pid: Pid, owner: Text, fresh: bool, cx: &mut Context<Self>) -> Told {
        let mut kept = self.post.kept();
        if let Some(reference) = kept.find(&owner, pid) {
            return Told::Reference(reference);
        }
        if let Err(full) = kept.room(&owner) {
            return Told::Full(full);
        }
        let monitor = cx.monitor(pid);
        let new = Monitor { pid, owner, monitor: Some(monitor), remembered: fresh };
        let reference = kept.add(new);
        self.references.insert(monitor, reference);
        Told::Reference(reference)
    }

    fn demonitor(&mut self, reference: u64, owner: Option<Text>, cx: &mut Context<Self>) -> Told {
        let mut kept = self.post.kept();
        let known = kept.monitors.get(&reference);
        let may = known.is_some_and(|known| owner.is_none_or(|owner| owner == known.owner));
        let Some(removed) = may.then(|| kept.remove(reference)).flatten() else {
            return Told::Removed(None);
        };
        if let Some(monitor) = removed.monitor {
            self.references.remove(&monitor);
            cx.demonitor(monitor);
        }
        Told::Removed(Some(removed.pid))
    }
}

impl Server for Watch {
    type Args = Post;
    type Call = Ask;
    type Reply = Told;
    type Cast = ();

    async fn init(post: Post, cx: &mut Context<Self>) -> Result<Self, Stop> {
        let mut references = HashMap::new();
        for (reference, kept) in &mut post.kept().monitors {
            let monitor = cx.monitor(kept.pid);
            references.insert(monitor, *reference);
            // What has ended while nobody watched had a reason too.
            (kept.monitor, kept.remembered) = (Some(monitor), true);
        }
        Ok(Self { post, references })
    }

    async fn handle_call(
        &mut self,
        ask: Ask,
        reply: ReplyTo<Told>,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        let told = match ask {
            Ask::Monitor { pid, owner, fresh } => self.monitor(pid, owner, fresh, cx),
            Ask::Room { owner } => {
                self.post.kept().room(&owner).map_or_else(Told::Full, |()| Told::Room)
            }
            Ask::Demonitor { reference, owner } => self.demonitor(reference, owner, cx),
        };
        // Who asked may have stopped waiting.
        _ = reply.send(told);
        Ok(())
    }

    async fn handle_info(&mut self, info: Info, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        if let Info::Down { monitor, reason } = info
            && let Some(reference) = self.references.remove(&monitor)
        {
            let known = self.post.kept().remove(reference);
            let Some(known) = known else { return Ok(()) };
            let past = || cx.runtime().past(monitor.pid).map(|past| past.reason);
            let reason = match reason {
                ExitReason::NoProc if known.remembered => past().unwrap_or(reason),
                reason => reason,
            };
            self.post.tell(reference, &known, &reason);
        }
        Ok(())
    }
}
