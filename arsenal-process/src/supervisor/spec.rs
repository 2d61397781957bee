//! What a supervisor is told: how to start, stop and restart each child, and when to give up.

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::starter::{StartFn, Starter, Starting};
use crate::serve::ServerStart;
use crate::server::Server;
use crate::spawn::StartError;
use crate::task::TaskOutput;
use crate::{Intensity, Kind, Pid, SupervisorStart};

/// Which siblings restart when one child fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// None.
    OneForOne,
    /// All.
    OneForAll,
    /// Those that were started after it.
    RestForOne,
    /// None: all children are made from one specification, one at a time.
    SimpleOneForOne,
}

/// When a child that ended is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restart {
    /// Always.
    #[default]
    Permanent,
    /// If it failed.
    Transient,
    /// Never; it is forgotten.
    Temporary,
}

/// How a child is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shutdown {
    /// It is killed.
    BrutalKill,
    /// It is told to, and killed if it takes longer.
    Timeout(Duration),
    /// It is told to, and waited for.
    Infinity,
}

/// Whether a supervisor ends when its significant children have ended of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoShutdown {
    /// It does not.
    #[default]
    Never,
    /// With the first of them.
    AnySignificant,
    /// With the last of them.
    AllSignificant,
}

/// A pause before a restart, doubled with each failure of that child up to a maximum. A child
/// that ran for longer than the intensity looks back begins anew.
///
/// OTP has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backoff {
    /// Before the first restart.
    pub first: Duration,
    /// The longest.
    pub max: Duration,
}

/// Why a supervisor or a child cannot be as it was specified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum SpecError {
    /// Give each child its own id.
    #[error("two children have the id {id:?}")]
    DoubledId { id: Arc<str> },
    /// Choose another id: whoever points at a child by a text means a pid with this one.
    #[error("{id:?} looks like a pid and cannot be a child's id")]
    IdLikePid { id: Arc<str> },
    /// Choose an auto shutdown for the supervisor, or leave the child plain.
    #[error("{id:?} is significant, but its supervisor never shuts itself down")]
    SignificantWithoutAutoShutdown { id: Arc<str> },
    /// A permanent child never ends of its own: make it transient or temporary.
    #[error("{id:?} is significant and permanent")]
    SignificantPermanent { id: Arc<str> },
    /// Give exactly one specification.
    #[error("a simple_one_for_one supervisor has one specification, not {n_children}")]
    NotOneTemplate { n_children: usize },
}

/// One child, as OTP's child specification; changed by its methods.
#[derive(Clone)]
pub struct ChildSpec {
    pub(crate) id: Arc<str>,
    pub(crate) start: StartFn,
    pub(crate) restart: Restart,
    pub(crate) shutdown: Shutdown,
    pub(crate) kind: Kind,
    pub(crate) significant: bool,
    pub(crate) entry_point: Option<Arc<str>>,
    pub(crate) args: Value,
}

impl ChildSpec {
    /// A server, started with `args` anew each time. Permanent, with five seconds to stop.
    pub fn server<S: Server>(id: &str, args: impl Fn() -> S::Args + Send + Sync + 'static) -> Self {
        Self::new(id, Kind::Server, move |starter| {
            starter.into_server::<S>(args()).start_as_child()
        })
    }

    /// A server, started as `prepare` says.
    pub fn server_with<S: Server>(
        id: &str,
        prepare: impl Fn(&Starter) -> ServerStart<S> + Send + Sync + 'static,
    ) -> Self {
        Self::new(id, Kind::Server, move |starter| prepare(&starter).start_as_child())
    }

    /// A task: what `make` gives is run each time. Permanent, with five seconds to stop.
    pub fn task<F>(id: &str, make: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: TaskOutput> + Send + 'static,
    {
        Self::task_with(id, move |starter| {
            let future = make();
            starter.task().spawn_with(|_cx| async { future.await.into_exit() })
        })
    }

    /// A task, spawned as `spawn` says: with its context, its arguments, a name.
    pub fn task_with<T: Send + 'static>(
        id: &str,
        spawn: impl Fn(&Starter) -> Result<crate::TaskHandle<T>, StartError> + Send + Sync + 'static,
    ) -> Self {
        Self::new(id, Kind::Task, move |starter| {
            let spawned = spawn(&starter).map(|handle| handle.process);
            Starting::Done(spawned)
        })
    }

    /// A supervisor. Permanent, and waited for as long as its own children need.
    pub fn supervisor(id: &str, spec: SupervisorSpec) -> Self {
        Self::supervisor_with(id, move |starter| starter.supervisor(spec.clone()))
    }

    /// A supervisor, started as `prepare` says: with a name, or its arguments.
    pub fn supervisor_with(
        id: &str,
        prepare: impl Fn(&Starter) -> SupervisorStart + Send + Sync + 'static,
    ) -> Self {
        let spec =
            Self::new(id, Kind::Supervisor, move |starter| prepare(&starter).start_as_child());
        Self { shutdown: Shutdown::Infinity, ..spec }
    }

    pub(crate) fn new(
        id: &str,
        kind: Kind,
        start: impl Fn(Starter) -> Starting + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            start: StartFn::new(start),
            restart: Restart::Permanent,
            shutdown: Shutdown::Timeout(Duration::from_secs(5)),
            kind,
            significant: false,
            entry_point: None,
            args: Value::Null,
        }
    }

    /// When it is started again.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// How it is stopped.
    #[must_use]
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = shutdown;
        self
    }

    /// Its end of its own counts for the supervisor's auto shutdown.
    #[must_use]
    pub fn significant(mut self) -> Self {
        self.significant = true;
        self
    }

    /// Notes the entry point that the child is started by.
    #[must_use]
    pub fn entry_point(mut self, name: &str) -> Self {
        self.entry_point = Some(name.into());
        self
    }

    /// Notes arguments, for the start function and for whoever looks. The supervisor does not
    /// read them.
    #[must_use]
    pub fn args(mut self, args: Value) -> Self {
        self.args = args;
        self
    }

    /// The child's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for ChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("id", &self.id)
            .field("restart", &self.restart)
            .field("shutdown", &self.shutdown)
            .field("kind", &self.kind)
            .field("significant", &self.significant)
            .field("entry_point", &self.entry_point)
            .field("args", &self.args)
            .finish_non_exhaustive()
    }
}

/// A supervisor and its first children.
#[derive(Debug, Clone)]
pub struct SupervisorSpec {
    /// Which siblings restart when one child fails.
    pub strategy: Strategy,
    /// How many restarts it bears.
    pub intensity: Intensity,
    /// Whether it ends with its significant children.
    pub auto_shutdown: AutoShutdown,
    /// A pause before restarts.
    pub backoff: Option<Backoff>,
    /// The children, in start order; for simple_one_for_one, the one template.
    pub children: Vec<ChildSpec>,
    /// How many restarts its history holds.
    pub history_max: usize,
}

impl SupervisorSpec {
    /// A supervisor without children, with OTP's intensity of one restart in five seconds.
    #[must_use]
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            intensity: Intensity::default(),
            auto_shutdown: AutoShutdown::Never,
            backoff: None,
            children: Vec::new(),
            history_max: 128,
        }
    }

    /// How many restarts it bears.
    #[must_use]
    pub fn intensity(mut self, max_restarts: u32, within: Duration) -> Self {
        self.intensity = Intensity { max_restarts, within };
        self
    }

    /// Whether it ends with its significant children.
    #[must_use]
    pub fn auto_shutdown(mut self, auto_shutdown: AutoShutdown) -> Self {
        self.auto_shutdown = auto_shutdown;
        self
    }

    /// A pause before restarts.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = Some(backoff);
        self
    }

    /// One more child, after those before.
    #[must_use]
    pub fn child(mut self, child: ChildSpec) -> Self {
        self.children.push(child);
        self
    }

    /// Checks the whole, as the start does.
    ///
    /// # Errors
    ///
    /// The first [`SpecError`].
    pub fn check(&self) -> Result<(), SpecError> {
        let n_children = self.children.len();
        if self.strategy == Strategy::SimpleOneForOne && n_children != 1 {
            return Err(SpecError::NotOneTemplate { n_children });
        }
        let mut ids = HashSet::new();
        for child in &self.children {
            if !ids.insert(&child.id) {
                return Err(SpecError::DoubledId { id: Arc::clone(&child.id) });
            }
            check_child(child, self.auto_shutdown)?;
        }
        Ok(())
    }
}

pub(crate) fn check_child(child: &ChildSpec, auto_shutdown: AutoShutdown) -> Result<(), SpecError> {
    let id = || Arc::clone(&child.id);
    if child.id.parse::<Pid>().is_ok() {
        return Err(SpecError::IdLikePid { id: id() });
    }
    if child.significant && child.restart == Restart::Permanent {
        return Err(SpecError::SignificantPermanent { id: id() });
    }
    if child.significant && auto_shutdown == AutoShutdown::Never {
        return Err(SpecError::SignificantWithoutAutoShutdown { id: id() });
    }
    Ok(())
}
