//! Ending processes from outside: an exit signal, a verified stop, a verified kill; and the gate
//! of suspend and resume.

use std::sync::Arc;
use std::time::Duration;

use crate::cell::{CLOSING, EXITING, LEFT, PROTECTED, Process, Pushed, STOPPING, SUSPENDED};
use crate::context::NoProcess;
use crate::end::End;
use crate::info::status;
use crate::signal::{Force, send_exit};
use crate::{Event, ExitReason, Pid, Runtime, Status, Target};

/// How long killed processes may take to be gone: they only have to yield once.
pub(crate) const KILL_WAIT: Duration = Duration::from_millis(500);

/// Whether a protected process is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authority {
    /// It is not.
    #[default]
    Ordinary,
    /// It is.
    Forced,
}

/// What came of a stop or a kill.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// It has ended.
    Ended {
        /// The process.
        pid: Pid,
        /// Its exit reason.
        reason: ExitReason,
    },
    /// It still runs: it traps exits and goes on, it cleans up or ends its children, or it is
    /// inside a section that does not yield, which nothing on Tokio can interrupt.
    StillRunning {
        /// The process.
        pid: Pid,
        /// What it is doing.
        status: Status,
    },
}

/// Why a process was not touched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum TouchError {
    /// It has ended, never was, or lies outside of the scope.
    #[error("it was not found")]
    NoProcess(#[source] NoProcess),
    /// It is protected: force it, if that is meant.
    #[error("{pid} is protected")]
    Protected { pid: Pid },
    /// It is on its way to its end, and its clean-up is not held up.
    #[error("{pid} is stopping")]
    Stopping { pid: Pid },
}

/// What a suspend or a resume did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gated {
    /// The process.
    pub pid: Pid,
    /// Whether it was the other way before: who has it suspended is who may resume it.
    pub changed: bool,
}

impl Runtime {
    /// Sends an exit signal and does not wait for what comes of it.
    ///
    /// The signal comes from no process, or from the one that this is called in. It can be trapped
    /// whatever its reason is, also [`ExitReason::Killed`]: what Erlang's `exit(Pid, kill)` does,
    /// [`Self::kill`] does.
    ///
    /// # Errors
    ///
    /// [`TouchError`].
    pub fn exit(&self, target: impl Into<Target>, reason: ExitReason) -> Result<(), TouchError> {
        let process = self.touch(&target.into(), Authority::Ordinary)?;
        send_exit(&process, self.sender(), &reason, Force::Trappable);
        Ok(())
    }

    /// Sends an exit signal and waits until the process has ended, for as long as `wait`.
    ///
    /// # Errors
    ///
    /// [`TouchError`].
    ///
    /// # Cancel safety
    ///
    /// The signal is sent before the first await. Dropping this future stops only the waiting.
    pub async fn stop(
        &self,
        target: impl Into<Target>,
        reason: ExitReason,
        wait: Duration,
        authority: Authority,
    ) -> Result<Ending, TouchError> {
        let process = self.touch(&target.into(), authority)?;
        send_exit(&process, self.sender(), &reason, Force::Trappable);
        Ok(verify(process, wait).await)
    }

    /// Stops the process as its supervisor would, and waits until it has ended, for as long as
    /// `wait`: what traps exits runs its clean-up too, and a supervisor ends its children.
    ///
    /// A supervisor of its own may start it again.
    ///
    /// # Errors
    ///
    /// [`TouchError`].
    ///
    /// # Cancel safety
    ///
    /// The stop is sent before the first await. Dropping this future stops only the waiting.
    pub async fn stop_in_order(
        &self,
        target: impl Into<Target>,
        reason: ExitReason,
        wait: Duration,
        authority: Authority,
    ) -> Result<Ending, TouchError> {
        let process = self.touch(&target.into(), authority)?;
        send_exit(&process, self.sender(), &reason, Force::Order);
        Ok(verify(process, wait).await)
    }

    /// Kills the process, which it cannot trap, and waits until it has ended.
    ///
    /// # Errors
    ///
    /// [`TouchError`].
    ///
    /// # Cancel safety
    ///
    /// The signal is sent before the first await. Dropping this future stops only the waiting.
    pub async fn kill(
        &self,
        target: impl Into<Target>,
        wait: Duration,
        authority: Authority,
    ) -> Result<Ending, TouchError> {
        let process = self.touch(&target.into(), authority)?;
        send_exit(&process, self.sender(), &ExitReason::Killed, Force::Kill);
        Ok(verify(process, wait).await)
    }

    /// Waits until the process has ended, and says why it did.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] if it is not there now; [`Self::past`] may remember it.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future leaves nothing behind.
    pub async fn wait_end(&self, target: impl Into<Target>) -> Result<ExitReason, NoProcess> {
        let process = self.find(&target.into())?;
        Ok(End::of(process).reached().await)
    }

    /// Has the process polled no more. What it holds it keeps; its mailbox fills; a stop by its
    /// supervisor opens the gate again, and a kill works.
    ///
    /// # Errors
    ///
    /// [`TouchError`]; `Stopping` also where a stop has opened the gate for the clean-up of a
    /// server or a supervisor. What a task does after a stop is its own code, and can be suspended.
    pub fn suspend(
        &self,
        target: impl Into<Target>,
        authority: Authority,
    ) -> Result<Gated, TouchError> {
        let process = self.touch(&target.into(), authority)?;
        let core = process.core();
        let pid = core.pid;
        let before = {
            // Under the lock, so that it cannot come between a stop and its effect.
            let _signals_wait = core.control();
            if core.has(EXITING | STOPPING | CLOSING | LEFT) {
                return Err(TouchError::Stopping { pid });
            }
            core.set(SUSPENDED)
        };
        if before & (CLOSING | LEFT) != 0 {
            // It has begun to clean up in between, without the lock.
            core.clear(SUSPENDED);
            core.wake();
            return Err(TouchError::Stopping { pid });
        }
        let changed = before & SUSPENDED == 0;
        if changed {
            core.report(|| Event::Suspended { pid });
        }
        Ok(Gated { pid, changed })
    }

    /// Has a suspended process polled again.
    ///
    /// # Errors
    ///
    /// [`NoProcess`].
    pub fn resume(&self, target: impl Into<Target>) -> Result<Gated, NoProcess> {
        let process = self.find(&target.into())?;
        let core = process.core();
        let pid = core.pid;
        let changed = {
            let _signals_wait = core.control();
            let changed = core.has(SUSPENDED);
            core.clear(SUSPENDED);
            changed
        };
        if changed {
            let wakes = process.take_waiting();
            Pushed { wakes, opens: true, ..Pushed::default() }.announce(core);
            core.report(|| Event::Resumed { pid });
        }
        Ok(Gated { pid, changed })
    }

    fn touch(&self, target: &Target, authority: Authority) -> Result<Arc<dyn Process>, TouchError> {
        let process = self.find(target).map_err(TouchError::NoProcess)?;
        check_protected(&process, authority)?;
        Ok(process)
    }

    /// Who sends: the process that is being polled, or number 0, which no process has.
    fn sender(&self) -> Pid {
        crate::current::current().unwrap_or(Pid::new(self.node.number, 0, 0))
    }
}

pub(crate) fn check_protected(
    process: &Arc<dyn Process>,
    authority: Authority,
) -> Result<(), TouchError> {
    let core = process.core();
    match core.has(PROTECTED) && authority == Authority::Ordinary {
        true => Err(TouchError::Protected { pid: core.pid }),
        false => Ok(()),
    }
}

/// Kills and waits for the end, for as long as `wait`.
pub(crate) async fn kill_and_wait(process: Arc<dyn Process>, wait: Duration) {
    send_exit(&process, process.core().pid, &ExitReason::Killed, Force::Kill);
    // Who cannot wait longer says what it is left with.
    _ = End::of(process).reached_within(wait).await;
}

async fn verify(process: Arc<dyn Process>, wait: Duration) -> Ending {
    let mut end = End::of(process);
    let reached = end.reached_within(wait).await;
    let core = end.process().core();
    match reached {
        Some(reason) => Ending::Ended { pid: core.pid, reason },
        None => Ending::StillRunning { pid: core.pid, status: status(core) },
    }
}
