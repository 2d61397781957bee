//! `change_strategy`.

use std::time::Duration;

use arsenal::{Context, Error, Execute, Operation};
use arsenal_process::{Intensity, Strategy, Target};

use super::FlagsView;
use super::fault::{ChildFault, find, spare, told};
use crate::catalogue::Catalogue;
use crate::process::authority;
use crate::refusal::Refusal;

/// Changes a supervisor's strategy from the next failure on, and its intensity if that is given.
///
/// No child is touched by the change. To and from simple_one_for_one there is no way.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = PUT, path = "/supervisors/{process}/strategy",
            role = operator, effect = write, idempotent, timeout = "10s", rate_limit = "600/min",
            output = FlagsView, error = Refusal<ChildFault>,
            example(name = "of nobody",
                    params = r#"{"process": "<0.999999.0>", "strategy": "one_for_all"}"#))]
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

impl Execute for ChangeStrategy {
    type State = Catalogue;

    async fn authorize(&self, cx: &Context<Catalogue>) -> Result<(), Error> {
        authority(cx.caller(), self.force).map(drop)
    }

    async fn execute(self, cx: &Context<Catalogue>) -> Result<FlagsView, Refusal<ChildFault>> {
        let supervisor = find::<ChildFault>(cx, &self.process)?;
        spare(cx, supervisor.pid(), self.force)?;
        let before = supervisor.flags().await.map_err(told)?;
        // An unchanged strategy is no change, also of the one that cannot be changed.
        if self.strategy != before.strategy {
            supervisor.set_strategy(self.strategy).await.map_err(told)?;
        }
        let intensity = Intensity {
            max_restarts: self.max_restarts.unwrap_or(before.intensity.max_restarts),
            within: self.within.unwrap_or(before.intensity.within),
        };
        if intensity != before.intensity {
            supervisor.set_intensity(intensity).await.map_err(told)?;
        }
        let after = supervisor.flags().await.map_err(told)?;
        Ok(FlagsView::of(supervisor.pid(), &after))
    }
}
