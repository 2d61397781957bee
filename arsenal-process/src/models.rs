//! Models of the races at a process's end, run by shuttle over many interleavings.
//!
//! They drive the same cells, bonds, names, gates and ends as the runtime does, without Tokio's
//! tasks.

use std::sync::Arc;
use std::task::{self, Wake, Waker};

use shuttle::sync::atomic::AtomicBool;
use shuttle::thread;

use crate::cell::{Core, EXITING, Origin, Process, TRAP_EXIT};
use crate::end::End;
use crate::finish::finish;
use crate::mailbox::{Intake, MailboxBound, Typed};
use crate::node::{Node, RuntimeConfig};
use crate::node_number::NodeNumber;
use crate::register::register;
use crate::serve::poll_ready;
use crate::sync::Ordering;
use crate::task::NoMessages;
use crate::{Context, ExitReason, Kind, Pid, ProcessName, bond};

mod gates;

mod starts;

const N_SCHEDULES: usize = 500;

/// How often the order of the threads is turned around in one schedule of the second kind.
const N_TURNS: usize = 3;

fn check(model: impl Fn(&Arc<Node>) + Clone + Send + Sync + 'static) {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let tokio = tokio.expect("a runtime builds");
    let _inside = tokio.enter();
    let handle = tokio.handle().clone();
    let run = move || {
        model(&Arc::new(Node::new(NodeNumber::next(), handle.clone(), &RuntimeConfig::default())))
    };
    shuttle::check_random(run.clone(), N_SCHEDULES);
    // One thread far ahead of the other is rare by chance alone.
    shuttle::check_pct(run, N_SCHEDULES, N_TURNS);
}

fn process(node: &Arc<Node>, flags: u32) -> Arc<dyn Process> {
    typed(node, Kind::Task, flags, MailboxBound::Unbounded)
}

fn typed(node: &Arc<Node>, kind: Kind, flags: u32, bound: MailboxBound) -> Arc<Typed<NoMessages>> {
    let (parent, belongs_to, child_id, entry_point) = (None, None, None, None);
    let origin = Origin { kind, parent, belongs_to, child_id, entry_point, restarts: 0 };
    let core = Core::new(Arc::clone(node), origin, flags, (None, None));
    let typed = Arc::new(Typed::<NoMessages>::new(core, Intake { bound, per_second: None }, None));
    let process: Arc<dyn Process> = typed.clone();
    node.processes.insert(Arc::clone(&process));
    typed
}

/// A task that traps exits, as its own code sees it.
fn trapper(node: &Arc<Node>) -> (Arc<dyn Process>, Context<NoMessages>) {
    let typed = typed(node, Kind::Task, TRAP_EXIT, MailboxBound::Unbounded);
    (typed.clone(), Context::new(typed))
}

fn nobody() -> Pid {
    Pid::new(0, 0, 0)
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
        let seen = end.poll_reached(&mut task::Context::from_waker(&waker)).is_ready();
        ends.join().expect("the end does not panic");
        assert!(seen || woken.0.load(Ordering::SeqCst));
        assert!(end.poll_reached(&mut task::Context::from_waker(&waker)).is_ready());
    });
}

#[test]
fn whoever_stops_waiting_for_an_end_beside_it_leaves_nothing() {
    check(|node| {
        let one = process(node, 0);
        let mut end = End::of(Arc::clone(&one));
        let waiting = end.poll_reached(&mut task::Context::from_waker(Waker::noop()));
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
            let mut cx = task::Context::from_waker(&waker);
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
        let linked = bond::link(other.core(), one.core()).is_ok();
        ends.join().expect("the end does not panic");
        assert_eq!(is_exiting(&other), linked);
        assert!(!other.core().control().links.contains(one.core().pid), "no link is left");
    });
}

#[test]
fn two_linked_processes_that_end_at_once_leave_nothing() {
    check(|node| {
        let (one, other) = (process(node, 0), process(node, 0));
        bond::link(one.core(), other.core()).expect("both live");
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
fn no_down_message_follows_a_demonitor() {
    check(|node| {
        let ((watcher, mut inside), watched) = (trapper(node), process(node, 0));
        let monitor = bond::monitor(&watcher, &watched);
        let ends = thread::spawn(move || finish(&watched, ExitReason::Shutdown));
        inside.demonitor(monitor);
        ends.join().expect("the end does not panic");
        assert_eq!(watcher.mailbox().length, 0);
    });
}

#[test]
fn no_exit_follows_an_unlink() {
    check(|node| {
        let ((process, mut inside), other) = (trapper(node), process(node, 0));
        bond::link(process.core(), other.core()).expect("both live");
        let pid = other.core().pid;
        let ends = thread::spawn(move || finish(&other, ExitReason::Shutdown));
        inside.unlink(pid);
        let n_arrived = process.mailbox().length;
        ends.join().expect("the end does not panic");
        assert_eq!(process.mailbox().length, n_arrived);
        assert!(!process.core().control().links.contains(pid), "no link is left");
    });
}
