//! How a supervisor was told to be, as it is now.

use std::sync::Arc;

use super::family::{Ask, Family};
use super::handle::{SupervisorError, SupervisorRef};
use super::spec::{AutoShutdown, Backoff, Strategy};
use crate::Intensity;

/// A supervisor's flags.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SupervisorFlags {
    /// Which siblings restart when one child fails.
    pub strategy: Strategy,
    /// How many restarts it bears.
    pub intensity: Intensity,
    /// Whether it ends with its significant children.
    pub auto_shutdown: AutoShutdown,
    /// A pause before restarts.
    pub backoff: Option<Backoff>,
    /// Under simple_one_for_one: the id of the template, and the entry point that it names.
    pub template: Option<(Arc<str>, Option<Arc<str>>)>,
}

impl SupervisorRef {
    /// The flags as they are now.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::Call`].
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer.
    pub async fn flags(&self) -> Result<SupervisorFlags, SupervisorError> {
        self.ask(Ask::Flags).await
    }
}

impl Family {
    pub(crate) fn flags(&self) -> SupervisorFlags {
        let roster = &self.roster;
        SupervisorFlags {
            strategy: roster.strategy,
            intensity: roster.intensity,
            auto_shutdown: roster.auto_shutdown,
            backoff: roster.backoff,
            template: roster
                .template
                .as_ref()
                .map(|template| (Arc::clone(&template.id), template.entry_point.clone())),
        }
    }
}
