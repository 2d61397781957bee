//! What a program starts by name when it begins, as its configuration says.
//!
//! It names entry points, as callers do: a configuration starts nothing that could not be started
//! from outside, and what it starts is listed with its entry point and its arguments.

use arsenal::Params;
use arsenal::params::read;
use arsenal_process::{ChildSpec, Runtime, SpecError, StartError, SupervisorError, SupervisorSpec};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::catalogue::patient;
use crate::entry_point::{EntryPoints, Refused, faults};
use crate::process::name_of;
use crate::supervisor::{ChildParams, NotSpecified, SupervisorParams};

/// The supervisor of what is configured, and its id below the root.
const CONFIGURED: &str = "configured";

/// What is to be started, in its order.
///
/// It is read from a configuration in any format that serde reads, and judged as the parameters of
/// `start_supervisor` are. A program hands it over as a state of its builder. To put the program
/// together starts none of it, so that one that is only asked what it can do starts nothing:
/// `serve` calls [`Startup::start`], as does a program of its own that is ready.
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
#[derive(Debug, Clone, Default, Params)]
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
    /// Say it in another way; nothing was started.
    #[error("what is configured contradicts itself")]
    Contradiction(#[from] SpecError),
    /// It runs already, or one of its processes did not start; those before it were stopped again.
    #[error("what is configured did not start")]
    NotStarted(#[from] SupervisorError),
}

impl Startup {
    /// Starts it all, in its order, under a supervisor of its own: `configured`, a protected child
    /// of the root, which starts it again as it is said here. The whole is checked before anything
    /// runs, and runs as a whole or not at all.
    ///
    /// # Errors
    ///
    /// [`StartupError`], of the first that cannot be started; `NotStarted` the second time.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; it is started, if it was sound.
    pub async fn start(
        &self,
        runtime: &Runtime,
        entry_points: &EntryPoints,
    ) -> Result<(), StartupError> {
        let spec = self.spec(entry_points)?;
        let root = runtime.root().map_err(|_| SupervisorError::Start(StartError::ShuttingDown))?;
        let own = ChildSpec::supervisor_with(CONFIGURED, move |starter| {
            starter.supervisor(spec.clone()).name(name_of(CONFIGURED)).protected()
        });
        root.start_child(own).await?;
        Ok(())
    }

    fn spec(&self, entry_points: &EntryPoints) -> Result<SupervisorSpec, StartupError> {
        let mut spec = patient();
        for (at, one) in self.supervisors.iter().enumerate() {
            let refused = |source| StartupError::Supervisor { at, id: one.id.clone(), source };
            spec = spec.child(one.child(entry_points).map_err(refused)?);
        }
        for (at, one) in self.children.iter().enumerate() {
            let refused = |source| StartupError::Child { at, id: one.id.clone(), source };
            spec = spec.child(one.child(entry_points).map_err(refused)?);
        }
        spec.check()?;
        Ok(spec)
    }
}

impl<'de> Deserialize<'de> for Startup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        read(&value.to_string()).map_err(|error| de::Error::custom(faults(&error)))
    }
}
