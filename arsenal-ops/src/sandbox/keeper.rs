//! The process that keeps one sandbox to its time and to its rate of messages.

use std::sync::Arc;
use std::time::Duration;

use arsenal_process::{ExitReason, StartError, SupervisorRef};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::kept::Sandbox;
use super::sandboxes::Sandboxes;
use super::throttle::Throttle;

/// How often messages are counted.
const COUNT_EVERY: Duration = Duration::from_millis(100);

enum Turn {
    Ended(ExitReason),
    Expired,
    Count,
}

/// Starts the keeper of a sandbox whose supervisor this is.
pub(crate) fn start(
    sandboxes: &Sandboxes,
    sandbox: &Arc<Sandbox>,
    supervisor: SupervisorRef,
) -> Result<(), StartError> {
    let keeping = keep(sandboxes.clone(), Arc::clone(sandbox), supervisor);
    let keeper = sandboxes.runtime().task().protected().spawn(keeping)?;
    sandbox.now().keeper = Some(keeper.pid());
    Ok(())
}

async fn keep(sandboxes: Sandboxes, sandbox: Arc<Sandbox>, supervisor: SupervisorRef) {
    let (inside, expires) = {
        let now = sandbox.now();
        (now.inside.clone(), now.expires)
    };
    let mut throttle = sandbox.plan.messages_per_second.map(Throttle::new);
    let mut count = interval(COUNT_EVERY);
    count.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut counted = Instant::now();
    loop {
        // Every arm is cancel safe: a lost race loses nothing.
        let turn = tokio::select! {
            biased;
            reason = supervisor.ended() => Turn::Ended(reason),
            () = sleep_until(expires) => Turn::Expired,
            _ = count.tick(), if throttle.is_some() => Turn::Count,
        };
        match turn {
            Turn::Ended(reason) => {
                let mut now = sandbox.now();
                // A restart has put another supervisor in its place.
                if now.supervisor == supervisor.pid() {
                    now.end = Some(reason);
                }
                return;
            }
            Turn::Expired => return sandboxes.expire(&sandbox, supervisor.pid()).await,
            Turn::Count => {
                let passed = counted.elapsed();
                counted = Instant::now();
                if let Some(throttle) = &mut throttle {
                    let suspended = throttle.turn(&inside, passed);
                    sandbox.now().throttled = suspended;
                }
            }
        }
    }
}
