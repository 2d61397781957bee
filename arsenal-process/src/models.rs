//! Models of the races at a process's end, run by shuttle over many interleavings.
//!
//! They drive the same cells, bonds, names and ends as the runtime does, without Tokio's tasks.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::thread;

use crate::cell::{Core, EXITING, Origin, Process, SUSPENDED, TRAP_EXIT};
use crate::finish::finish;
use crate::lookup::register;
use crate::mailbox::{MailboxBound, Typed};
use crate::node::{End, Node, RuntimeConfig};
use crate::serve::poll_ready;
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
    let core = Core::new(node, origin, flags, (None, None));
    let process: Arc<dyn Process> =
        Arc::new(Typed::<NoMessages>::new(core, MailboxBound::Unbounded, None));
    node.processes.insert(&process);
    process
}

fn is_exiting(process: &Arc<dyn Process>) -> bool {
    process.core().has(EXITING)
}

/// A waker that notes that it was used.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn whoever_waits_for_an_end_beside_it_sees_it_or_is_woken() {
    check(|node| {
        let one = process(node, 0);
        let ends = {
            let one = Arc::clone(&one);
            thread::spawn(move || finish(&one, ExitReason::Shutdown))
        };
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut end = End::of(Arc::clone(&one));
        let seen = end.poll_reached(&mut Context::from_waker(&waker)).is_ready();
        ends.join().expect("the end does not panic");
        assert!(seen || woken.0.load(Ordering::SeqCst));
        assert!(end.poll_reached(&mut Context::from_waker(&waker)).is_ready());
    });
}

#[test]
fn whoever_stops_waiting_for_an_end_beside_it_leaves_nothing() {
    check(|node| {
        let one = process(node, 0);
        let mut end = End::of(Arc::clone(&one));
        let waiting = end.poll_reached(&mut Context::from_waker(Waker::noop()));
        assert!(waiting.is_pending());
        let ends = {
            let one = Arc::clone(&one);
            thread::spawn(move || finish(&one, ExitReason::Shutdown))
        };
        drop(end);
        ends.join().expect("the end does not panic");
        assert!(one.core().control().watchers.iter().next().is_none());
    });
}

#[test]
fn whoever_waits_for_a_start_beside_it_sees_it_or_is_woken() {
    for ends_instead in [false, true] {
        check(move |node| {
            let one = process(node, 0);
            let starts = {
                let one = Arc::clone(&one);
                thread::spawn(move || match ends_instead {
                    false => one.core().set_ready(),
                    true => finish(&one, ExitReason::Killed),
                })
            };
            let woken = Arc::new(Woken::default());
            let waker = Waker::from(Arc::clone(&woken));
            let mut cx = Context::from_waker(&waker);
            let seen = poll_ready(one.core(), &mut cx).is_ready();
            starts.join().expect("the start does not panic");
            assert!(seen || woken.0.load(Ordering::SeqCst));
            assert!(poll_ready(one.core(), &mut cx).is_ready());
        });
    }
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
        assert!(watcher.core().control().watching.iter().next().is_none());
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
        assert!(watched.core().control().watchers.iter().next().is_none());
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
