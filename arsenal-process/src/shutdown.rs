//! The shutdown of a node, in one order: the tree in reverse, then what stands outside, then kill.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::cell::Process;
use crate::clock::deadline;
use crate::end::End;
use crate::ending::KILL_WAIT;
use crate::panic::regardless;
use crate::scope::Scope;
use crate::signal::{Force, send_exit};
use crate::sync::Ordering;
use crate::{ExitReason, Pid, ProcessName, Runtime};

/// A process that did not end in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Straggler {
    /// Its pid.
    pub pid: Pid,
    /// Its name, or the id that its supervisor knows it by.
    pub name: Option<String>,
}

/// What came of a shutdown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShutdownReport {
    /// What had not ended within the grace and was killed.
    pub killed: Vec<Straggler>,
    /// What runs on even so, inside a section that does not yield.
    pub still_running: Vec<Straggler>,
}

/// What ended a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminated {
    /// SIGINT, or Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// The root supervisor ended: after one restart too many, or in a shutdown from elsewhere.
    RootEnded,
}

/// Why a node was not shut down.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ShutdownError {
    /// The node is not this handle's to end: stop the supervisor instead.
    #[error("this handle is narrowed to what {supervisor} supervises")]
    Narrowed { supervisor: Pid },
    /// Nothing was shut down.
    #[error("the system's signals cannot be listened to")]
    Signals(#[source] std::io::Error),
}

impl Runtime {
    /// Shuts the whole node down.
    ///
    /// Nothing is started from here on. The root supervisor stops its tree in reverse, each child
    /// as its specification says; then what stands outside the tree is told to stop, the youngest
    /// first; what is left after `grace` is killed.
    ///
    /// # Errors
    ///
    /// [`ShutdownError::Narrowed`]; nothing is stopped then.
    ///
    /// # Cancel safety
    ///
    /// The root is told before the first await. Dropping this future stops the waiting and the
    /// killing; the tree goes down all the same. So await it outside of the tree: a process inside
    /// is ended with it, and what stands outside the tree then runs on.
    pub async fn shutdown(&self, grace: Duration) -> Result<ShutdownReport, ShutdownError> {
        self.check_whole()?;
        let deadline = deadline(grace);
        self.node.closing.store(1, Ordering::Release);
        if let Some(root) = self.root_process() {
            send_exit(&root, nobody(self), &ExitReason::Shutdown, Force::Order);
            let mut end = End::of(root);
            _ = end.reached_until(deadline).await;
        }
        if Instant::now() < deadline {
            self.end_all(deadline, Force::Order).await;
        }
        let killed = self.stragglers();
        self.end_all(Instant::now() + KILL_WAIT, Force::Kill).await;
        self.node.give_number_back_if_empty();
        self.node.spares.close();
        Ok(ShutdownReport { killed, still_running: self.stragglers() })
    }

    /// Waits for SIGTERM or SIGINT, or for the end of the root supervisor, then shuts the node
    /// down. A signal that comes meanwhile changes nothing: the grace bounds the shutdown, also one
    /// that was begun from elsewhere.
    ///
    /// # Errors
    ///
    /// [`ShutdownError`]; nothing is shut down then.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future before a signal stops the listening; afterwards as
    /// [`Self::shutdown`].
    pub async fn shutdown_on_signal(
        &self,
        grace: Duration,
    ) -> Result<(Terminated, ShutdownReport), ShutdownError> {
        self.check_whole()?;
        // Both arms are cancel safe; the signals are listened to in any case.
        let cause = tokio::select! {
            biased;
            signal = terminated() => signal.map_err(ShutdownError::Signals)?,
            () = self.root_ended() => Terminated::RootEnded,
        };
        regardless(|| tracing::info!(?cause, ?grace, "shutting down"));
        Ok((cause, self.shutdown(grace).await?))
    }

    async fn root_ended(&self) {
        if let Some(root) = self.root_process() {
            End::of(root).reached().await;
        }
    }

    fn root_process(&self) -> Option<Arc<dyn Process>> {
        self.node.root.get().and_then(|pid| self.node.find(*pid))
    }

    fn check_whole(&self) -> Result<(), ShutdownError> {
        let narrowed =
            |scope: &Arc<Scope>| ShutdownError::Narrowed { supervisor: scope.supervisor };
        self.scope.as_ref().map(narrowed).map_or(Ok(()), Err)
    }

    async fn end_all(&self, deadline: Instant, force: Force) {
        // What was started just before the node began to close is seen by the next round.
        loop {
            let mut left = self.node.processes.all();
            if left.is_empty() {
                return;
            }
            if force == Force::Order {
                // What has a parent is ended by it.
                left.retain(|process| {
                    let parent = process.core().origin.parent;
                    parent.is_none_or(|parent| self.node.find(parent).is_none())
                });
            }
            left.sort_by_key(|process| std::cmp::Reverse(process.core().pid));
            for process in &left {
                send_exit(process, nobody(self), &ExitReason::Shutdown, force);
            }
            for mut end in left.into_iter().map(End::of) {
                if end.reached_until(deadline).await.is_none() {
                    return;
                }
            }
        }
    }

    fn stragglers(&self) -> Vec<Straggler> {
        let mut left = self.node.processes.all();
        left.sort_by_key(|process| process.core().pid);
        left.iter().map(straggler).collect()
    }
}

fn straggler(process: &Arc<dyn Process>) -> Straggler {
    let core = process.core();
    let name = core.control().name.as_ref().map(ProcessName::to_string);
    let child_id = || core.origin.child_id.as_ref().map(ToString::to_string);
    Straggler { pid: core.pid, name: name.or_else(child_id) }
}

/// The sender of signals that come from no process.
fn nobody(runtime: &Runtime) -> Pid {
    Pid::new(runtime.node.number, 0, 0)
}

#[cfg(unix)]
async fn terminated() -> std::io::Result<Terminated> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // Both arms are cancel safe: a lost race loses no signal that matters.
    Ok(tokio::select! {
        _ = terminate.recv() => Terminated::Terminate,
        _ = interrupt.recv() => Terminated::Interrupt,
    })
}

#[cfg(not(unix))]
async fn terminated() -> std::io::Result<Terminated> {
    tokio::signal::ctrl_c().await?;
    Ok(Terminated::Interrupt)
}
