//! Messages to a process whose Rust types the sender does not know: JSON in, JSON out.

use std::time::Duration;

use serde_json::Value;

use crate::clock::deadline;
use crate::context::NoProcess;
use crate::end::End;
use crate::json::JsonRefused;
use crate::{ExitReason, Pid, Runtime, Target};

/// Why a JSON message came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum JsonError {
    /// It has ended, never was, or lies outside of the scope.
    #[error("it was not found")]
    NoProcess(#[source] NoProcess),
    /// It was not spawned with JSON messages.
    #[error("{pid} takes no JSON messages")]
    NotJson { pid: Pid },
    /// The message is not one of the server's; it was not sent.
    #[error("the message does not decode")]
    Undecoded(#[source] serde_json::Error),
    /// The reply is no JSON.
    #[error("the reply does not encode")]
    Unencoded(#[source] serde_json::Error),
    /// Its mailbox is full.
    #[error("the mailbox of {pid} holds {capacity} messages and is full")]
    Full { pid: Pid, capacity: usize },
    /// It is sent more messages than its scope allows.
    #[error("{pid} takes no more messages for {early:?}")]
    TooFast { pid: Pid, early: Duration },
    /// It ended before it replied.
    #[error("{pid} ended before it replied: {reason}")]
    Ended { pid: Pid, reason: ExitReason },
    /// It dropped the call and lives on.
    #[error("{pid} dropped the call")]
    Dropped { pid: Pid },
    /// The reply did not come in time. The call may still be handled.
    #[error("{pid} did not reply within {wait:?}")]
    TimedOut { pid: Pid, wait: Duration },
    /// A process that calls itself would wait for ever.
    #[error("{pid} called itself")]
    Itself { pid: Pid },
}

impl Runtime {
    /// Sends a call and waits for its reply, both as JSON.
    ///
    /// # Errors
    ///
    /// Every [`JsonError`].
    ///
    /// # Cancel safety
    ///
    /// The call is sent before the first await; dropping this future drops the reply.
    pub async fn call_json(
        &self,
        target: impl Into<Target>,
        message: Value,
        wait: Duration,
    ) -> Result<Value, JsonError> {
        let process = self.find(&target.into()).map_err(JsonError::NoProcess)?;
        let pid = process.core().pid;
        if crate::current::current() == Some(pid) {
            return Err(JsonError::Itself { pid });
        }
        let door = process.json().ok_or(JsonError::NotJson { pid })?;
        let reply = door.call(message).map_err(|refused| refusal(pid, refused))?;
        let (deadline, timers) = (deadline(wait), &self.node.timers);
        match timers.until(deadline, reply).await {
            Some(Ok(reply)) => reply.map_err(JsonError::Unencoded),
            None => Err(JsonError::TimedOut { pid, wait }),
            // As for a typed call.
            Some(Err(_dropped)) => match End::of(process).reached_until(deadline).await {
                Some(reason) => Err(JsonError::Ended { pid, reason }),
                None => Err(JsonError::Dropped { pid }),
            },
        }
    }

    /// Sends a cast as JSON.
    ///
    /// # Errors
    ///
    /// [`JsonError`]: `NoProcess`, `NotJson`, `Undecoded`, `Full`, `TooFast`.
    pub fn cast_json(&self, target: impl Into<Target>, message: Value) -> Result<Pid, JsonError> {
        let process = self.find(&target.into()).map_err(JsonError::NoProcess)?;
        let pid = process.core().pid;
        let door = process.json().ok_or(JsonError::NotJson { pid })?;
        door.cast(message).map_err(|refused| refusal(pid, refused))?;
        Ok(pid)
    }

    /// Sends a plain message as JSON: it arrives as [`crate::Info::Json`].
    ///
    /// # Errors
    ///
    /// [`JsonError`]: `NoProcess`, `NotJson`, `Full`, `TooFast`.
    pub fn info_json(&self, target: impl Into<Target>, message: Value) -> Result<Pid, JsonError> {
        let process = self.find(&target.into()).map_err(JsonError::NoProcess)?;
        let pid = process.core().pid;
        let door = process.json().ok_or(JsonError::NotJson { pid })?;
        door.info(message).map_err(|refused| refusal(pid, refused))?;
        Ok(pid)
    }
}

fn refusal(pid: Pid, refused: JsonRefused) -> JsonError {
    match refused {
        JsonRefused::Undecoded(source) => JsonError::Undecoded(source),
        JsonRefused::Full(capacity) => JsonError::Full { pid, capacity },
        JsonRefused::TooFast(early) => JsonError::TooFast { pid, early },
        JsonRefused::Closed => JsonError::NoProcess(NoProcess { target: pid.into() }),
    }
}
