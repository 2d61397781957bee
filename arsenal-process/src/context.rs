//! What a handler is given: its own process, seen from inside.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use tokio::time::Sleep;

use crate::cell::{Process, STOPPING, TRAP_EXIT};
use crate::info::MessageKind;
use crate::mailbox::{Envelope, Typed, drop_each};
use crate::server::{Info, Server};
use crate::{ExitReason, MonitorRef, Pid, ProcessRef, Runtime, bond};

/// After so many messages in one poll, other tasks have their turn.
const BURST_MAX: u32 = 128;

/// A mailbox that held more keeps no room for them once it is empty.
const KEPT_MAX: usize = 1024;

/// There is no such process here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no process {target}")]
pub struct NoProcess {
    /// What was asked for.
    pub target: crate::Target,
}

/// A server's own process, seen from inside.
pub struct Context<S: Server> {
    pub(crate) process: Arc<Typed<S>>,
    batch: VecDeque<Envelope<S>>,
    alarm: Option<Pin<Box<Sleep>>>,
    burst: u32,
    /// Whether the loop has been told to stop.
    stopping: bool,
}

/// What a loop does next.
pub(crate) enum Next<S: Server> {
    Message(Envelope<S>),
    Stop(ExitReason),
}

impl<S: Server> Context<S> {
    pub(crate) fn new(process: Arc<Typed<S>>) -> Self {
        Self { process, batch: VecDeque::new(), alarm: None, burst: 0, stopping: false }
    }

    /// The process's pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.process.core.pid
    }

    /// A reference to the process itself, to be given away.
    #[must_use]
    pub fn myself(&self) -> ProcessRef<S> {
        ProcessRef::new(Arc::clone(&self.process))
    }

    /// The runtime, as narrow as the scope that the process runs in.
    #[must_use]
    pub fn runtime(&self) -> Runtime {
        let scope = self.process.core.scope();
        Runtime::scoped(Arc::clone(&self.process.core.node), scope)
    }

    /// Has exit signals arrive as [`Info::Exit`]; that of the parent, or of its scope's supervisor,
    /// ends the server in order.
    pub fn trap_exits(&mut self) {
        let _signals_wait = self.process.core.control();
        self.process.core.set(TRAP_EXIT);
    }

    /// Has exit signals end the process again, as is the case at its start.
    pub fn obey_exits(&mut self) {
        let _signals_wait = self.process.core.control();
        self.process.core.clear(TRAP_EXIT);
    }

    /// Links the process with another one.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] if the other has ended, never was, or lies outside of the scope.
    pub fn link(&mut self, pid: Pid) -> Result<(), NoProcess> {
        let other = self.runtime().find(&pid.into())?;
        bond::link(&self.process.core, other.core())
            .map_err(|_ended| NoProcess { target: pid.into() })
    }

    /// Takes the link away, if there is one.
    pub fn unlink(&mut self, pid: Pid) {
        bond::unlink(&self.erased(), pid);
    }

    /// Asks for [`Info::Down`] when the process ends: at once if it has, or never was.
    pub fn monitor(&mut self, pid: Pid) -> MonitorRef {
        match self.runtime().find(&pid.into()) {
            Ok(other) => bond::monitor(&self.erased(), &other),
            Err(NoProcess { .. }) => bond::monitor_absent(&self.erased(), pid),
        }
    }

    /// Takes the monitor away, and its down message with it if that has arrived.
    pub fn demonitor(&mut self, monitor: MonitorRef) {
        bond::demonitor(&self.erased(), monitor);
        self.process.flush(&mut self.batch, |message| {
            matches!(message, Envelope::Info(Info::Down { monitor: other, .. }) if *other == monitor)
        });
    }

    /// Has [`Info::Alarm`] come after `wait`, in place of an alarm that was set before.
    pub fn set_alarm(&mut self, wait: Duration) {
        self.alarm = Some(Box::pin(tokio::time::sleep(wait)));
    }

    /// Takes the alarm back.
    pub fn clear_alarm(&mut self) {
        self.alarm = None;
    }

    /// Waits for what comes next. A stop by the parent comes before all messages.
    pub(crate) fn next(&mut self) -> impl Future<Output = Next<S>> {
        poll_fn(|cx| self.poll_next(cx))
    }

    /// The next message of the runtime's; for tasks, which have no others.
    pub(crate) fn poll_next(&mut self, cx: &mut task::Context<'_>) -> Poll<Next<S>> {
        let core = &self.process.core;
        if core.has(crate::cell::EXITING) {
            // The gate has seen it too and ends the process.
            return Poll::Pending;
        }
        if core.has(STOPPING) && !self.stopping {
            self.stopping = true;
            // Kept, for whoever asks what the process ends with.
            let reason = core.control().stop.as_deref().cloned();
            return Poll::Ready(Next::Stop(reason.unwrap_or(ExitReason::Shutdown)));
        }
        if core.has(crate::cell::SUSPENDED) {
            // Who opens the gate wakes the process, and who waits here: a set of futures polls only
            // what was woken itself.
            self.process.wait(cx.waker());
            if core.has(crate::cell::SUSPENDED) {
                return Poll::Pending;
            }
        }
        if self.burst == BURST_MAX {
            self.burst = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Some(alarm) = &mut self.alarm
            && alarm.as_mut().poll(cx).is_ready()
        {
            self.alarm = None;
            core.note_kind(MessageKind::Alarm);
            return Poll::Ready(Next::Message(Envelope::Info(Info::Alarm)));
        }
        if self.batch.is_empty() && KEPT_MAX < self.batch.capacity() {
            self.batch = VecDeque::new();
        }
        if self.batch.is_empty()
            && self.process.take_batch(&mut self.batch, cx.waker()).is_pending()
        {
            self.burst = 0;
            return Poll::Pending;
        }
        let Some(message) = self.batch.pop_front() else { return Poll::Pending };
        self.burst += 1;
        self.process.note_taken(message.kind());
        Poll::Ready(Next::Message(message))
    }

    fn erased(&self) -> Arc<dyn Process> {
        self.process.clone()
    }
}

impl<S: Server> Drop for Context<S> {
    fn drop(&mut self) {
        drop_each(self.batch.drain(..));
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;
    use crate::task::NoMessages;
    use crate::{RuntimeConfig, TaskContext};

    #[tokio::test]
    async fn an_empty_mailbox_keeps_no_room_for_many() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        let task = runtime.task().spawn_with(|cx: TaskContext| async move {
            let mut cx: Context<NoMessages> = cx.0;
            let pid = cx.pid();
            let own = cx.runtime();
            for _ in 0..10 * KEPT_MAX {
                // To itself, as news of an end that it waits for.
                own.monitor(pid, Pid::new(u32::MAX, 1, 0)).expect("it lives");
            }
            let mut most = 0;
            for _ in 0..10 * KEPT_MAX {
                cx.next().await;
                most = most.max(cx.batch.capacity());
            }
            // Looks once more, if need be after others had their turn, and finds nothing.
            for _ in 0..2 {
                let nothing = poll_fn(|task| Poll::Ready(cx.poll_next(task).is_pending())).await;
                assert!(nothing);
            }
            Ok((most, cx.batch.capacity()))
        });
        let (most, kept) = task.unwrap().await.unwrap();
        assert!(KEPT_MAX < most && kept <= KEPT_MAX, "{kept} of {most}");
    }
}
