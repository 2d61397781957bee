//! The intake: orders come in, one after the other, and each is given to a worker.

use std::time::Duration;

use arsenal_ops::entry_point::{EntryPoint, Start, StartContext, Startable};
use arsenal_process::{ExitReason, Runtime, TaskContext};
use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use super::name_of;
use super::workers::WORKERS;

/// Takes orders in and gives each to a worker.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "demo_intake", kind = task, crate = "arsenal_ops")]
pub(crate) struct TakeOrders {
    /// The time between two orders.
    #[param(default = "200ms", min = "1ms", max = "1h")]
    pub(crate) every: Duration,
}

impl Start for TakeOrders {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        Startable::task(cx.task(), move |own: TaskContext| take(own.runtime(), self.every))
    }
}

async fn take(runtime: Runtime, every: Duration) -> Result<(), ExitReason> {
    let mut next = interval(every);
    next.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for order in 1_u64.. {
        next.tick().await;
        let workers = runtime.find_supervisor(name_of(WORKERS))?;
        workers.start_child_with(Value::from(order)).await?;
    }
    Ok(())
}
