//! A supervisor seen from outside: its children, and what can be done to them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

use super::family::{Ask, Change, ChildKey, Done, Family};
use super::history::RestartStatistics;
use super::spec::{ChildSpec, Restart, Shutdown, SpecError, Strategy};
use crate::mailbox::Typed;
use crate::server::ReplyTo;
use crate::spawn::StartError;
use crate::{CallError, ExitReason, Intensity, Kind, Pid, ProcessRef, Target};

/// A stop may take long, and a supervisor stops its children one after the other.
const WAIT: Duration = Duration::from_secs(300);

/// Why a supervisor did not do what it was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum SupervisorError {
    /// It has no such child.
    #[error("no child {child}")]
    NotFound { child: String },
    /// A child of this id runs, or is about to be restarted.
    #[error("a child {id:?} is already started")]
    AlreadyStarted { id: Arc<str>, pid: Option<Pid> },
    /// A child of this id is there without a process: restart or delete it.
    #[error("a child {id:?} is already present")]
    AlreadyPresent { id: Arc<str> },
    /// Terminate it first.
    #[error("the child runs as {pid}")]
    Running { pid: Pid },
    /// It is about to be started again.
    #[error("the child is being restarted")]
    Restarting,
    /// A temporary child does not come back.
    #[error("the child {id:?} is temporary and is not restarted")]
    Temporary { id: Arc<str> },
    /// Its children have no ids: use `start_child_with` and pids.
    #[error("a simple_one_for_one supervisor does not do this")]
    SimpleOneForOne,
    /// Only a simple_one_for_one supervisor starts children from a template.
    #[error("the supervisor has no template")]
    NoTemplate,
    /// The child cannot be as specified.
    #[error("the specification is wrong")]
    Spec(#[source] SpecError),
    /// The child did not start, and was not added.
    #[error("the child did not start")]
    Start(#[source] StartError),
    /// The supervisor did not answer.
    #[error("the supervisor did not answer")]
    Call(#[source] CallError),
}

/// The pid of a child, or why it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildPid {
    /// It runs.
    Running(Pid),
    /// It has ended, or was stopped, and stays so.
    Stopped,
    /// It is about to be started again.
    Restarting,
}

/// One child of a supervisor.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// Its id; under simple_one_for_one, the template's.
    pub id: Arc<str>,
    /// Its pid.
    pub pid: ChildPid,
    /// What it is.
    pub kind: Kind,
    /// When it is started again.
    pub restart: Restart,
    /// How it is stopped.
    pub shutdown: Shutdown,
    /// Whether it counts for auto shutdown.
    pub significant: bool,
    /// The entry point that it is started by.
    pub entry_point: Option<Arc<str>>,
    /// Its arguments, as they were given.
    pub args: Value,
    /// How often a restart was tried, also in vain.
    pub restarts: u32,
}

/// How many children a supervisor has, as OTP counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChildCounts {
    /// Specifications: one under simple_one_for_one.
    pub specs: usize,
    /// Children that run.
    pub active: usize,
    /// Children that are supervisors, running or not.
    pub supervisors: usize,
    /// Children that are not, running or not.
    pub workers: usize,
}

/// A reference to a supervisor.
#[derive(Debug, Clone)]
pub struct SupervisorRef {
    process: ProcessRef<Family>,
    wait: Duration,
}

impl SupervisorRef {
    pub(crate) fn new(process: ProcessRef<Family>) -> Self {
        Self { process, wait: WAIT }
    }

    pub(crate) fn erased(&self) -> Arc<dyn crate::cell::Process> {
        self.process.erased()
    }

    pub(crate) fn typed(process: Arc<Typed<Family>>) -> Self {
        Self::new(ProcessRef::new(process))
    }

    /// Waits at most so long for each answer, in place of five minutes.
    #[must_use]
    pub fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The supervisor's pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.process.pid()
    }

    /// Waits until the supervisor has ended, and says why it did.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future leaves nothing behind.
    pub async fn ended(&self) -> ExitReason {
        self.process.ended().await
    }

    /// The children, in start order.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::Call`].
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer.
    pub async fn which_children(&self) -> Result<Vec<ChildInfo>, SupervisorError> {
        self.ask(Ask::Children).await
    }

    /// How many children there are.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::Call`].
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer.
    pub async fn count_children(&self) -> Result<ChildCounts, SupervisorError> {
        self.ask(Ask::Count).await
    }

    /// The restarts so far, and what is left of the intensity.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::Call`].
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer.
    pub async fn statistics(&self) -> Result<RestartStatistics, SupervisorError> {
        self.ask(Ask::Statistics).await
    }

    /// Adds a child after the others and starts it; `None` if it ignored its start.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `AlreadyStarted`, `AlreadyPresent`, `Spec`, `Start`,
    /// `SimpleOneForOne`, `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the child is started.
    pub async fn start_child(&self, child: ChildSpec) -> Result<Option<Pid>, SupervisorError> {
        Ok(self.done(Change::Start(Box::new(child))).await?.new)
    }

    /// Starts a child from the template of a simple_one_for_one supervisor, with its own arguments.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `NoTemplate`, `Start`, `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the child is started.
    pub async fn start_child_with(&self, args: Value) -> Result<Option<Pid>, SupervisorError> {
        Ok(self.done(Change::StartFromTemplate(args)).await?.new)
    }

    /// Stops a child and waits for its end. It stays in the list, unless it is temporary.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `NotFound`, `SimpleOneForOne` for an id under that strategy, `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the child is stopped.
    pub async fn terminate_child(
        &self,
        child: impl Into<WhichChild>,
    ) -> Result<(), SupervisorError> {
        self.done(Change::Terminate(child.into().0)).await.map(drop)
    }

    /// Starts a child that has no process; `None` if it ignored its start.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `NotFound`, `Running`, `Restarting`, `SimpleOneForOne`, `Start`,
    /// `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the child is started.
    pub async fn restart_child(
        &self,
        child: impl Into<WhichChild>,
    ) -> Result<Option<Pid>, SupervisorError> {
        Ok(self.done(Change::Restart(child.into().0)).await?.new)
    }

    /// Stops a child, if it runs, and starts it again in its place: the old and the new pid.
    /// The intensity does not count it.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `NotFound`, `Temporary`, `Start`, `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the child is started again.
    pub async fn recycle_child(
        &self,
        child: impl Into<WhichChild>,
    ) -> Result<Recycled, SupervisorError> {
        let done = self.done(Change::Recycle(child.into().0)).await?;
        Ok(Recycled { old: done.old, new: done.new })
    }

    /// Removes a child that has no process.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `NotFound`, `Running`, `Restarting`, `SimpleOneForOne`, `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the child is removed.
    pub async fn delete_child(&self, child: impl Into<WhichChild>) -> Result<(), SupervisorError> {
        self.done(Change::Delete(child.into().0)).await.map(drop)
    }

    /// Changes the strategy from the next failure on. No child is touched.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::SimpleOneForOne`] where either strategy is that one; `Call`.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the strategy is changed.
    pub async fn set_strategy(&self, strategy: Strategy) -> Result<(), SupervisorError> {
        self.done(Change::SetStrategy(strategy)).await.map(drop)
    }

    /// Changes how many restarts the supervisor bears; those that were count on.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::Call`].
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the intensity is changed.
    pub async fn set_intensity(&self, intensity: Intensity) -> Result<(), SupervisorError> {
        self.done(Change::SetIntensity(intensity)).await.map(drop)
    }

    async fn done(&self, change: Change) -> Result<Done, SupervisorError> {
        self.ask(|reply| Ask::Change(change, reply)).await?
    }

    pub(crate) async fn ask<T>(
        &self,
        ask: impl FnOnce(ReplyTo<T>) -> Ask,
    ) -> Result<T, SupervisorError> {
        let (teller, mut answer) = oneshot::channel();
        let ask = ask(ReplyTo::typed(teller));
        self.process.call(ask, self.wait).await.map_err(SupervisorError::Call)?;
        let dropped = |_| SupervisorError::Call(CallError::Dropped { pid: self.pid() });
        answer.try_recv().map_err(dropped)
    }
}

impl From<&SupervisorRef> for Target {
    fn from(supervisor: &SupervisorRef) -> Self {
        Self::Pid(supervisor.pid())
    }
}

/// The pids before and after a child was started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recycled {
    /// Absent if it did not run.
    pub old: Option<Pid>,
    /// Absent if it ignored its start.
    pub new: Option<Pid>,
}

/// Which child of a supervisor: its id, or its pid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhichChild(ChildKey);

impl From<&str> for WhichChild {
    fn from(id: &str) -> Self {
        Self(ChildKey::Id(id.into()))
    }
}

impl From<Pid> for WhichChild {
    fn from(pid: Pid) -> Self {
        Self(ChildKey::Pid(pid))
    }
}

impl fmt::Display for ChildKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id:?}"),
            Self::Pid(pid) => pid.fmt(f),
        }
    }
}
