//! The steps of a script, done with our own calls; what they answer goes into the log.

use std::future::Future;
use std::time::Duration;

use arsenal_process::{
    Authority, ChildInfo, ChildPid, ExitReason, Intensity, Kind, Pid, Runtime, SupervisorError,
    SupervisorRef,
};
use serde_json::json;

use super::log::Log;
use super::tree::{child, join, name, strategy};
use super::worker::{Actor, Ask, Birth, Tell};
use crate::script::{Flags, Reason, Step, Strategy, Worker};

/// Where the steps are done.
pub(super) struct Stage {
    runtime: Runtime,
    log: Log,
}

impl Stage {
    pub(super) fn new(runtime: Runtime, log: Log) -> Self {
        Self { runtime, log }
    }

    pub(super) async fn run(&self, step: &Step) {
        match step {
            Step::Stop(at, reason) => self.tell(at, Tell::Stop(exit_reason(*reason))),
            Step::Panic(at) => self.tell(at, Tell::Panic),
            Step::Link(at, other) => self.tell_of(at, Tell::Link, other),
            Step::Unlink(at, other) => self.tell_of(at, Tell::Unlink, other),
            Step::Monitor(at, other) => self.tell_of(at, Tell::Monitor, other),
            Step::Demonitor(at, other) => self.tell_of(at, Tell::Demonitor, other),
            Step::Exit(at, reason) => self.exit(at, *reason).await,
            Step::Spawn(at, traps) => self.spawn(at, *traps).await,
            Step::Ping(at) => self.ask(at, Ask::Ping).await,
            Step::Register(at, name) => self.ask(at, Ask::Register(name)).await,
            Step::Unregister(at, name) => self.ask(at, Ask::Unregister(name)).await,
            Step::Whereis(whom) => {
                let found = self.runtime.whereis(&name(whom));
                let text = found.map_or_else(|| "not_found".to_owned(), |pid| self.log.label(pid));
                self.reply("names", &text);
            }
            Step::WaitMs(ms) => tokio::time::sleep(Duration::from_millis((*ms).into())).await,
            _ => self.command(step).await,
        }
    }

    async fn command(&self, step: &Step) {
        match step {
            Step::StartChild(at, spec) => {
                let spec = child(at, spec, &self.log);
                self.started(at, async |sup| sup.start_child(spec).await).await;
            }
            Step::StartDynamic(at, key) => {
                self.started(at, async |sup| sup.start_child_with(json!(key)).await).await;
            }
            Step::RestartChild(at, id) => {
                self.started(at, async |sup| sup.restart_child(id.as_str()).await).await;
            }
            Step::TerminateChild(at, id) => {
                self.done(at, async |sup| sup.terminate_child(id.as_str()).await).await;
            }
            Step::TerminateDynamic(at, key) => {
                let Some(pid) = self.pid_of(&join(at, &key.to_string())) else { return };
                self.done(at, async |sup| sup.terminate_child(pid).await).await;
            }
            Step::DeleteChild(at, id) => {
                self.done(at, async |sup| sup.delete_child(id.as_str()).await).await;
            }
            Step::Which(at) => {
                let list = |children: Vec<ChildInfo>| self.children(&children);
                self.query(at, async |sup| sup.which_children().await.map(list)).await;
            }
            Step::Count(at) => {
                self.query(at, async |sup| {
                    let n = sup.count_children().await?;
                    let (specs, active) = (n.specs, n.active);
                    let (supervisors, workers) = (n.supervisors, n.workers);
                    Ok(format!(
                        "specs={specs} active={active} supervisors={supervisors} workers={workers}"
                    ))
                })
                .await;
            }
            Step::Flags(at, flags) => {
                self.done(at, async |sup| change_flags(&sup, *flags).await).await;
            }
            other => unreachable!("{other:?} is no command"),
        }
    }

    /// A reply stands in the log of the one who gave it.
    fn reply(&self, whom: &str, text: &str) {
        self.log.write(format!("reply {whom} {text}").trim_end());
    }

    fn pid_of(&self, path: &str) -> Option<Pid> {
        let pid = self.log.pid_of(path);
        if pid.is_none() {
            self.reply(&format!("/{path}"), "never_was");
        }
        pid
    }

    fn tell(&self, path: &str, tell: Tell) {
        let Some(pid) = self.pid_of(path) else { return };
        if let Ok(worker) = self.runtime.process::<Actor>(pid) {
            // What is sent to who has just ended is lost.
            _ = worker.cast(tell);
        }
    }

    fn tell_of(&self, path: &str, tell: impl Fn(Pid) -> Tell, other: &str) {
        if let Some(whom) = self.pid_of(other) {
            self.tell(path, tell(whom));
        }
    }

    async fn ask(&self, path: &str, ask: Ask) {
        let Some(pid) = self.pid_of(path) else { return };
        let answer = match self.runtime.process::<Actor>(pid) {
            Ok(worker) => worker.call(ask, Duration::from_millis(1)).await.ok(),
            Err(_ended) => None,
        };
        self.reply(&self.log.label(pid), answer.as_deref().unwrap_or("noproc"));
    }

    async fn exit(&self, path: &str, reason: Reason) {
        let Some(pid) = self.pid_of(path) else { return };
        // A signal to who has ended is lost.
        match reason {
            Reason::Kill => {
                _ = self.runtime.kill(pid, Duration::ZERO, Authority::Ordinary).await;
            }
            reason => _ = self.runtime.exit(pid, exit_reason(reason)),
        }
    }

    async fn spawn(&self, path: &str, traps: bool) {
        let worker = Worker { traps, ..Worker::default() };
        let birth = Birth { path: path.to_owned(), worker, log: self.log.clone() };
        self.runtime.server::<Actor>(birth).start().await.expect("it starts");
    }

    async fn started<F>(&self, path: &str, ask: impl FnOnce(SupervisorRef) -> F)
    where
        F: Future<Output = Result<Option<Pid>, SupervisorError>>,
    {
        self.query(path, async |sup| match ask(sup).await? {
            Some(pid) => Ok(format!("ok:{}", self.log.label(pid))),
            None => Ok("ok:ignored".to_owned()),
        })
        .await;
    }

    async fn done<F>(&self, path: &str, ask: impl FnOnce(SupervisorRef) -> F)
    where
        F: Future<Output = Result<(), SupervisorError>>,
    {
        self.query(path, async |sup| ask(sup).await.map(|()| "ok".to_owned())).await;
    }

    async fn query<F>(&self, path: &str, ask: impl FnOnce(SupervisorRef) -> F)
    where
        F: Future<Output = Result<String, SupervisorError>>,
    {
        let Some(pid) = self.pid_of(path) else { return };
        let answer = match self.runtime.find_supervisor(pid) {
            Ok(sup) => ask(sup).await.unwrap_or_else(|error| error_text(&error)),
            Err(_ended) => "noproc".to_owned(),
        };
        self.reply(&self.log.label(pid), &answer);
    }

    fn children(&self, children: &[ChildInfo]) -> String {
        let is_dynamic = children.iter().any(|child| !child.args.is_null());
        let mut texts: Vec<String> = children
            .iter()
            .map(|child| {
                let pid = match child.pid {
                    ChildPid::Running(pid) => self.log.label(pid),
                    ChildPid::Stopped => "undefined".to_owned(),
                    ChildPid::Restarting => "restarting".to_owned(),
                };
                match child.kind {
                    _ if is_dynamic => pid,
                    Kind::Supervisor => format!("{}={pid}:supervisor", child.id),
                    Kind::Server | Kind::Task => format!("{}={pid}:worker", child.id),
                }
            })
            .collect();
        if is_dynamic {
            // OTP has no order among dynamic children.
            texts.sort();
        }
        texts.join(" ")
    }
}

async fn change_flags(sup: &SupervisorRef, flags: Flags) -> Result<(), SupervisorError> {
    let within = Duration::from_secs(flags.period_s.into());
    sup.set_intensity(Intensity { max_restarts: flags.intensity, within }).await?;
    match flags.strategy {
        // It stays what it is.
        Strategy::Simple => Ok(()),
        changed => sup.set_strategy(strategy(changed)).await,
    }
}

fn exit_reason(reason: Reason) -> ExitReason {
    match reason {
        Reason::Normal => ExitReason::Normal,
        Reason::Shutdown => ExitReason::Shutdown,
        Reason::ShutdownWith(value) => ExitReason::shutdown_with(value),
        Reason::Custom(value) => ExitReason::custom(value),
        Reason::Kill => ExitReason::Killed,
    }
}

/// The words of OTP's error terms.
fn error_text(error: &SupervisorError) -> String {
    let word = match error {
        SupervisorError::NotFound { .. } => "not_found",
        SupervisorError::AlreadyStarted { .. } => "already_started",
        SupervisorError::AlreadyPresent { .. } => "already_present",
        SupervisorError::Running { .. } => "running",
        SupervisorError::Restarting => "restarting",
        SupervisorError::SimpleOneForOne => "simple_one_for_one",
        SupervisorError::Spec(_) => "bad_specification",
        SupervisorError::Start(_) => "start_failed",
        SupervisorError::Call(_) => return "noproc".to_owned(),
        other => panic!("no script leads here: {other}"),
    };
    format!("error:{word}")
}
