//! The one server that the tests drive, and the one way in which they wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use arsenal_process::{
    ChildPid, ChildSpec, Context, ExitReason, Info, Pid, ProcessInfo, ProcessRef, ReplyTo, Runtime,
    RuntimeConfig, Server, Status, Stop, SupervisorRef,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A bound for waits that should not take any time at all.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// What happened, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, line: impl Into<String>) {
        self.0.lock().expect("no test panics in here").push(line.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no test panics in here"))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().expect("no test panics in here").len()
    }

    pub(crate) fn has(&self, line: &str) -> bool {
        self.0.lock().expect("no test panics in here").iter().any(|other| other == line)
    }
}

#[derive(Clone, Default)]
pub(crate) struct ProbeArgs {
    pub(crate) id: &'static str,
    pub(crate) log: Log,
    pub(crate) traps: bool,
    pub(crate) init_takes: Duration,
    pub(crate) terminate_takes: Duration,
}

pub(crate) fn args(id: &'static str, log: &Log) -> ProbeArgs {
    ProbeArgs { id, log: log.clone(), ..ProbeArgs::default() }
}

pub(crate) fn trapping(id: &'static str, log: &Log) -> ProbeArgs {
    ProbeArgs { traps: true, ..args(id, log) }
}

/// A child whose starts and ends are in the log.
pub(crate) fn child(id: &'static str, log: &Log) -> ChildSpec {
    let log = log.clone();
    ChildSpec::server::<Probe>(id, move || trapping(id, &log))
}

pub(crate) struct Probe {
    args: ProbeArgs,
    kept: Vec<ReplyTo<Value>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Do {
    Note(String),
    Exit(ExitReason),
    Panic(String),
    /// Panics by itself, with a payload of its own.
    #[serde(skip)]
    PanicWith(fn()),
    Link(Pid),
    Monitor(Pid),
    Nothing,
    /// Sends a note to another probe.
    #[serde(skip)]
    Send(ProcessRef<Probe>),
    /// Waits in the handler, without holding the thread.
    Wait(Duration),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    Echo(Value),
    /// The reply is kept and never sent.
    Keep,
    Drop,
    CallYourself,
    Fail(ExitReason),
}

impl Server for Probe {
    type Args = ProbeArgs;
    type Call = Ask;
    type Reply = Value;
    type Cast = Do;

    async fn init(args: ProbeArgs, cx: &mut Context<Self>) -> Result<Self, Stop> {
        if args.traps {
            cx.trap_exits();
        }
        if !args.init_takes.is_zero() {
            // tidy: expect(sleep): a slow start is what is tested; the tests pause the clock.
            tokio::time::sleep(args.init_takes).await;
        }
        args.log.add(format!("{} starts", args.id));
        Ok(Self { args, kept: Vec::new() })
    }

    async fn handle_call(
        &mut self,
        call: Ask,
        reply: ReplyTo<Value>,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        match call {
            Ask::Echo(value) => _ = reply.send(value),
            Ask::Keep => self.kept.push(reply),
            Ask::Drop => drop(reply),
            Ask::CallYourself => {
                let refused = cx.myself().call(Ask::Keep, SOON).await;
                _ = reply.send(json!(refused.map_err(|error| error.to_string())));
            }
            Ask::Fail(reason) => return Err(reason),
        }
        Ok(())
    }

    async fn handle_cast(&mut self, cast: Do, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        match cast {
            Do::Note(text) => self.args.log.add(text),
            Do::Exit(reason) => return Err(reason),
            Do::Panic(text) => panic!("{text}"),
            Do::PanicWith(panic) => panic(),
            Do::Link(pid) => cx.link(pid)?,
            Do::Monitor(pid) => _ = cx.monitor(pid),
            Do::Nothing => {}
            Do::Send(other) => {
                // Whether it still lives is for the test to know.
                _ = other.cast(Do::Note("sent".to_owned()));
            }
            // tidy: expect(sleep): a slow server is what is tested; the tests pause the clock.
            Do::Wait(wait) => tokio::time::sleep(wait).await,
        }
        Ok(())
    }

    async fn handle_info(&mut self, info: Info, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        let id = self.args.id;
        match info {
            Info::Exit { reason, .. } => self.args.log.add(format!("{id} hears exit {reason}")),
            Info::Down { reason, .. } => self.args.log.add(format!("{id} hears down {reason}")),
            other => self.args.log.add(format!("{id} hears {other:?}")),
        }
        Ok(())
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        if !self.args.terminate_takes.is_zero() {
            // tidy: expect(sleep): a slow end is what is tested; the tests pause the clock.
            tokio::time::sleep(self.args.terminate_takes).await;
        }
        self.args.log.add(format!("{} ends {}", self.args.id, reason.kind()));
    }
}

pub(crate) fn runtime() -> Runtime {
    Runtime::start(RuntimeConfig::default()).expect("tests run in Tokio")
}

pub(crate) async fn probe(runtime: &Runtime, args: ProbeArgs) -> ProcessRef<Probe> {
    runtime.server::<Probe>(args).start().await.expect("a probe starts")
}

/// Lets everything that can run have its turn, until the state is there. Bounded.
pub(crate) async fn until(what: &str, mut reached: impl FnMut() -> bool) {
    for _ in 0..20_000 {
        if reached() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("never reached: {what}");
}

/// Waits until all that was sent to the probe before has been handled.
pub(crate) async fn settle(probe: &ProcessRef<Probe>) {
    _ = probe.call(Ask::Echo(Value::Null), SOON).await;
}

/// Whether it has been polled, and waits.
pub(crate) fn has_polled(info: &ProcessInfo) -> bool {
    info.status == Status::Waiting && info.polls != 0
}

/// The pid of a running child.
pub(crate) async fn pid_of(supervisor: &SupervisorRef, id: &str) -> Option<Pid> {
    let children = supervisor.which_children().await.expect("the supervisor answers");
    children.into_iter().find(|child| *child.id == *id).and_then(|child| match child.pid {
        ChildPid::Running(pid) => Some(pid),
        _ => None,
    })
}

/// Ends the child with the reason and waits until it has.
pub(crate) async fn crash(runtime: &Runtime, supervisor: &SupervisorRef, id: &str, how: Do) {
    let pid = pid_of(supervisor, id).await.expect("the child runs");
    let child = runtime.process::<Probe>(pid).expect("the child is a probe");
    child.cast(how).expect("the child takes casts");
    child.ended().await;
}

pub(crate) fn failure() -> Do {
    Do::Exit(ExitReason::custom("broken"))
}
