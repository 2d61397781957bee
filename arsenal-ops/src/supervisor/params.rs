//! A supervisor and its children as a caller or a configuration says them: by name.

use std::time::Duration;

use arsenal::Params;
use arsenal_process::{
    AutoShutdown, Backoff, ChildSpec, ProcessName, Restart, Shutdown, SpecError, Strategy,
    SupervisorSpec,
};
use serde_json::{Map, Value};

use super::child;
use crate::entry_point::{EntryPoints, READY_WITHIN, Refused};

/// A supervisor and how it keeps its children.
#[derive(Debug, Clone, Params)]
pub struct SupervisorParams {
    /// The id that it has among its own supervisor's children.
    #[param(min_len = 1, max_len = 255)]
    pub id: String,
    /// The name to register it under.
    pub name: Option<ProcessName>,
    /// Which siblings restart when one child fails.
    #[param(default = "one_for_one")]
    pub strategy: Strategy,
    /// How many restarts it bears.
    #[param(default = 1, max = 100000)]
    pub max_restarts: u32,
    /// In how long.
    #[param(default = "5s", min = "1ms", max = "365d")]
    pub within: Duration,
    /// Whether it ends with its significant children.
    #[param(default = "never")]
    pub auto_shutdown: AutoShutdown,
    /// A pause before the first restart of a child, doubled with each further one; none at all
    /// where it is not given.
    #[param(min = "1ms", max = "1h")]
    pub backoff: Option<Duration>,
    /// The longest pause.
    #[param(default = "30s", min = "1ms", max = "1d")]
    pub backoff_max: Duration,
    /// When it is itself started again.
    #[param(default = "permanent")]
    pub restart: Restart,
    /// Its children, in start order; for simple_one_for_one, the one template.
    #[param(default, max_len = 1000)]
    pub children: Vec<ChildParams>,
}

/// A child and how it is kept.
#[derive(Debug, Clone, Params)]
pub struct ChildParams {
    /// Its id among the children.
    #[param(min_len = 1, max_len = 255)]
    pub id: String,
    /// The entry point's name.
    #[param(min_len = 1, max_len = 48)]
    pub entry_point: String,
    /// Its arguments, as the entry point's schema says.
    #[param(default = Value::Object(Map::new()))]
    pub args: Value,
    /// The name to register it under.
    pub name: Option<ProcessName>,
    /// When it is started again.
    #[param(default = "permanent")]
    pub restart: Restart,
    /// How it is stopped: `brutal_kill`, `infinity`, or how long it may take; five seconds, and
    /// `infinity` for a supervisor.
    pub shutdown: Option<Shutdown>,
    /// Whether its end can end the supervisor.
    #[param(default = false)]
    pub significant: bool,
}

/// Why a supervisor cannot be as it was said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotSpecified {
    /// Say that child in another way.
    #[error("its child `{id}` (/children/{at}) cannot be started")]
    Child {
        /// Where it stands among the children.
        at: usize,
        /// Its id.
        id: String,
        /// Why not.
        source: Refused,
    },
    /// The supervisor and its children contradict each other.
    #[error("it contradicts its children")]
    Contradiction(#[from] SpecError),
}

impl SupervisorParams {
    /// The supervisor as a child of another: the whole is checked, and nothing runs yet.
    ///
    /// # Errors
    ///
    /// [`NotSpecified`], of the first child that cannot be started, or of the whole.
    pub fn child(&self, entry_points: &EntryPoints) -> Result<ChildSpec, NotSpecified> {
        let spec = self.spec(entry_points)?;
        let name = self.name.clone();
        let child = ChildSpec::supervisor_with(&self.id, move |starter| {
            let start = starter.supervisor(spec.clone()).ready_within(READY_WITHIN);
            match &name {
                Some(name) => start.name(name.clone()),
                None => start,
            }
        });
        Ok(child.restart(self.restart))
    }

    fn spec(&self, entry_points: &EntryPoints) -> Result<SupervisorSpec, NotSpecified> {
        let mut spec = SupervisorSpec::new(self.strategy)
            .intensity(self.max_restarts, self.within)
            .auto_shutdown(self.auto_shutdown);
        if let Some(first) = self.backoff {
            spec = spec.backoff(Backoff { first, max: self.backoff_max });
        }
        for (at, child) in self.children.iter().enumerate() {
            let refused = |source| NotSpecified::Child { at, id: child.id.clone(), source };
            spec = spec.child(child.child(entry_points).map_err(refused)?);
        }
        spec.check()?;
        Ok(spec)
    }
}

impl ChildParams {
    /// The child; its arguments are checked, and nothing runs yet.
    ///
    /// # Errors
    ///
    /// [`Refused`], if nobody has the name or the arguments break the entry point's declaration.
    pub fn child(&self, entry_points: &EntryPoints) -> Result<ChildSpec, Refused> {
        let what = (self.entry_point.as_str(), &self.args);
        let spec = entry_points.child(&self.id, what, self.name.clone())?;
        Ok(child::kept(spec, self.restart, self.shutdown, self.significant))
    }
}
