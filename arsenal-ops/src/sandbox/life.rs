//! How what runs in a sandbox begins, and how all of it ends.

use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, ExitReason, Pid, Restart, Runtime, Shutdown, StartError, Strategy,
    SupervisorError, SupervisorRef, SupervisorSpec,
};
use tokio::time::{Instant, timeout_at};

use super::kept::{Now, Plan};
use super::sandboxes::{Sandboxes, SupervisorFailed};

/// How long what runs in a sandbox may take to stop, all of it together, before it is killed.
const STOP_WITHIN: Duration = Duration::from_secs(3);

/// How long what was killed may take to be gone: it only has to yield once.
const KILL_WAIT: Duration = Duration::from_millis(500);

/// What came of taking a sandbox down.
pub(crate) struct TakenDown {
    /// How many processes lived in it, its supervisor too.
    pub(crate) before: usize,
    /// How many of them had not stopped in time and were killed.
    pub(crate) killed: usize,
    /// What lives on even so.
    pub(crate) left: Vec<Pid>,
}

/// Starts the supervisor of a sandbox and draws its borders.
///
/// Dropping this future may leave the supervisor running: only the sandbox's keeper calls it.
pub(crate) async fn begin(
    sandboxes: &Sandboxes,
    plan: &Plan,
) -> Result<(SupervisorRef, Now), SupervisorFailed> {
    let spec =
        SupervisorSpec::new(Strategy::OneForOne).intensity(plan.max_restarts, plan.restarts_within);
    // An id of its own: what ran before it may not yield, and then lives on beside it.
    let child = ChildSpec::supervisor(&sandboxes.new_id(&plan.name), spec)
        .restart(Restart::Temporary)
        .shutdown(Shutdown::Timeout(STOP_WITHIN));
    let started = sandboxes.top()?.start_child(child).await?;
    let pid = started.ok_or_else(ended_at_once)?;
    let supervisor = sandboxes.runtime().find_supervisor(pid).map_err(|_gone| ended_at_once())?;
    let inside = sandboxes.runtime().narrowed(pid, plan.scope());
    let now = Now {
        supervisor: pid,
        inside: inside.map_err(|_gone| ended_at_once())?,
        expires: Instant::now() + plan.time_to_live,
        end: None,
        times_restarted: 0,
    };
    Ok((supervisor, now))
}

/// Ends all that runs in a sandbox: in order for as long as there is time, then all at once.
pub(crate) async fn take_down(inside: &Runtime, supervisor: Pid) -> TakenDown {
    let before = inside.pids().len();
    let until = Instant::now() + STOP_WITHIN;
    // It may have ended before; what outlived it is waited for all the same.
    let told = (ExitReason::Shutdown, STOP_WITHIN, Authority::Forced);
    _ = inside.stop_in_order(supervisor, told.0, told.1, told.2).await;
    // What is linked with the supervisor ends by itself, unless it does not come to an end.
    all_ended(inside, until).await;
    let late = inside.pids();
    for pid in &late {
        // Each is told before the first is waited for.
        _ = inside.kill(*pid, Duration::ZERO, Authority::Forced).await;
    }
    all_ended(inside, Instant::now() + KILL_WAIT).await;
    TakenDown { before, killed: late.len(), left: inside.pids() }
}

async fn all_ended(inside: &Runtime, until: Instant) {
    for pid in inside.pids() {
        if timeout_at(until, inside.wait_end(pid)).await.is_err() {
            return;
        }
    }
}

/// A supervisor that is gone although it has just been started.
fn ended_at_once() -> SupervisorError {
    SupervisorError::Start(StartError::Failed { reason: ExitReason::NoProc })
}
