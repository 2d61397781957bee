//! A worker of a script: does what it is told, and logs what happens to it.

use std::future::pending;
use std::panic::resume_unwind;

use arsenal_process::{Context, ExitReason, Info, MonitorRef, Pid, ReplyTo, Server, Stop};

use super::log::{Log, text};
use super::tree;
use crate::script::{Start, Worker};

/// What a worker is started with.
#[derive(Clone)]
pub(super) struct Birth {
    pub(super) path: String,
    pub(super) worker: Worker,
    pub(super) log: Log,
}

pub(super) struct Actor {
    label: String,
    birth: Birth,
    monitors: Vec<MonitorRef>,
}

/// What a worker is told, and does not answer.
#[derive(Debug)]
pub(super) enum Tell {
    Stop(ExitReason),
    Panic,
    Link(Pid),
    Unlink(Pid),
    Monitor(Pid),
    Demonitor(Pid),
}

/// What a worker is asked.
#[derive(Debug)]
pub(super) enum Ask {
    Ping,
    Register(&'static str),
    Unregister(&'static str),
}

impl Server for Actor {
    type Args = Birth;
    type Call = Ask;
    type Reply = String;
    type Cast = Tell;

    async fn init(birth: Birth, cx: &mut Context<Self>) -> Result<Self, Stop> {
        let (incarnation, label) = birth.log.starting(&birth.path, cx.pid());
        if birth.worker.traps {
            cx.trap_exits();
        }
        match birth.worker.starts.get(incarnation - 1).unwrap_or(&Start::Ok) {
            Start::Ok => {
                birth.log.write(format!("started {label}"));
                Ok(Self { label, birth, monitors: Vec::new() })
            }
            Start::Fail => {
                birth.log.refused(cx.pid(), "failed");
                Err(Stop::Because(ExitReason::custom("failed")))
            }
            Start::Panic => {
                birth.log.refused(cx.pid(), "failed");
                boom()
            }
            Start::Ignore => {
                birth.log.refused(cx.pid(), "ignored");
                Err(Stop::Ignore)
            }
        }
    }

    async fn handle_call(
        &mut self,
        ask: Ask,
        reply: ReplyTo<String>,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        let answer = match ask {
            Ask::Ping => self.label.clone(),
            Ask::Register(name) => match cx.runtime().register(&tree::name(name), cx.pid()) {
                Ok(()) => "ok".to_owned(),
                Err(_taken) => "taken".to_owned(),
            },
            Ask::Unregister(name) => match cx.runtime().unregister(&tree::name(name)) {
                true => "ok".to_owned(),
                false => "not_found".to_owned(),
            },
        };
        reply.send(answer);
        Ok(())
    }

    async fn handle_cast(&mut self, tell: Tell, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        match tell {
            Tell::Stop(reason) => return Err(reason),
            Tell::Panic => boom(),
            Tell::Link(pid) => self.link(pid, cx),
            Tell::Unlink(pid) => cx.unlink(pid),
            Tell::Monitor(pid) => self.monitors.push(cx.monitor(pid)),
            Tell::Demonitor(pid) => {
                // The newest one, as the peer does.
                if let Some(at) = self.monitors.iter().rposition(|monitor| monitor.pid == pid) {
                    cx.demonitor(self.monitors.remove(at));
                }
            }
        }
        Ok(())
    }

    async fn handle_info(&mut self, info: Info, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        match info {
            Info::Exit { from, reason } => self.got("exit", from, &reason),
            Info::Down { monitor, reason } => {
                self.monitors.retain(|other| *other != monitor);
                self.got("down", monitor.pid, &reason);
            }
            other => panic!("nobody sends {other:?}"),
        }
        Ok(())
    }

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        let Self { label, birth, .. } = self;
        birth.log.write(format!("terminating {label} {}", text(reason)));
        if birth.worker.stuck {
            pending::<()>().await;
        }
        birth.log.write(format!("terminated {label}"));
    }
}

/// A panic that is not printed: thousands of them are meant.
fn boom() -> ! {
    resume_unwind(Box::new("boom"))
}

impl Actor {
    /// OTP sends an exit signal where there is nobody to link to; here that is a typed error.
    fn link(&self, pid: Pid, cx: &mut Context<Self>) {
        if cx.link(pid).is_ok() {
            return;
        }
        if self.birth.worker.traps {
            self.got("exit", pid, &ExitReason::NoProc);
        } else {
            // It has not ended: it is the one that is being polled.
            _ = cx.runtime().exit(cx.pid(), ExitReason::NoProc);
        }
    }

    fn got(&self, what: &str, from: Pid, reason: &ExitReason) {
        let Self { label, birth, .. } = self;
        let whom = birth.log.label(from);
        birth.log.write(format!("got {label} {what} {whom} {}", text(reason)));
    }
}
