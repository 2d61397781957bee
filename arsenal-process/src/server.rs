//! A server: a process with state that handles its messages one at a time, as `gen_server` does.

use std::any::{Any, type_name};
use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::current::current;
use crate::info::MessageKind;
use crate::mailbox::Typed;
use crate::node::Node;
use crate::panic::catch;
use crate::trace::TracedMessage;
use crate::{Context, ExitReason, Pid};

/// A server: state, and what each message does to it.
///
/// Every handler may fail: `Err(reason)` ends the server with that reason, after `terminate`.
/// A panic in a handler does the same with [`ExitReason::Panic`]; the state that `terminate` then
/// sees may be half changed.
///
/// ```
/// use arsenal_process::{Context, ExitReason, ReplyTo, Server, Stop};
///
/// struct Counter(u64);
///
/// impl Server for Counter {
///     type Args = u64;
///     type Call = ();
///     type Reply = u64;
///     type Cast = u64;
///
///     async fn init(start: u64, _cx: &mut Context<Self>) -> Result<Self, Stop> {
///         Ok(Self(start))
///     }
///
///     async fn handle_call(
///         &mut self,
///         _call: (),
///         reply: ReplyTo<u64>,
///         _cx: &mut Context<Self>,
///     ) -> Result<(), ExitReason> {
///         reply.send(self.0);
///         Ok(())
///     }
///
///     async fn handle_cast(&mut self, n: u64, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
///         self.0 += n;
///         Ok(())
///     }
/// }
/// ```
pub trait Server: Sized + Send + 'static {
    /// What `init` is given.
    type Args: Send + 'static;
    /// A message whose sender waits for a reply.
    type Call: Send + 'static;
    /// What a call is answered with.
    type Reply: Send + 'static;
    /// A message whose sender does not wait.
    type Cast: Send + 'static;

    /// Makes the state. Whoever starts the server waits for this; the supervisor of a child runs it
    /// itself until it first waits, and so is held up by one that blocks.
    fn init(
        args: Self::Args,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = Result<Self, Stop>> + Send;

    /// Handles a call. The reply may be sent here, kept for later, or dropped.
    fn handle_call(
        &mut self,
        call: Self::Call,
        reply: ReplyTo<Self::Reply>,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), ExitReason>> + Send;

    /// Handles a cast. Without this, casts are dropped.
    fn handle_cast(
        &mut self,
        cast: Self::Cast,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), ExitReason>> + Send {
        let _ = (cast, cx);
        ready(Ok(()))
    }

    /// Handles what is neither call nor cast: trapped exits, down messages, alarms, plain messages.
    fn handle_info(
        &mut self,
        info: Info,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), ExitReason>> + Send {
        let _ = (info, cx);
        ready(Ok(()))
    }

    /// Cleans up. Runs after a handler failed or asked to end, and when the parent, or the end of
    /// its scope, stops a server that traps exits; not after a kill, nor after an exit signal that
    /// was not trapped.
    fn terminate(
        &mut self,
        reason: &ExitReason,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (reason, cx);
        ready(())
    }
}

/// How `init` says that there will be no server.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// Nothing to do: the process ends normally, and a supervisor keeps the child without a pid.
    Ignore,
    /// The start failed.
    Because(ExitReason),
}

impl<R: Into<ExitReason>> From<R> for Stop {
    fn from(reason: R) -> Self {
        Self::Because(reason.into())
    }
}

/// A message that is neither call nor cast.
#[derive(Debug)]
#[non_exhaustive]
pub enum Info {
    /// A linked process ended, and this one traps exits.
    Exit {
        /// Whose signal it is.
        from: Pid,
        /// Why it ended.
        reason: ExitReason,
    },
    /// A monitored process ended.
    Down {
        /// The monitor, and in it the process.
        monitor: MonitorRef,
        /// Why it ended.
        reason: ExitReason,
    },
    /// The alarm that was set in the context.
    Alarm,
    /// A message of any type.
    Message(Box<dyn Any + Send>),
    /// A message that came as JSON.
    Json(Value),
}

impl Info {
    /// Whose signal or end it tells of, if that is a process.
    pub(crate) fn from(&self) -> Option<Pid> {
        match self {
            // A signal of nobody has the number that no process has.
            Self::Exit { from, .. } => Some(*from).filter(|from| from.number() != 0),
            Self::Down { monitor, .. } => Some(monitor.pid),
            Self::Alarm | Self::Message(_) | Self::Json(_) => None,
        }
    }

    pub(crate) fn kind(&self) -> MessageKind {
        match self {
            Self::Exit { .. } => MessageKind::Exit,
            Self::Down { .. } => MessageKind::Down,
            Self::Alarm => MessageKind::Alarm,
            Self::Message(_) | Self::Json(_) => MessageKind::Info,
        }
    }
}

/// One monitor of one process on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MonitorRef {
    /// The monitored process.
    pub pid: Pid,
    /// The monitor's own number.
    pub number: u64,
}

/// Where the reply to one call goes.
pub struct ReplyTo<R>(Way<R>);

enum Way<R> {
    Typed(oneshot::Sender<R>),
    Json(oneshot::Sender<Result<Value, serde_json::Error>>, EncodeReply<R>),
    Traced(Box<TracedReply<R>>),
}

/// A reply that was asked for while there were traces.
struct TracedReply<R> {
    way: Way<R>,
    node: Arc<Node>,
    caller: Option<Pid>,
    server: &'static str,
    encode: Option<EncodeReply<R>>,
}

pub(crate) type EncodeReply<R> = fn(&R) -> Result<Value, serde_json::Error>;

impl<R> ReplyTo<R> {
    /// Sends the reply; false if the caller has stopped waiting.
    pub fn send(self, reply: R) -> bool {
        self.0.send(reply)
    }

    pub(crate) fn typed(caller: oneshot::Sender<R>) -> Self {
        Self(Way::Typed(caller))
    }

    /// Has the reply traced, if there are traces now; the process that this is called in is the
    /// caller of the server.
    pub(crate) fn traced<S: Server<Reply = R>>(self, server: &Typed<S>) -> Self {
        let node = &server.core.node;
        if !node.is_traced() {
            return self;
        }
        Self(Way::Traced(Box::new(TracedReply {
            way: self.0,
            node: Arc::clone(node),
            caller: current(),
            server: type_name::<S>(),
            encode: server.codec.map(|codec| codec.reply),
        })))
    }

    pub(crate) fn json(
        caller: oneshot::Sender<Result<Value, serde_json::Error>>,
        encode: EncodeReply<R>,
    ) -> Self {
        Self(Way::Json(caller, encode))
    }
}

impl<R> Way<R> {
    fn send(self, reply: R) -> bool {
        match self {
            Self::Typed(caller) => hand_over(caller, reply),
            Self::Json(caller, encode) => hand_over(caller, encode(&reply)),
            Self::Traced(traced) => traced.send(reply),
        }
    }
}

/// False if the caller has stopped waiting. One whose waker panics has the reply by then.
fn hand_over<T>(caller: oneshot::Sender<T>, reply: T) -> bool {
    catch(|| caller.send(reply)).map_or(true, |sent| sent.is_ok())
}

impl<R> TracedReply<R> {
    fn send(self, reply: R) -> bool {
        let Self { way, node, caller, server, encode } = self;
        // Its serialization is the service's code, and a panic there is not the trace's.
        let say = || catch(|| encode.and_then(|encode| encode(&reply).ok())).ok().flatten();
        let content = crate::trace::content(&node, say);
        let sent = way.send(reply);
        if sent {
            let (from, kind) = (current(), MessageKind::Reply);
            TracedMessage { from, to: caller, kind, server, content }.tell(&node);
        }
        sent
    }
}

impl<R> fmt::Debug for ReplyTo<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyTo")
    }
}
