//! `send_message`.

use std::time::Duration;

use arsenal::{Choice, Context, Error, Execute, Failure, Fault, Operation};
use arsenal_process::{ExitReason, JsonError, Pid, Target};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Missing, missing};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Sends a message to a server that takes JSON, and waits for its reply if it is a call.
///
/// A message that is not one of the server's never reaches its mailbox.
#[derive(Debug, Operation)]
#[operation(category = "process", method = POST, path = "/processes/{process}/messages",
            role = operator, effect = write, timeout = "65s", rate_limit = "6000/min",
            output = Answered, error = Refusal<SendError>,
            example(name = "a call",
                    params = r#"{"process": "ledger", "message": "get", "mode": "call", "wait": "1s"}"#))]
pub struct SendMessage {
    /// The process: its pid or its name.
    pub process: Target,
    /// The message, in the server's own form.
    pub message: Value,
    /// Whether a reply is waited for.
    #[param(default = "cast")]
    pub mode: SendMode,
    /// How long to wait for the reply of a call.
    #[param(default = "5s", max = "60s")]
    pub wait: Duration,
}

/// How a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum SendMode {
    /// Nobody waits.
    Cast,
    /// The answer has the reply.
    Call,
    /// A plain message, outside of the server's own types.
    Info,
}

/// What came of a message.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answered {
    /// The process that got it.
    pub pid: Pid,
    /// The reply to a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Value>,
}

/// Why a message came to nothing.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum SendError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It was not started with JSON messages.
    #[error("{pid} takes no JSON messages")]
    #[failure(class = conflict)]
    TakesNoJson {
        /// The process.
        pid: Pid,
    },
    /// The mailbox has no room: try again when it has handled some.
    #[error("the mailbox of {pid} is full: {capacity} messages wait")]
    #[failure(class = unavailable, transient)]
    MailboxFull {
        /// The process.
        pid: Pid,
        /// How many it holds.
        capacity: usize,
    },
    /// Its sandbox allows so many messages a second: try again a little later.
    #[error("{pid} takes no more messages for {early:?}")]
    #[failure(class = unavailable, transient)]
    TooFast {
        /// The process.
        pid: Pid,
        /// How long it takes none.
        early: Duration,
    },
    /// It ended before it replied.
    #[error("{pid} ended before it replied: {reason}")]
    #[failure(class = execution)]
    EndedBeforeReply {
        /// The process.
        pid: Pid,
        /// Why it ended.
        reason: ExitReason,
    },
    /// The reply did not come in time; the call may still be handled.
    #[error("{pid} did not reply within {wait:?}; it may still handle the call")]
    #[failure(class = timeout)]
    NoReply {
        /// The process.
        pid: Pid,
        /// How long was waited.
        wait: Duration,
    },
    /// It lives, and dropped the call without a reply.
    #[error("{pid} dropped the call without a reply")]
    #[failure(class = execution)]
    CallDropped {
        /// The process.
        pid: Pid,
    },
    /// Its reply is no JSON.
    #[error("the reply cannot be written as JSON")]
    #[failure(class = execution)]
    ReplyNotJson(#[source] serde_json::Error),
    /// A process that calls itself would wait for ever.
    #[error("{pid} called itself and would wait for ever")]
    #[failure(class = conflict)]
    CallsItself {
        /// The process.
        pid: Pid,
    },
}

impl Execute for SendMessage {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<Answered, Refusal<SendError>> {
        let runtime = &cx.state().runtime;
        let gone = || missing(runtime, &self.process);
        let pid = runtime.resolve(self.process.clone()).map_err(|_gone| gone())?;
        let sent = match self.mode {
            SendMode::Cast => runtime.cast_json(pid, self.message).map(|_| None),
            SendMode::Info => runtime.info_json(pid, self.message).map(|_| None),
            SendMode::Call => runtime.call_json(pid, self.message, self.wait).await.map(Some),
        };
        match sent {
            Ok(reply) => Ok(Answered { pid, reply }),
            Err(JsonError::NoProcess(_)) => Err(gone()),
            Err(error) => Err(refusal(pid, error)),
        }
    }
}

fn refusal(pid: Pid, error: JsonError) -> Refusal<SendError> {
    let own = match error {
        JsonError::Undecoded(cause) => {
            let detail = format!("is not one of this process's messages: {cause}");
            let fault = Fault::new("/message", "message", detail);
            return Refusal::Shared(Error::invalid(vec![fault]));
        }
        JsonError::NotJson { pid } => SendError::TakesNoJson { pid },
        JsonError::Full { pid, capacity } => SendError::MailboxFull { pid, capacity },
        JsonError::TooFast { pid, early } => SendError::TooFast { pid, early },
        JsonError::Ended { pid, reason } => {
            let value = serde_json::to_value(&reason).unwrap_or_default();
            let refusal = Refusal::from(SendError::EndedBeforeReply { pid, reason });
            return refusal.with("exit_reason", value);
        }
        JsonError::TimedOut { pid, wait } => SendError::NoReply { pid, wait },
        JsonError::Dropped { pid } => SendError::CallDropped { pid },
        JsonError::Unencoded(cause) => SendError::ReplyNotJson(cause),
        JsonError::Itself { pid } => SendError::CallsItself { pid },
        // The runtime may learn new ways; whatever it is, the process did not take it.
        _ => SendError::TakesNoJson { pid },
    };
    own.into()
}
