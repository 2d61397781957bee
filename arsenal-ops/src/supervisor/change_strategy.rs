//! `change_strategy`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Failure, Operation};
use arsenal_process::{Intensity, Strategy, SupervisorError, Target};

use super::fault::unanswered;
use super::reach::find_to_change;
use super::{FlagsView, NoAnswer, NotASupervisor, SimpleOneForOne};
use crate::catalogue::Catalogue;
use crate::process::{ForceNeedsAdmin, Missing, Protected, may_force};
use crate::refusal::Refusal;

/// Changes a supervisor's strategy from the next failure on, and its intensity if that is given.
///
/// No child is touched by the change. To and from simple_one_for_one there is no way.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = PUT, path = "/supervisors/{process}/strategy",
            role = operator, effect = write, idempotent, timeout = "10s", rate_limit = "600/min",
            output = FlagsView, error = Refusal<ChangeStrategyError>,
            example(name = "with its intensity",
                    params = r#"{"process": "shop", "strategy": "one_for_all", "max_restarts": 5}"#))]
pub struct ChangeStrategy {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// Which siblings restart when one child fails.
    pub strategy: Strategy,
    /// How many restarts it bears; as it was where it is not given.
    #[param(max = 100000)]
    pub max_restarts: Option<u32>,
    /// In how long; as it was where it is not given.
    #[param(min = "1ms", max = "365d")]
    pub within: Option<Duration>,
    /// Do it to a protected supervisor too; only an admin may.
    #[param(default = false)]
    pub force: bool,
}

/// Why a strategy was not changed.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum ChangeStrategyError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is another kind of process, and lives on.
    #[error(transparent)]
    #[failure(class = conflict)]
    NotASupervisor(#[from] NotASupervisor),
    /// It is the root supervisor, or one of the service's own.
    #[error(transparent)]
    #[failure(class = forbidden)]
    Protected(#[from] Protected),
    /// Leave `force` out, or have an admin do it.
    #[error(transparent)]
    #[failure(class = forbidden)]
    ForceNeedsAdmin(#[from] ForceNeedsAdmin),
    /// Its children have no ids and no specifications of their own.
    #[error(transparent)]
    #[failure(class = conflict)]
    SimpleOneForOne(#[from] SimpleOneForOne),
    /// It ended, or has too much to do.
    #[error(transparent)]
    #[failure(class = unavailable)]
    NoAnswer(#[from] NoAnswer),
}

impl Execute for ChangeStrategy {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        may_force::<ChangeStrategyError>(cx.caller(), self.force)
    }

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<FlagsView, Refusal<ChangeStrategyError>> {
        let supervisor = find_to_change::<ChangeStrategyError>(cx, &self.process, self.force)?;
        let before = supervisor.flags().await.map_err(unanswered)?;
        // An unchanged strategy is no change, also of the one that cannot be changed.
        if self.strategy != before.strategy {
            supervisor.set_strategy(self.strategy).await.map_err(|error| match error {
                SupervisorError::SimpleOneForOne => {
                    ChangeStrategyError::from(SimpleOneForOne).into()
                }
                error => unanswered(error),
            })?;
        }
        let intensity = Intensity {
            max_restarts: self.max_restarts.unwrap_or(before.intensity.max_restarts),
            within: self.within.unwrap_or(before.intensity.within),
        };
        if intensity != before.intensity {
            supervisor.set_intensity(intensity).await.map_err(unanswered)?;
        }
        let after = supervisor.flags().await.map_err(unanswered)?;
        Ok(FlagsView::of(supervisor.pid(), &after))
    }
}
