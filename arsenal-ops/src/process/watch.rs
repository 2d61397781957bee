//! The process that monitors others for callers that have none of their own: it tells the ends
//! on the event stream.

use std::collections::HashMap;
use std::time::Duration;

use arsenal::{Event, Text};
use arsenal_process::{Context, ExitReason, Info, MonitorRef, Pid, ReplyTo, Server, Stop};
use serde_json::json;
use tokio::sync::broadcast;

/// A monitor costs memory until its process ends, so there is a most.
const MONITORS_MAX: usize = 10_000;

/// The watcher only keeps lists: it answers at once, or it is being restarted.
pub(super) const WAIT: Duration = Duration::from_secs(5);

/// The catalogue's watcher.
pub(crate) struct Watch {
    sender: broadcast::Sender<Event>,
    monitors: HashMap<u64, Monitor>,
}

/// What the watcher is asked.
pub(crate) enum Ask {
    /// Tell the end of the process.
    Monitor {
        pid: Pid,
        owner: Text,
        /// It was started in the same call: an end before the monitor is told with its reason.
        fresh: bool,
    },
    /// Take the monitor away; an owner takes its own only.
    Demonitor { reference: u64, owner: Option<Text> },
}

/// What the watcher says.
pub(crate) enum Told {
    /// The monitor's reference.
    Reference(u64),
    /// There is no room for another.
    Full { max: usize },
    /// What was monitored; absent if there is no such monitor.
    Removed(Option<Pid>),
}

struct Monitor {
    monitor: MonitorRef,
    owner: Text,
    fresh: bool,
}

impl Watch {
    /// The name that it is registered under.
    pub(crate) const NAME: &'static str = "arsenal_watch";

    fn tell(&self, monitor: &Monitor, reason: &ExitReason) {
        let data = json!({
            "reference": monitor.monitor.number,
            "process": monitor.monitor.pid,
            "exit_reason": reason,
            "principal": monitor.owner,
        });
        // Nobody has to listen.
        _ = self.sender.send(Event { kind: "down", data });
    }
}

impl Server for Watch {
    type Args = broadcast::Sender<Event>;
    type Call = Ask;
    type Reply = Told;
    type Cast = ();

    async fn init(sender: Self::Args, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self { sender, monitors: HashMap::new() })
    }

    async fn handle_call(
        &mut self,
        ask: Ask,
        reply: ReplyTo<Told>,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        let told = match ask {
            Ask::Monitor { .. } if MONITORS_MAX <= self.monitors.len() => {
                Told::Full { max: MONITORS_MAX }
            }
            Ask::Monitor { pid, owner, fresh } => {
                let monitor = cx.monitor(pid);
                self.monitors.insert(monitor.number, Monitor { monitor, owner, fresh });
                Told::Reference(monitor.number)
            }
            Ask::Demonitor { reference, owner } => {
                let own = self
                    .monitors
                    .get(&reference)
                    .is_some_and(|monitor| owner.is_none_or(|owner| owner == monitor.owner));
                let removed = own.then(|| self.monitors.remove(&reference)).flatten();
                if let Some(removed) = &removed {
                    cx.demonitor(removed.monitor);
                }
                Told::Removed(removed.map(|removed| removed.monitor.pid))
            }
        };
        // Who asked may have stopped waiting.
        _ = reply.send(told);
        Ok(())
    }

    async fn handle_info(&mut self, info: Info, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        if let Info::Down { monitor, reason } = info
            && let Some(known) = self.monitors.remove(&monitor.number)
        {
            let past = || cx.runtime().past(monitor.pid).map(|past| past.reason);
            let reason = match reason {
                ExitReason::NoProc if known.fresh => past().unwrap_or(reason),
                reason => reason,
            };
            self.tell(&known, &reason);
        }
        Ok(())
    }
}
