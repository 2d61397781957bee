//! Stopping children: in reverse, one after the other, each as its specification says.
//!
//! Under simple_one_for_one all are told at once, as in OTP, where they have no order.

use std::slice;
use std::sync::Arc;
use std::time::Duration;

use super::family::{ChildKey, Done, Family};
use super::handle::SupervisorError;
use super::roster::{Child, Life, Place, Roster};
use super::spec::Shutdown;
use crate::cell::{Core, LEFT, Process, READY};
use crate::clock::deadline;
use crate::end::End;
use crate::ending::KILL_WAIT;
use crate::panic::regardless;
use crate::signal::{Force, send_exit};
use crate::{Event, ExitReason, Pid};

impl Family {
    pub(crate) async fn stop_children(&mut self, reason: &ExitReason) {
        let by = self.pid();
        stop_all(&mut self.roster, by, reason).await;
    }

    /// Stops the child, if it runs, and keeps it even if it is temporary: its pid, and the reason
    /// that it did end with.
    pub(crate) async fn stop_for_restart(&mut self, place: Place) -> Option<(Pid, ExitReason)> {
        let by = self.pid();
        let child = self.roster.get(place)?;
        let ended = match self.process_of(child) {
            None => None,
            Some(process) => {
                let reason =
                    stop_one(&process, by, child.spec.shutdown, &ExitReason::Shutdown).await;
                Some((process.core().pid, reason))
            }
        };
        self.roster.set_life(place, Life::Stopped);
        ended
    }

    /// The child's process: also one that was taken for ended, by an exit signal of its own to
    /// its supervisor, and runs on.
    fn process_of(&self, child: &Child) -> Option<Arc<dyn Process>> {
        match &child.life {
            Life::Running(process) => Some(Arc::clone(process)),
            Life::Restarting { was: Some(pid), .. } => {
                let process = self.node().find(*pid)?;
                (process.core().origin.parent == Some(self.pid())).then_some(process)
            }
            Life::Restarting { was: None, .. } | Life::Stopped => None,
        }
    }

    pub(crate) async fn terminate_child(
        &mut self,
        key: &ChildKey,
    ) -> Result<Done, SupervisorError> {
        let place = match key {
            ChildKey::Pid(pid) if self.roster.template.is_some() => {
                match self.roster.place_of_pid(*pid) {
                    Some(place) => place,
                    // It has ended already, which is all that was asked.
                    None if self.node().find(*pid).is_none() => {
                        return Ok(Done { old: None, new: None });
                    }
                    None => return Err(SupervisorError::NotFound { child: pid.to_string() }),
                }
            }
            _ => self.find(key)?,
        };
        let ended = self.stop_for_restart(place).await;
        self.roster.stopped(place);
        Ok(Done { old: ended.map(|(pid, _reason)| pid), new: None })
    }

    pub(crate) fn delete_child(&mut self, key: &ChildKey) -> Result<Done, SupervisorError> {
        let place = self.find(key)?;
        match self.roster.get(place).map(|child| &child.life) {
            Some(Life::Running(process)) => {
                Err(SupervisorError::Running { pid: process.core().pid })
            }
            Some(Life::Restarting { .. }) => Err(SupervisorError::Restarting),
            Some(Life::Stopped) | None => {
                self.roster.remove(place);
                Ok(Done { old: None, new: None })
            }
        }
    }

    /// The place of a child that has an id of its own.
    pub(crate) fn find(&self, key: &ChildKey) -> Result<Place, SupervisorError> {
        let roster = &self.roster;
        if roster.template.is_some() {
            return Err(SupervisorError::SimpleOneForOne);
        }
        let place = match key {
            ChildKey::Id(id) => roster.place_of(id),
            ChildKey::Pid(pid) => roster.place_of_pid(*pid),
        };
        place.ok_or_else(|| SupervisorError::NotFound { child: key.to_string() })
    }
}

/// Stops every child that runs; `reason` is what they hear.
pub(crate) async fn stop_all(roster: &mut Roster, by: Pid, reason: &ExitReason) {
    if roster.template.is_some() {
        return stop_at_once(roster, by, reason).await;
    }
    let mut places = roster.places();
    while let Some(place) = places.pop() {
        let Some(child) = roster.get(place) else { continue };
        if let Some(process) = child.process() {
            stop_one(process, by, as_heard(child.spec.shutdown, reason), reason).await;
        }
        roster.stopped(place);
    }
}

/// How a child is stopped that hears `reason`.
///
/// A brutal kill is what its supervisor does to it. One that loses its supervisor hears of that
/// like any linked process, as in OTP, and cleans up if it traps exits.
fn as_heard(shutdown: Shutdown, reason: &ExitReason) -> Shutdown {
    match shutdown {
        Shutdown::BrutalKill if *reason != ExitReason::Shutdown => Shutdown::Timeout(ORPHAN_WAIT),
        shutdown => shutdown,
    }
}

/// How the child is stopped now. One whose start was cut off with its supervisor is killed: it may
/// never look up from there.
fn way_to_stop(process: &Arc<dyn Process>, shutdown: Shutdown) -> Shutdown {
    if process.core().has(READY) { shutdown } else { Shutdown::BrutalKill }
}

/// For the clean-up of a child that would otherwise have been given none.
const ORPHAN_WAIT: Duration = Duration::from_secs(5);

async fn stop_at_once(roster: &mut Roster, by: Pid, reason: &ExitReason) {
    let shutdown = roster.template.as_ref().map_or(Shutdown::Infinity, |spec| spec.shutdown);
    let shutdown = as_heard(shutdown, reason);
    let processes: Vec<Arc<dyn Process>> = roster.running().cloned().collect();
    let ends: Vec<End> = processes.iter().cloned().map(End::of).collect();
    for process in processes.iter().rev() {
        match way_to_stop(process, shutdown) {
            Shutdown::BrutalKill => kill(process, by),
            Shutdown::Timeout(_) | Shutdown::Infinity => {
                send_exit(process, by, reason, Force::Order);
            }
        }
    }
    let deadline = match shutdown {
        Shutdown::Timeout(wait) => deadline(wait),
        Shutdown::BrutalKill | Shutdown::Infinity => deadline(Duration::MAX),
    };
    let mut late = Vec::new();
    for (mut end, process) in ends.into_iter().zip(&processes) {
        let has_time = way_to_stop(process, shutdown) != Shutdown::BrutalKill;
        if !has_time || end.reached_until(deadline).await.is_none() {
            kill(process, by);
            late.push(end);
        }
    }
    all_killed(&mut late, by).await;
    for place in roster.places() {
        roster.remove(place);
    }
}

async fn stop_one(
    process: &Arc<dyn Process>,
    by: Pid,
    shutdown: Shutdown,
    reason: &ExitReason,
) -> ExitReason {
    let mut end = End::of(Arc::clone(process));
    match way_to_stop(process, shutdown) {
        Shutdown::BrutalKill => kill(process, by),
        Shutdown::Infinity => {
            send_exit(process, by, reason, Force::Order);
            return end.reached().await;
        }
        Shutdown::Timeout(wait) => {
            send_exit(process, by, reason, Force::Order);
            match end.reached_within(wait).await {
                Some(reason) => return reason,
                None => kill(process, by),
            }
        }
    }
    all_killed(slice::from_mut(&mut end), by).await;
    end.reached().await
}

/// Waits for the ends of what was killed. A second incarnation beside the first would be worse than
/// the wait, so it has no bound; but what does not yield is told of. A supervisor yields, and ends
/// its own children first.
async fn all_killed(ends: &mut [End], supervisor: Pid) {
    let deadline = deadline(KILL_WAIT);
    for end in &mut *ends {
        if end.reached_until(deadline).await.is_none() {
            tell_pending(end.process().core(), supervisor);
        }
    }
    for end in ends {
        end.reached().await;
    }
}

fn tell_pending(core: &Core, supervisor: Pid) {
    if !core.has(LEFT) {
        let pid = core.pid;
        regardless(|| {
            tracing::error!(%supervisor, %pid, "a killed child does not yield, and is waited for");
        });
        core.report(|| Event::KillPending { supervisor, pid });
    }
}

fn kill(process: &Arc<dyn Process>, by: Pid) {
    send_exit(process, by, &ExitReason::Killed, Force::Kill);
}
