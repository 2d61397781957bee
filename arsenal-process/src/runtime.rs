//! The handle of a runtime: what a program, a process or a sandbox holds to reach processes.
//!
//! A handle is cheap to clone. Several runtimes can live in one program, and each lives until it is
//! shut down: to drop its handles stops nothing.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::context::NoProcess;
use crate::mailbox::Typed;
use crate::node::{Node, RuntimeConfig};
use crate::node_number::NodeNumber;
use crate::panic::catch;
use crate::scope::Scope;
use crate::serve::ServerStart;
use crate::server::Server;
use crate::spawn::{Birth, StartError};
use crate::supervisor::Family;
use crate::task::{NewTask, TaskHandle, TaskOutput, TaskStart};
use crate::{
    ChildSpec, Pid, ProcessName, ProcessRef, Restart, Strategy, SupervisorError, SupervisorRef,
    SupervisorSpec, SupervisorStart, Target,
};

/// A handle of a runtime, or of the part of it that it was narrowed to. Dropping it, and be it the
/// last, stops nothing: [`Self::shutdown`] does.
#[derive(Clone)]
pub struct Runtime {
    pub(crate) node: Arc<Node>,
    pub(crate) scope: Option<Arc<Scope>>,
}

/// Why there is no runtime.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RuntimeError {
    /// Call it inside of a Tokio runtime.
    #[error("there is no Tokio runtime here")]
    NoTokio,
    /// Build the Tokio runtime with `enable_time`.
    #[error("the Tokio runtime here has no timers")]
    NoTimers,
    /// Choose another number for it, or none.
    #[error("a runtime of this program has the number {number} already")]
    NodeTaken { number: u32 },
    /// The root supervisor did not start.
    #[error("the root supervisor did not start")]
    Root(#[source] StartError),
}

impl Runtime {
    /// Starts a runtime with its root supervisor on the Tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`]: `NoTokio` outside of one, `NoTimers`, `NodeTaken`, and `Root`.
    pub fn start(config: RuntimeConfig) -> Result<Self, RuntimeError> {
        let tokio =
            tokio::runtime::Handle::try_current().map_err(|_outside| RuntimeError::NoTokio)?;
        // Tokio has no other way to ask.
        catch(|| drop(tokio::time::sleep(Duration::ZERO)))
            .map_err(|_panic| RuntimeError::NoTimers)?;
        let number = match config.node {
            Some(number) => NodeNumber::take(number).ok_or(RuntimeError::NodeTaken { number })?,
            None => NodeNumber::next(),
        };
        crate::panic::note_places();
        let runtime = Self { node: Arc::new(Node::new(number, tokio, &config)), scope: None };
        if !runtime.catches_panics() {
            tracing::warn!("panic = \"abort\": a panic in a process ends the whole program");
        }
        crate::carrier::look_after(&runtime.node);
        let spec = SupervisorSpec {
            intensity: config.root_intensity,
            ..SupervisorSpec::new(Strategy::OneForOne)
        };
        let root = runtime.supervisor(spec).protected().begin().map_err(RuntimeError::Root)?;
        // Set once: nobody else has the node yet.
        _ = runtime.node.root.set(root.core().pid);
        Ok(runtime)
    }

    /// Whether a panic ends its process only; not so where the program aborts on panics.
    #[must_use]
    pub fn catches_panics(&self) -> bool {
        cfg!(panic = "unwind")
    }

    /// The node's number, as in its pids.
    #[must_use]
    pub fn node(&self) -> u32 {
        self.node.number
    }

    /// The time of day, so long after the node's start: of a [`TraceEvent`](crate::TraceEvent).
    #[must_use]
    pub fn time_of_day(&self, since_start: Duration) -> SystemTime {
        self.node.clock.at(since_start)
    }

    /// The top of the tree: the root supervisor, or the one that this handle is narrowed to.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] once it has ended.
    pub fn root(&self) -> Result<SupervisorRef, NoProcess> {
        let pid = self.root_pid();
        let gone = || NoProcess { target: pid.into() };
        let process: Arc<dyn Any + Send + Sync> = self.node.find(pid).ok_or_else(gone)?;
        process.downcast::<Typed<Family>>().map(SupervisorRef::typed).map_err(|_other| gone())
    }

    /// A server, outside of any supervisor unless it is linked.
    pub fn server<S: Server>(&self, args: S::Args) -> ServerStart<S> {
        ServerStart::new(Arc::clone(&self.node), args, self.birth())
    }

    /// A task, outside of any supervisor unless it is linked.
    pub fn task(&self) -> TaskStart {
        TaskStart { node: Arc::clone(&self.node), birth: self.birth(), what: NewTask }
    }

    /// A supervisor, outside of any other unless it is linked.
    pub fn supervisor(&self, spec: SupervisorSpec) -> SupervisorStart {
        SupervisorStart::new(Arc::clone(&self.node), spec, self.birth())
    }

    /// Runs the future as a process of this name; await the handle for its output.
    ///
    /// # Errors
    ///
    /// [`StartError`]: `Name`, `NameTaken`, `Scope`, `ShuttingDown`.
    pub fn spawn_task<F>(&self, name: &str, future: F) -> Result<TaskHandle<F::Output>, StartError>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let name = ProcessName::try_from(name).map_err(StartError::Name)?;
        self.task().name(name).spawn(future)
    }

    /// Runs what `make` gives as a child of the root, under this name as its id too, and makes it
    /// anew when it fails. A normal end is an end; the child keeps its place then, until
    /// [`SupervisorRef::delete_child`] takes it away.
    ///
    /// # Errors
    ///
    /// [`SupervisorError`]: `AlreadyStarted`, `AlreadyPresent`, `Call`, and `Start` with
    /// [`StartError::Name`], [`StartError::NameTaken`], [`StartError::ShuttingDown`], or
    /// [`StartError::NoLink`] once the root has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the task is started.
    pub async fn supervised<F>(
        &self,
        name: &str,
        make: impl Fn() -> F + Send + Sync + 'static,
    ) -> Result<Pid, SupervisorError>
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        let registered = ProcessName::try_from(name)
            .map_err(|fault| SupervisorError::Start(StartError::Name(fault)))?;
        let child = ChildSpec::task_with(name, move |starter| {
            let future = make();
            let start = starter.task().name(registered.clone());
            start.spawn_with(|_cx| async { future.await.into_exit() })
        });
        let gone = |_| match self.node.is_closing() {
            true => StartError::ShuttingDown,
            false => StartError::NoLink { pid: self.root_pid() },
        };
        let root = self.root().map_err(gone).map_err(SupervisorError::Start)?;
        let started = root.start_child(child.restart(Restart::Transient)).await?;
        started.ok_or(SupervisorError::Start(StartError::Ignored))
    }

    /// Finds a server by its type.
    ///
    /// # Errors
    ///
    /// [`LookupError`]: it is not there, or its type is another.
    pub fn process<S: Server>(
        &self,
        target: impl Into<Target>,
    ) -> Result<ProcessRef<S>, LookupError> {
        let target = target.into();
        self.typed(&target).map(ProcessRef::new)
    }

    /// Finds a supervisor.
    ///
    /// # Errors
    ///
    /// [`LookupError`]: it is not there, or is no supervisor.
    pub fn find_supervisor(&self, target: impl Into<Target>) -> Result<SupervisorRef, LookupError> {
        let target = target.into();
        self.typed(&target).map(SupervisorRef::typed)
    }

    pub(crate) fn scoped(node: Arc<Node>, scope: Option<Arc<Scope>>) -> Self {
        Self { node, scope }
    }

    fn typed<S: Server>(&self, target: &Target) -> Result<Arc<Typed<S>>, LookupError> {
        let process: Arc<dyn Any + Send + Sync> =
            self.find(target).map_err(LookupError::NoProcess)?;
        let other = |_| LookupError::OtherKind { target: target.clone() };
        process.downcast::<Typed<S>>().map_err(other)
    }

    fn root_pid(&self) -> Pid {
        let root = self.node.root.get().copied().unwrap_or(Pid::new(self.node.number, 0, 0));
        self.scope.as_ref().map_or(root, |scope| scope.supervisor)
    }

    fn birth(&self) -> Birth {
        let mut birth = Birth::new(self.scope.clone());
        // What is started in a scope ends with its supervisor.
        birth.belongs_to = self.scope.as_ref().map(|scope| scope.supervisor);
        birth
    }
}

/// Why there is no typed reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum LookupError {
    /// It has ended, never was, or lies outside of the scope.
    #[error("it was not found")]
    NoProcess(#[source] NoProcess),
    /// It is another kind of process, and lives on.
    #[error("{target} is another kind of process")]
    OtherKind { target: Target },
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime")
            .field("node", &self.node.number)
            .field("scope", &self.scope.as_ref().map(|scope| scope.supervisor))
            .finish_non_exhaustive()
    }
}
