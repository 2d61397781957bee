//! What a program starts by name when it begins, as its configuration says.
//!
//! It names entry points, as callers do: a configuration starts nothing that could not be started
//! from outside, and what it starts is listed with its entry point and its arguments.

use arsenal::Params;
use arsenal::params::read;
use arsenal_process::{Pid, SupervisorError, SupervisorRef};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::entry_point::{EntryPoints, Refused, faults};
use crate::supervisor::{ChildParams, NotSpecified, SupervisorParams};

/// What is to be started, in its order.
///
/// It is read from a configuration in any format that serde reads, and judged as the parameters of
/// `start_supervisor` are. A program hands it over as a state of its builder, and
/// [`catalogue`](crate::catalogue()) starts it under the supervisor `started`.
///
/// ```
/// use arsenal_ops::startup::Startup;
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let startup: Startup = serde_json::from_str(
///     r#"{"supervisors": [{"id": "shop", "strategy": "rest_for_one",
///          "children": [{"id": "store", "entry_point": "store", "args": {"room": 100}}]}]}"#,
/// )?;
/// assert_eq!(startup.supervisors[0].children[0].entry_point, "store");
///
/// let refused = serde_json::from_str::<Startup>(r#"{"children": [{"id": ""}]}"#).unwrap_err();
/// assert!(refused.to_string().contains("/children/0/entry_point: is required"), "{refused}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default, Params)]
pub struct Startup {
    /// Supervisors, each with its children.
    #[param(default, max_len = 1000)]
    pub supervisors: Vec<SupervisorParams>,
    /// Children without a supervisor of their own; they come after the supervisors.
    #[param(default, max_len = 1000)]
    pub children: Vec<ChildParams>,
}

/// Why a configuration was not started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartupError {
    /// Say it in another way; nothing was started.
    #[error("the supervisor `{id}` (/supervisors/{at}) cannot be as it is configured")]
    Supervisor {
        /// Where it stands among the supervisors.
        at: usize,
        /// Its id.
        id: String,
        /// Why not.
        source: NotSpecified,
    },
    /// Say it in another way; nothing was started.
    #[error("the child `{id}` (/children/{at}) cannot be started as it is configured")]
    Child {
        /// Where it stands among the children.
        at: usize,
        /// Its id.
        id: String,
        /// Why not.
        source: Refused,
    },
    /// It did not start; what is configured before it runs.
    #[error("`{id}` did not start")]
    NotStarted {
        /// Its id.
        id: String,
        /// Why not.
        source: SupervisorError,
    },
}

impl Startup {
    /// Starts it all below a supervisor, in its order, and gives the pid of each; `None` of one
    /// that had nothing to do. The whole is checked before anything runs.
    ///
    /// # Errors
    ///
    /// [`StartupError`], of the first that cannot be started.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future leaves running what was started so far.
    pub async fn start(
        &self,
        supervisor: &SupervisorRef,
        entry_points: &EntryPoints,
    ) -> Result<Vec<Option<Pid>>, StartupError> {
        let mut children = Vec::new();
        for (at, one) in self.supervisors.iter().enumerate() {
            let id = one.id.clone();
            let child = one.child(entry_points);
            let child = child.map_err(|source| StartupError::Supervisor { at, id, source })?;
            children.push((&one.id, child));
        }
        for (at, one) in self.children.iter().enumerate() {
            let id = one.id.clone();
            let child = one.child(entry_points);
            let child = child.map_err(|source| StartupError::Child { at, id, source })?;
            children.push((&one.id, child));
        }
        let mut pids = Vec::new();
        for (id, child) in children {
            let started = supervisor.start_child(child).await;
            let failed = |source| StartupError::NotStarted { id: id.clone(), source };
            pids.push(started.map_err(failed)?);
        }
        Ok(pids)
    }
}

impl<'de> Deserialize<'de> for Startup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        read(&value.to_string()).map_err(|error| de::Error::custom(faults(&error)))
    }
}
