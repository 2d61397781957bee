//! The supervisor as a server: its messages, and what its own end does to its children.

use std::collections::BTreeSet;
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use serde_json::{Value, json};

use super::flags::SupervisorFlags;
use super::handle::{ChildCounts, ChildInfo, SupervisorError, SupervisorRef};
use super::history::RestartStatistics;
use super::roster::{Place, Roster};
use super::spec::{ChildSpec, Strategy, SupervisorSpec};
use super::starter::Starting;
use super::stop::stop_all;
use crate::cell::{Core, Process};
use crate::gate::Afterwards;
use crate::mailbox::Typed;
use crate::node::Node;
use crate::serve::{ServerStart, Waiting};
use crate::server::{Info, ReplyTo, Server, Stop};
use crate::spawn::{Birth, StartError};
use crate::sync::{Mutex, lock};
use crate::{Context, ExitReason, Intensity, Kind, Pid, Start};

/// A supervisor about to be started.
pub type SupervisorStart = Start<NewSupervisor>;

/// What is to be started as a supervisor.
#[derive(Debug)]
pub struct NewSupervisor {
    spec: SupervisorSpec,
    waiting: Waiting,
}

impl SupervisorStart {
    pub(crate) fn new(node: Arc<Node>, spec: SupervisorSpec, birth: Birth) -> Self {
        Self { node, birth, what: NewSupervisor { spec, waiting: Waiting::default() } }
    }

    /// Kills the supervisor, and with it its children, if they take longer to start; of several
    /// waits, the shortest holds.
    pub fn ready_within(mut self, wait: Duration) -> Self {
        self.what.waiting.within(wait);
        self
    }

    /// Kills the supervisor if whoever starts it stops waiting before its children run.
    pub fn kill_on_drop(mut self) -> Self {
        self.what.waiting.kill_on_drop();
        self
    }

    /// Starts the supervisor and its children, in order.
    ///
    /// # Errors
    ///
    /// [`StartError::Spec`] before anything runs; [`StartError::Ended`] if a child did not start:
    /// those before it are stopped again, in reverse; [`StartError::TimedOut`].
    ///
    /// # Cancel safety
    ///
    /// The process is spawned before the first await. Dropping this future stops only the waiting,
    /// unless [`Self::kill_on_drop`] was asked for.
    pub async fn start(self) -> Result<SupervisorRef, StartError> {
        let start = self.prepare()?;
        start.start().await.map(SupervisorRef::new)
    }

    /// Starts the supervisor as the child of another one.
    pub(crate) fn start_as_child(self) -> Starting {
        match self.prepare() {
            Ok(start) => start.start_as_child(),
            Err(refused) => Starting::Done(Err(refused)),
        }
    }

    /// Starts the supervisor and does not wait for its children.
    pub(crate) fn begin(self) -> Result<Arc<dyn Process>, StartError> {
        Ok(self.prepare()?.begin()?)
    }

    fn prepare(mut self) -> Result<ServerStart<Family>, StartError> {
        let NewSupervisor { spec, waiting } = self.what;
        spec.check().map_err(StartError::Spec)?;
        self.birth.trapping();
        let heir = Heir::default();
        let args = (Arc::clone(&heir), spec);
        let mut start = ServerStart::<Family>::new(self.node, args, self.birth);
        start.what.kind = Kind::Supervisor;
        start.what.waiting = waiting;
        start.what.afterwards = Some(Box::new(Reaper::Waits(heir)));
        Ok(start)
    }
}

/// Where a supervisor leaves its roster, for whoever ends its children after it.
type Heir = Arc<Mutex<Roster>>;

/// A supervisor's state.
pub(crate) struct Family {
    pub(crate) roster: Roster,
    heir: Heir,
    /// The supervisor's own process.
    pub(crate) me: Arc<Typed<Family>>,
    /// Restarts that wait for their back-off, by the time they are due.
    pub(crate) delayed: BTreeSet<(Duration, Place)>,
}

impl Drop for Family {
    fn drop(&mut self) {
        *lock(&self.heir) = mem::take(&mut self.roster);
    }
}

impl Family {
    pub(crate) fn pid(&self) -> Pid {
        self.me.core.pid
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.me.core.node
    }

    async fn change(&mut self, change: Change) -> Result<Done, SupervisorError> {
        match change {
            Change::Start(spec) => self.add_child(*spec).await,
            Change::StartFromTemplate(args) => self.add_from_template(args).await,
            Change::Terminate(key) => self.terminate_child(&key).await,
            Change::Restart(key) => self.restart_child(&key).await,
            Change::Recycle(key) => self.recycle_child(&key).await,
            Change::Delete(key) => self.delete_child(&key),
            Change::SetStrategy(strategy) => self.set_strategy(strategy),
            Change::SetIntensity(intensity) => {
                self.roster.intensity = intensity;
                Ok(Done { old: None, new: None })
            }
        }
    }
}

/// What a supervisor is asked, each with where its own kind of answer goes.
pub(crate) enum Ask {
    Children(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
    Statistics(ReplyTo<RestartStatistics>),
    Flags(ReplyTo<SupervisorFlags>),
    Change(Change, ReplyTo<Result<Done, SupervisorError>>),
}

/// What a supervisor is to do.
pub(crate) enum Change {
    /// In a box: what a supervisor hears of most, the end of a child, is small.
    Start(Box<ChildSpec>),
    StartFromTemplate(Value),
    Terminate(ChildKey),
    Restart(ChildKey),
    Recycle(ChildKey),
    Delete(ChildKey),
    SetStrategy(Strategy),
    SetIntensity(Intensity),
}

/// How a child is pointed at. Under simple_one_for_one children have no ids of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChildKey {
    Id(Arc<str>),
    Pid(Pid),
}

/// The pids before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) old: Option<Pid>,
    pub(crate) new: Option<Pid>,
}

impl Server for Family {
    type Args = (Heir, SupervisorSpec);
    type Call = Ask;
    /// The question was handled: its answer is there by then.
    type Reply = ();
    /// A start that failed is to be tried again.
    type Cast = Place;

    async fn init(args: Self::Args, cx: &mut Context<Self>) -> Result<Self, Stop> {
        let (heir, spec) = args;
        let (roster, me) = (Roster::new(&spec), Arc::clone(&cx.process));
        let mut family = Self { roster, heir, me, delayed: BTreeSet::new() };
        if spec.strategy == Strategy::SimpleOneForOne {
            return Ok(family);
        }
        for child in spec.children {
            let id = Arc::clone(&child.id);
            let args = child.args.clone();
            let place = family.roster.add(Arc::new(child), args);
            if let Err(refused) = family.start_child_at(place).await {
                family.stop_children(&ExitReason::Shutdown).await;
                let reason = refused.reason();
                let value = json!({ "failed_to_start_child": &*id, "because": reason });
                return Err(Stop::Because(ExitReason::ShutdownWith { value }));
            }
        }
        Ok(family)
    }

    async fn handle_call(
        &mut self,
        ask: Ask,
        handled: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        // Who asked may have stopped waiting.
        _ = match ask {
            Ask::Children(reply) => reply.send(self.child_infos()),
            Ask::Count(reply) => reply.send(self.count()),
            Ask::Statistics(reply) => reply.send(self.statistics()),
            Ask::Flags(reply) => reply.send(self.flags()),
            Ask::Change(change, reply) => reply.send(self.change(change).await),
        };
        _ = handled.send(());
        Ok(())
    }

    async fn handle_cast(
        &mut self,
        place: Place,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        self.try_again(place, cx).await
    }

    async fn handle_info(&mut self, info: Info, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        match info {
            // As the loop around it does, and for the same reason.
            Info::Exit { from, reason } => pin!(self.child_ended(from, reason, cx)).await,
            Info::Alarm => self.restart_delayed(cx).await,
            Info::Down { .. } | Info::Message(_) | Info::Json(_) => Ok(()),
        }
    }

    async fn terminate(&mut self, _reason: &ExitReason, _cx: &mut Context<Self>) {
        self.stop_children(&ExitReason::Shutdown).await;
    }
}

/// Ends what a supervisor leaves behind when it is killed, before its end is told.
enum Reaper {
    Waits(Heir),
    Works(Pin<Box<dyn Future<Output = ()> + Send>>),
}

impl Afterwards for Reaper {
    fn poll_done(
        &mut self,
        cx: &mut task::Context<'_>,
        core: &Core,
        reason: &ExitReason,
    ) -> Poll<()> {
        loop {
            match self {
                Self::Waits(heir) => {
                    let mut roster = mem::take(&mut *lock(heir));
                    adopt_starting(&mut roster, core);
                    if roster.running().next().is_none() {
                        return Poll::Ready(());
                    }
                    let (pid, reason) = (core.pid, reason.clone());
                    let work = async move { stop_all(&mut roster, pid, &reason).await };
                    *self = Self::Works(Box::pin(work));
                }
                Self::Works(work) => return work.as_mut().poll(cx),
            }
        }
    }
}

/// Has the roster know the child whose start was cut off: it is linked and named already.
fn adopt_starting(roster: &mut Roster, core: &Core) {
    let links = core.control().links.sorted();
    for process in links.into_iter().filter_map(|pid| core.node.find(pid)) {
        if process.core().origin.parent == Some(core.pid) {
            roster.adopt(&process);
        }
    }
}
