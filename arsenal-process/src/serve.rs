//! A server's loop: start, one message at a time, clean-up.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use crate::carrier::{run, run_from_here};
use crate::cell::{AWAITED, CLOSING, Control, Core, IGNORED, Process, READY, SUSPENDED};
use crate::clock::deadline;
use crate::context::Next;
use crate::ending::KILL_WAIT;
use crate::gate::{Afterwards, Gate};
use crate::json::{JsonCodec, JsonServer};
use crate::mailbox::{Envelope, MailboxBound, Typed};
use crate::node::Node;
use crate::panic::{caught, regardless};
use crate::server::{Server, Stop};
use crate::signal::{Force, send_exit};
use crate::spawn::{Birth, StartError, admit};
use crate::supervisor::Starting;
use crate::{Context, ExitReason, Kind, ProcessRef, Start};

/// A server about to be started.
pub type ServerStart<S> = Start<NewServer<S>>;

/// What is to be started as a server.
pub struct NewServer<S: Server> {
    pub(crate) args: S::Args,
    pub(crate) kind: Kind,
    pub(crate) afterwards: Option<Box<dyn Afterwards>>,
    codec: Option<&'static JsonCodec<S>>,
    pub(crate) waiting: Waiting,
}

/// How the start of a server or a supervisor is waited for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Waiting {
    /// For how long at most.
    wait: Option<Duration>,
    /// Whether who stops waiting ends it.
    kill_on_drop: bool,
}

impl Waiting {
    /// Waits no longer than this; a shorter wait that was given before holds.
    pub(crate) fn within(&mut self, wait: Duration) {
        self.wait = Some(self.wait.map_or(wait, |before| before.min(wait)));
    }

    pub(crate) fn kill_on_drop(&mut self) {
        self.kill_on_drop = true;
    }
}

impl<S: Server> ServerStart<S> {
    pub(crate) fn new(node: Arc<Node>, args: S::Args, birth: Birth) -> Self {
        let (kind, waiting) = (Kind::Server, Waiting::default());
        let what = NewServer { args, kind, afterwards: None, codec: None, waiting };
        Self { node, birth, what }
    }

    /// Traps exits from the start on.
    pub fn trap_exits(mut self) -> Self {
        self.birth.trapping();
        self
    }

    /// Bounds the mailbox.
    pub fn mailbox(mut self, bound: MailboxBound) -> Self {
        self.birth.mailbox = bound;
        self
    }

    /// Kills the server if `init` takes longer; of several waits, the shortest holds.
    pub fn ready_within(mut self, wait: Duration) -> Self {
        self.what.waiting.within(wait);
        self
    }

    /// Kills the server if whoever starts it stops waiting before it is handed over.
    pub fn kill_on_drop(mut self) -> Self {
        self.what.waiting.kill_on_drop();
        self
    }

    /// Lets calls and casts arrive and leave as JSON too.
    pub fn json(mut self) -> Self
    where
        S: JsonServer,
    {
        self.what.codec = Some(crate::json::codec());
        self
    }

    /// Starts the server and waits until `init` is done.
    ///
    /// # Errors
    ///
    /// [`StartError`] says why there is no server; none is left behind then, except that after
    /// [`StartError::TimedOut`] an `init` that does not yield runs on until it does.
    ///
    /// # Cancel safety
    ///
    /// The process is spawned before the first await. Dropping this future stops only the waiting,
    /// unless [`Self::kill_on_drop`] was asked for.
    pub async fn start(self) -> Result<ProcessRef<S>, StartError> {
        let waiting = self.what.waiting;
        ready(self.begin()?, waiting).await.map(ProcessRef::new)
    }

    /// Starts the server as the child of a supervisor: at once, if its `init` does not wait.
    pub(crate) fn start_as_child(self) -> Starting {
        let waiting = self.what.waiting;
        let process = match self.begin() {
            Ok(process) => process,
            Err(refused) => return Starting::Done(Err(refused)),
        };
        let core = &process.core;
        // As a rule it is ready, which needs no lock to be seen.
        let now = match core.has(READY) {
            true => Some(Ok(())),
            false => readiness(core, &core.control()),
        };
        match now {
            Some(answer) => Starting::Done(answer.map(|()| process as Arc<dyn Process>)),
            None => {
                Starting::Waits(Box::pin(async move { Ok(ready(process, waiting).await? as _) }))
            }
        }
    }

    /// Admits the server and begins it: a child within this call, as far as it goes without
    /// waiting; any other as a task of its own.
    pub(crate) fn begin(self) -> Result<Arc<Typed<S>>, StartError> {
        let Self { node, birth, what } = self;
        let NewServer { args, kind, afterwards, codec, waiting } = what;
        let process = admit(node, kind, birth, |core: Core, bound| Typed::new(core, bound, codec))?;
        let (node, body) = (&process.core.node, serve(Arc::clone(&process), args));
        // Who starts a child waits for that, and for nothing else. The start of a supervisor is as
        // deep as its tree, and one with a bound needs a thread beside it.
        let is_awaited = process.core.origin.child_id.is_some() && waiting.wait.is_none();
        if is_awaited && kind == Kind::Server {
            run_from_here(node, Gate::new(body, process.clone(), None));
        } else {
            run(node, Gate::new(body, process.clone(), afterwards));
        }
        Ok(process)
    }
}

/// Kills a process that nobody has been told of when nobody waits for it any more.
struct Untold(Option<Arc<dyn Process>>);

impl Drop for Untold {
    fn drop(&mut self) {
        if let Some(process) = &self.0 {
            send_exit(process, process.core().pid, &ExitReason::Killed, Force::Kill);
        }
    }
}

/// Waits until the process is ready, as it was asked for.
async fn ready<S: Server>(
    process: Arc<Typed<S>>,
    waiting: Waiting,
) -> Result<Arc<Typed<S>>, StartError> {
    let mut guard = Untold(waiting.kill_on_drop.then(|| process.clone() as Arc<dyn Process>));
    let ready = poll_fn(|cx| poll_ready(&process.core, cx));
    let answer = match waiting.wait {
        None => ready.await,
        Some(wait) => match process.core.node.timers.until(deadline(wait), ready).await {
            Some(answer) => answer,
            None => {
                // A supervisor waits for what it killed; a second incarnation beside it would be
                // worse.
                let is_child = process.core.origin.child_id.is_some();
                let kill_wait = if is_child { Duration::MAX } else { KILL_WAIT };
                let pid = process.core.pid;
                crate::ending::kill_and_wait(process, kill_wait).await;
                return Err(StartError::TimedOut { pid, wait });
            }
        },
    };
    // Whoever is told of the process, or that there is none, has it in hand.
    guard.0 = None;
    answer.map(|()| process)
}

/// Waits until `init` is done or the process has ended.
pub(crate) fn poll_ready(core: &Core, cx: &mut task::Context<'_>) -> Poll<Result<(), StartError>> {
    if core.has(READY) {
        return Poll::Ready(Ok(()));
    }
    // What is anybody's code of a waker runs outside the lock.
    let waker = cx.waker().clone();
    let mut control = core.control();
    if let Some(answer) = readiness(core, &control) {
        return Poll::Ready(answer);
    }
    let before = control.starter.replace(waker);
    // Whoever makes it ready after this finds the waker.
    let is_ready = core.set(AWAITED) & READY != 0;
    let not_needed = if is_ready { control.starter.take() } else { None };
    drop(control);
    for waker in [before, not_needed].into_iter().flatten() {
        regardless(|| drop(waker));
    }
    if is_ready { Poll::Ready(Ok(())) } else { Poll::Pending }
}

/// What came of the start, if that is known.
fn readiness(core: &Core, control: &Control) -> Option<Result<(), StartError>> {
    if core.has(READY) {
        return Some(Ok(()));
    }
    let reason = control.ended.as_ref()?;
    Some(Err(match core.has(IGNORED) {
        true => StartError::Ignored,
        false => StartError::Ended { pid: core.pid, reason: ExitReason::clone(reason) },
    }))
}

async fn serve<S: Server>(process: Arc<Typed<S>>, args: S::Args) -> ExitReason {
    let mut cx = Context::new(process);
    let mut server = match caught(S::init(args, &mut cx)).await {
        Ok(Ok(server)) => server,
        Ok(Err(Stop::Because(reason))) | Err(reason) => return reason,
        Ok(Err(Stop::Ignore)) => {
            cx.process.core.set(IGNORED);
            return ExitReason::Normal;
        }
    };
    cx.process.core.set_ready();
    let reason = handle_until_end(&mut server, &mut cx).await;
    begin_clean_up(&cx.process.core);
    let reason = match caught(server.terminate(&reason, &mut cx)).await {
        Ok(()) => reason,
        Err(panic) => panic,
    };
    // As at the gate: a destructor that panics changes nothing.
    regardless(|| drop(server));
    reason
}

async fn handle_until_end<S: Server>(server: &mut S, cx: &mut Context<S>) -> ExitReason {
    loop {
        let handled = match cx.next().await {
            Next::Stop(reason) => return reason,
            Next::Message(Envelope::Cast(cast)) => caught(server.handle_cast(cast, cx)).await,
            Next::Message(Envelope::Call(call, reply)) => {
                caught(server.handle_call(call, reply, cx)).await
            }
            // Pinned where it is made: a supervisor's is large, and would be moved twice.
            Next::Message(Envelope::Info(info)) => pin!(caught(server.handle_info(info, cx))).await,
        };
        match handled {
            Ok(Ok(())) => {}
            Ok(Err(reason)) | Err(reason) => return reason,
        }
    }
}

/// From here on the process is not suspended: a suspend beside this one sees the one flag, or this
/// takes the other away.
pub(crate) fn begin_clean_up(core: &Core) {
    if core.set(CLOSING) & SUSPENDED != 0 {
        core.clear(SUSPENDED);
    }
}
