//! A typed reference to a server: call, cast, info.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::cell::Process;
use crate::clock::deadline;
use crate::end::End;
use crate::mailbox::{Envelope, Refused, Typed};
use crate::server::{Info, ReplyTo, Server};
use crate::{ExitReason, Pid, Target};

/// Why a call has no reply.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum CallError {
    /// It had ended before the call.
    #[error("no process {pid}")]
    NoProcess { pid: Pid },
    /// It ended before it replied.
    #[error("{pid} ended before it replied: {reason}")]
    Ended { pid: Pid, reason: ExitReason },
    /// Its mailbox was full for as long as the caller would wait. Nothing was sent.
    #[error("the mailbox of {pid} holds {capacity} messages and is full")]
    Full { pid: Pid, capacity: usize },
    /// It is sent more messages than its scope allows. Nothing was sent.
    #[error("{pid} takes no more messages for {early:?}")]
    TooFast { pid: Pid, early: Duration },
    /// The reply did not come in time. The call may still be handled.
    #[error("{pid} did not reply within {wait:?}")]
    TimedOut { pid: Pid, wait: Duration },
    /// It dropped the call without a reply, and lives on.
    #[error("{pid} dropped the call without a reply")]
    Dropped { pid: Pid },
    /// A process that calls itself would wait for ever.
    #[error("{pid} called itself")]
    Itself { pid: Pid },
}

/// Why a message was not sent; it comes back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum SendError<M> {
    /// It has ended.
    #[error("no process {pid}")]
    NoProcess { pid: Pid, message: M },
    /// Its mailbox is full.
    #[error("the mailbox of {pid} holds {capacity} messages and is full")]
    Full { pid: Pid, capacity: usize, message: M },
    /// It is sent more messages than its scope allows.
    #[error("{pid} takes no more messages for {early:?}")]
    TooFast { pid: Pid, early: Duration, message: M },
}

/// A reference to a server, by its type. It does not keep the server alive.
pub struct ProcessRef<S: Server> {
    process: Arc<Typed<S>>,
}

impl<S: Server> ProcessRef<S> {
    pub(crate) fn new(process: Arc<Typed<S>>) -> Self {
        Self { process }
    }

    /// The server's pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.process.core.pid
    }

    /// Whether the server has not ended yet.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.process.core.control().ended.is_none()
    }

    /// Sends a call and waits for its reply, both together for as long as `wait`.
    ///
    /// # Errors
    ///
    /// Every [`CallError`]. Where the mailbox is full, or it is too early, this waits.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future before the call was sent sends nothing; afterwards the call is
    /// handled and its reply dropped.
    pub async fn call(&self, call: S::Call, wait: Duration) -> Result<S::Reply, CallError> {
        let pid = self.pid();
        if crate::current::current() == Some(pid) {
            return Err(CallError::Itself { pid });
        }
        let (caller, reply) = oneshot::channel();
        let message = Envelope::Call(call, ReplyTo::typed(caller).traced(&self.process));
        let deadline = deadline(wait);
        match self.process.send(message) {
            Ok(()) => {}
            Err(Refused::Closed(_)) => return Err(CallError::NoProcess { pid }),
            Err(Refused::Full(message, _) | Refused::TooFast(message, _)) => {
                let sent = self.process.send_within(message, wait).await;
                sent.map_err(|refused| call_refused(pid, &refused))?;
            }
        }
        self.reply_until(reply, deadline, wait).await
    }

    /// Sends a call as [`Self::call`] does, but only if there is room for it now.
    ///
    /// # Errors
    ///
    /// Every [`CallError`].
    ///
    /// # Cancel safety
    ///
    /// The call is sent before the first await; dropping this future drops the reply.
    pub async fn call_if_room(&self, call: S::Call, wait: Duration) -> Result<S::Reply, CallError> {
        let pid = self.pid();
        if crate::current::current() == Some(pid) {
            return Err(CallError::Itself { pid });
        }
        let (caller, reply) = oneshot::channel();
        let reply_to = ReplyTo::typed(caller).traced(&self.process);
        match self.process.send(Envelope::Call(call, reply_to)) {
            Ok(()) => self.reply_until(reply, deadline(wait), wait).await,
            Err(refused) => Err(call_refused(pid, &refused)),
        }
    }

    /// Sends a cast, if there is room.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the message.
    pub fn cast(&self, cast: S::Cast) -> Result<(), SendError<S::Cast>> {
        self.process.send(Envelope::Cast(cast)).map_err(|refused| self.cast_refused(refused))
    }

    /// Sends a cast, and waits for room for as long as `wait`.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the message.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the message, unless it was sent.
    pub async fn cast_within(
        &self,
        cast: S::Cast,
        wait: Duration,
    ) -> Result<(), SendError<S::Cast>> {
        let sent = self.process.send_within(Envelope::Cast(cast), wait).await;
        sent.map_err(|refused| self.cast_refused(refused))
    }

    /// Sends a plain message, if there is room: it arrives as [`Info::Message`].
    ///
    /// # Errors
    ///
    /// [`SendError`] without the message, which is gone.
    pub fn info(&self, message: impl Any + Send) -> Result<(), SendError<()>> {
        let pid = self.pid();
        let message = Envelope::Info(Info::Message(Box::new(message)));
        self.process.send(message).map_err(|refused| match refused {
            Refused::Closed(_) => SendError::NoProcess { pid, message: () },
            Refused::Full(_, capacity) => SendError::Full { pid, capacity, message: () },
            Refused::TooFast(_, early) => SendError::TooFast { pid, early, message: () },
        })
    }

    /// Waits until the server has ended, and says why it did.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future leaves nothing behind.
    pub async fn ended(&self) -> ExitReason {
        End::of(self.erased()).reached().await
    }

    pub(crate) fn erased(&self) -> Arc<dyn Process> {
        self.process.clone()
    }

    fn cast_refused(&self, refused: Refused<Envelope<S>>) -> SendError<S::Cast> {
        let pid = self.pid();
        let cast = |envelope| match envelope {
            Envelope::Cast(cast) => cast,
            Envelope::Call(..) | Envelope::Info(_) => unreachable!("a cast was sent"),
        };
        match refused {
            Refused::Closed(message) => SendError::NoProcess { pid, message: cast(message) },
            Refused::Full(message, capacity) => {
                SendError::Full { pid, capacity, message: cast(message) }
            }
            Refused::TooFast(message, early) => {
                SendError::TooFast { pid, early, message: cast(message) }
            }
        }
    }

    async fn reply_until(
        &self,
        reply: oneshot::Receiver<S::Reply>,
        deadline: Instant,
        wait: Duration,
    ) -> Result<S::Reply, CallError> {
        let pid = self.pid();
        let timers = &self.process.core.node.timers;
        match timers.until(deadline, reply).await {
            Some(Ok(reply)) => Ok(reply),
            None => Err(CallError::TimedOut { pid, wait }),
            Some(Err(_dropped)) => match End::of(self.erased()).reached_until(deadline).await {
                Some(reason) => Err(CallError::Ended { pid, reason }),
                None => Err(CallError::Dropped { pid }),
            },
        }
    }
}

fn call_refused<M>(pid: Pid, refused: &Refused<M>) -> CallError {
    match refused {
        Refused::Closed(_) => CallError::NoProcess { pid },
        Refused::Full(_, capacity) => CallError::Full { pid, capacity: *capacity },
        Refused::TooFast(_, early) => CallError::TooFast { pid, early: *early },
    }
}

impl<S: Server> Clone for ProcessRef<S> {
    fn clone(&self) -> Self {
        Self { process: Arc::clone(&self.process) }
    }
}

impl<S: Server> fmt::Debug for ProcessRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProcessRef").field(&self.pid()).finish()
    }
}

impl<S: Server> From<&ProcessRef<S>> for Target {
    fn from(process: &ProcessRef<S>) -> Self {
        Self::Pid(process.pid())
    }
}
