//! Models of the races at a process's end, run by shuttle over many interleavings.
//!
//! They drive the same cells, bonds, names and ends as the runtime does, without Tokio's tasks.

use std::sync::Arc;

use shuttle::thread;

use crate::cell::{Core, EXITING, Origin, Process, SUSPENDED, TRAP_EXIT};
use crate::finish::finish;
use crate::lookup::register;
use crate::mailbox::{Intake, Typed};
use crate::node::{Node, RuntimeConfig};
use crate::signal::{Force, send_exit};
use crate::task::NoMessages;
use crate::{ExitReason, Kind, Pid, ProcessName, bond};

const N_SCHEDULES: usize = 500;

fn check(model: impl Fn(&Arc<Node>) + Send + Sync + 'static) {
    let tokio = tokio::runtime::Builder::new_current_thread().build().expect("a runtime builds");
    let handle = tokio.handle().clone();
    shuttle::check_random(
        move || model(&Arc::new(Node::new(handle.clone(), &RuntimeConfig::default()))),
        N_SCHEDULES,
    );
}

fn process(node: &Arc<Node>, flags: u32) -> Arc<dyn Process> {
    let origin =
        Origin { kind: Kind::Task, parent: None, child_id: None, entry_point: None, restarts: 0 };
    let core = Core::new(node, node.next_pid(), origin, flags);
    let process: Arc<dyn Process> =
        Arc::new(Typed::<NoMessages>::new(core, Intake::default(), None));
    node.processes.insert(&process);
    process
}

fn is_exiting(process: &Arc<dyn Process>) -> bool {
    process.core().has(EXITING)
}

#[test]
fn a_link_beside_an_exit_is_either_refused_or_heard() {
    check(|node| {
        let (one, other) = (process(node, 0), process(node, 0));
        let ends = {
            let one = Arc::clone(&one);
            thread::spawn(move || finish(&one, ExitReason::Killed))
        };
        let linked = bond::link(&other, &one).is_ok();
        ends.join().expect("the end does not panic");
        assert_eq!(is_exiting(&other), linked);
        assert!(!other.core().control().links.contains(one.core().pid), "no link is left");
    });
}

#[test]
fn two_linked_processes_that_end_at_once_leave_nothing() {
    check(|node| {
        let (one, other) = (process(node, 0), process(node, 0));
        bond::link(&one, &other).expect("both live");
        let ends = {
            let one = Arc::clone(&one);
            thread::spawn(move || finish(&one, ExitReason::Killed))
        };
        finish(&other, ExitReason::Shutdown);
        ends.join().expect("the end does not panic");
        assert_eq!(node.processes.len(), 0);
    });
}

#[test]
fn a_monitor_beside_an_exit_is_answered_exactly_once() {
    check(|node| {
        let (watcher, watched) = (process(node, TRAP_EXIT), process(node, 0));
        let ends = {
            let watched = Arc::clone(&watched);
            thread::spawn(move || finish(&watched, ExitReason::Shutdown))
        };
        bond::monitor(&watcher, &watched);
        ends.join().expect("the end does not panic");
        assert_eq!(watcher.mailbox().length, 1);
        assert!(watcher.core().control().watching.is_empty());
    });
}

#[test]
fn both_ends_of_a_monitor_may_end_at_once() {
    check(|node| {
        let (watcher, watched) = (process(node, 0), process(node, 0));
        bond::monitor(&watcher, &watched);
        let ends = {
            let watched = Arc::clone(&watched);
            thread::spawn(move || finish(&watched, ExitReason::Shutdown))
        };
        finish(&watcher, ExitReason::Killed);
        ends.join().expect("the end does not panic");
        assert!(watched.core().control().watchers.is_empty());
    });
}

#[test]
fn a_name_beside_an_exit_is_never_left_to_the_dead() {
    check(|node| {
        let name = ProcessName::try_from("ledger").expect("it is a name");
        let (first, second) = (process(node, 0), process(node, 0));
        register(&name, &first).expect("it is free");
        let ends = {
            let first = Arc::clone(&first);
            thread::spawn(move || finish(&first, ExitReason::Killed))
        };
        let taken = register(&name, &second).is_ok();
        ends.join().expect("the end does not panic");
        let holder = node.names.get(&name).map(|process| process.core().pid);
        assert_eq!(holder, taken.then_some(second.core().pid));
    });
}

#[test]
fn a_name_wanted_during_the_own_end_is_not_kept() {
    check(|node| {
        let name = ProcessName::try_from("ledger").expect("it is a name");
        let one = process(node, 0);
        let ends = {
            let one = Arc::clone(&one);
            thread::spawn(move || finish(&one, ExitReason::Killed))
        };
        let _either = register(&name, &one);
        ends.join().expect("the end does not panic");
        assert!(node.names.get(&name).is_none());
    });
}

#[test]
fn a_kill_beside_a_suspend_is_always_seen_by_the_gate() {
    check(|node| {
        let one = process(node, 0);
        let kills = {
            let one = Arc::clone(&one);
            thread::spawn(move || {
                send_exit(&one, Pid::new(0, 0, 0), &ExitReason::Killed, Force::Kill);
            })
        };
        one.core().set(SUSPENDED);
        kills.join().expect("the kill does not panic");
        // The gate looks at this before it looks whether it is shut.
        assert!(is_exiting(&one));
        assert_eq!(one.core().control().exit.as_deref(), Some(&ExitReason::Killed));
    });
}
