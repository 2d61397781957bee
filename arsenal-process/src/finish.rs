//! The end of a process, in its one order: mailbox, names, tables, then the reason, then the news.
//!
//! The reason is published last, so whoever waits for it finds everything else done.
//! The walk is over the process's own links and monitors, and over nothing else.

use std::sync::Arc;

use crate::cell::{CLOSING, Process, Watcher};
use crate::end_reason::EndReason;
use crate::panic::regardless;
use crate::past::Remembered;
use crate::server::Info;
use crate::signal::send_link_exit;
use crate::{Event, ExitReason, MonitorRef};

/// Ends the process. Its body is gone already.
pub(crate) fn finish(process: &Arc<dyn Process>, reason: ExitReason) {
    let core = process.core();
    let node = &core.node;
    if !core.has(CLOSING) {
        core.set(CLOSING);
    }
    process.close();
    let (name, scope) = {
        let mut control = core.control();
        control.leaving = true;
        (control.name.take(), control.scope.take())
    };
    if let Some(name) = &name {
        node.names.leave(name);
    }
    node.processes.remove(core.pid);
    if node.is_closing() {
        node.give_number_back_if_empty();
    }
    let reason = EndReason::from(reason);
    node.past.remember(Remembered {
        pid: core.pid,
        name: name.clone(),
        reason: reason.clone(),
        ended: node.clock.elapsed(),
        restarted_as: None,
    });
    // A trace that sees a scope asks it for its members.
    crate::trace::exited(core, &reason);
    if let Some(scope) = &scope {
        scope.leave(core.pid);
    }
    let exited = || Event::Exited { pid: core.pid, name, reason: (*reason).clone() };
    node.events.send(|| (exited(), scope));
    publish(process, &reason);
}

fn publish(process: &Arc<dyn Process>, reason: &EndReason) {
    let core = process.core();
    let (starter, links, watchers, watching) = {
        let mut control = core.control();
        control.ended = Some(reason.clone());
        control.exit = None;
        control.stop = None;
        (
            control.starter.take(),
            std::mem::take(&mut control.links),
            std::mem::take(&mut control.watchers),
            std::mem::take(&mut control.watching),
        )
    };
    if let Some(starter) = starter {
        regardless(|| starter.wake());
    }
    // The youngest first: a supervisor's children hear it in reverse order.
    for pid in links.youngest_first() {
        if let Some(linked) = core.node.find(pid) {
            send_link_exit(&linked, core.pid, reason);
        }
    }
    for (number, watcher) in watchers.into_entries() {
        match watcher {
            Watcher::Waiter(waker) => regardless(|| waker.wake()),
            Watcher::Process(pid) => {
                let Some(watcher) = core.node.find(pid) else { continue };
                let pushed = {
                    // The message is there before the monitor is seen to be gone: who takes that
                    // away meanwhile finds the one or the other.
                    let mut control = watcher.core().control();
                    if control.watching.remove(number).is_none() {
                        continue;
                    }
                    let monitor = MonitorRef { pid: core.pid, number };
                    watcher.push_info(Info::Down { monitor, reason: ExitReason::clone(reason) })
                };
                pushed.announce(watcher.core());
            }
        }
    }
    for (number, pid) in watching.into_entries() {
        if let Some(watched) = core.node.find(pid) {
            watched.core().control().watchers.remove(number);
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::bond;
    use crate::cell::{Core, Origin};
    use crate::mailbox::{Intake, Typed};
    use crate::node::{Node, RuntimeConfig};
    use crate::node_number::NodeNumber;
    use crate::task::NoMessages;
    use crate::{Kind, ProcessName};

    fn process(node: &Arc<Node>, name: &str) -> Arc<dyn Process> {
        let (kind, restarts) = (Kind::Task, 0);
        let (parent, belongs_to, child_id, entry_point) = (None, None, None, None);
        let origin = Origin { kind, parent, belongs_to, child_id, entry_point, restarts };
        let name = ProcessName::try_from(name).expect("it is a name");
        let core = Core::new(Arc::clone(node), origin, 0, (Some(name.clone()), None));
        let process: Arc<dyn Process> =
            Arc::new(Typed::<NoMessages>::new(core, Intake::default(), None));
        node.names.take(&name, &process).expect("it is free");
        node.processes.insert(Arc::clone(&process));
        process
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a thread that hangs here is left behind")]
    fn an_exit_touches_its_own_links_and_monitors_and_no_other_process() {
        let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let number = NodeNumber::next();
        let node = Arc::new(Node::new(number, tokio.handle().clone(), &RuntimeConfig::default()));
        let strangers: Vec<_> = (0..1_000).map(|n| process(&node, &format!("s{n}"))).collect();
        let [one, linked, watcher] = ["one", "linked", "watcher"].map(|name| process(&node, name));
        bond::link(one.core(), linked.core()).unwrap();
        bond::monitor(&watcher, &one);
        // Whoever touches one of these waits for ever.
        let held: Vec<_> = strangers.iter().map(|process| process.core().control()).collect();
        let (tell, told) = mpsc::sync_channel(1);
        thread::spawn(move || {
            finish(&one, ExitReason::Shutdown);
            tell.send(()).unwrap();
        });
        told.recv_timeout(Duration::from_secs(60)).expect("the end waits for a stranger");
        assert_eq!(linked.core().control().exit.as_deref(), Some(&ExitReason::Shutdown));
        assert_eq!(watcher.mailbox().length, 1);
        drop(held);
    }
}
