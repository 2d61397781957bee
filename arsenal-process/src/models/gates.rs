//! Gates, mailboxes and traces: suspend beside a stop and a kill, room beside a wait.

use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use shuttle::future::block_on;
use shuttle::sync::mpsc;
use shuttle::thread;

use super::{check, nobody, process, typed};
use crate::carrier::{Carrier, run_from_here};
use crate::cell::{Process, SUSPENDED, TRAP_EXIT};
use crate::end::End;
use crate::finish::finish;
use crate::gate::Gate;
use crate::info::MessageKind;
use crate::mailbox::{Envelope, MailboxBound, Refused};
use crate::serve::begin_clean_up;
use crate::server::Info;
use crate::signal::{Force, send_exit};
use crate::task::NoMessages;
use crate::{Authority, ExitReason, Kind, Pid, Runtime, TouchError, TraceOptions};

#[test]
fn two_who_wait_for_room_both_get_it() {
    check(|node| {
        let mailbox = typed(node, Kind::Task, 0, MailboxBound::Bounded(2));
        let alarm = || Envelope::Info(Info::Alarm);
        for _ in 0..2 {
            assert!(mailbox.send(alarm()).is_ok());
        }
        let senders = [(); 2].map(|()| {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || {
                let mut refused = Some(Refused::Full(alarm(), 2));
                assert!(block_on(mailbox.send_when_room(&mut refused)).is_ok());
            })
        });
        let mut batch = VecDeque::new();
        assert!(mailbox.take_batch(&mut batch, Waker::noop()).is_ready());
        for _ in 0..2 {
            mailbox.note_taken(MessageKind::Alarm);
        }
        for sender in senders {
            sender.join().expect("the sender does not panic");
        }
        assert_eq!(mailbox.mailbox().length, 2);
    });
}

#[test]
fn a_suspend_beside_a_stop_never_freezes_the_clean_up() {
    check(|node| {
        let one = typed(node, Kind::Server, TRAP_EXIT, MailboxBound::Unbounded);
        let (process, pid): (Arc<dyn Process>, Pid) = (one.clone(), one.core.pid);
        let stops = thread::spawn(move || {
            send_exit(&process, nobody(), &ExitReason::Shutdown, Force::Order);
            // As its loop does when it hears the stop and begins to clean up.
            assert!(process.core().control().stop.is_some());
            begin_clean_up(process.core());
        });
        let suspended = Runtime::scoped(Arc::clone(node), None).suspend(pid, Authority::Ordinary);
        stops.join().expect("the stop does not panic");
        let refused = TouchError::Stopping { pid };
        assert!(suspended.is_ok() || suspended == Err(refused), "{suspended:?}");
        assert!(!one.core.has(SUSPENDED));
    });
}

#[test]
fn a_suspend_beside_the_beginning_of_a_clean_up_never_freezes_it() {
    check(|node| {
        let one = typed(node, Kind::Server, 0, MailboxBound::Unbounded);
        let begins = {
            let one = Arc::clone(&one);
            thread::spawn(move || begin_clean_up(&one.core))
        };
        let whole = Runtime::scoped(Arc::clone(node), None);
        let pid = one.core.pid;
        let suspended = whole.suspend(pid, Authority::Ordinary);
        begins.join().expect("the clean-up does not panic");
        assert!(suspended.is_ok() || suspended == Err(TouchError::Stopping { pid }));
        assert!(!one.core.has(SUSPENDED));
    });
}

#[test]
fn a_kill_beside_a_suspend_always_gets_through_the_gate() {
    check(|node| {
        let one = process(node, 0);
        let pid = one.core().pid;
        let polls = {
            let one = Arc::clone(&one);
            thread::spawn(move || block_on(Gate::new(pending(), one, None)))
        };
        let kills = {
            let one = Arc::clone(&one);
            thread::spawn(move || send_exit(&one, nobody(), &ExitReason::Killed, Force::Kill))
        };
        // It may have ended before.
        _ = Runtime::scoped(Arc::clone(node), None).suspend(pid, Authority::Ordinary);
        kills.join().expect("the kill does not panic");
        // Without the wake this would wait for ever.
        polls.join().expect("the gate does not panic");
        assert_eq!(one.core().control().ended.as_deref(), Some(&ExitReason::Killed));
    });
}

#[test]
fn who_waits_behind_a_gate_hears_of_the_stop_that_opens_it() {
    check(|node| {
        let one = typed(node, Kind::Task, TRAP_EXIT | SUSPENDED, MailboxBound::Unbounded);
        let process: Arc<dyn Process> = one.clone();
        // Not the process's own waker, as in a task of Tokio's that a process has spawned.
        let waits = thread::spawn(move || {
            let mut cx: crate::Context<NoMessages> = crate::Context::new(one);
            block_on(cx.next());
        });
        send_exit(&process, nobody(), &ExitReason::custom("please"), Force::Trappable);
        send_exit(&process, nobody(), &ExitReason::Shutdown, Force::Order);
        // Were the gate opened after the message, this would wait for ever.
        waits.join().expect("the wait does not panic");
    });
}

#[test]
fn a_kill_beside_the_poll_that_begins_a_child_is_not_lost() {
    check(|node| {
        let one = process(node, 0);
        let begins = {
            let one = Arc::clone(&one);
            thread::spawn(move || {
                let mut gate = Box::pin(Gate::new(pending(), one, None));
                // As `run_from_here` does, with a thread for Tokio.
                if gate.as_mut().begin(Waker::noop()).is_pending() {
                    block_on(gate);
                }
            })
        };
        send_exit(&one, nobody(), &ExitReason::Killed, Force::Kill);
        // Without a look at what came before there was a waker this would wait for ever.
        begins.join().expect("the gate does not panic");
        assert_eq!(one.core().control().ended.as_deref(), Some(&ExitReason::Killed));
    });
}

#[test]
fn a_child_that_is_woken_while_it_takes_its_seat_in_a_spared_task_is_polled_again() {
    check(|node| {
        let (tell, told) = mpsc::channel();
        let carries = {
            // Its first process ends at once.
            let mut carrier = Box::pin(Carrier::new(Box::pin(ready(())), Arc::clone(&node.spares)));
            thread::spawn(move || {
                block_on(poll_fn(|cx| {
                    let polled = carrier.as_mut().poll(cx);
                    // Nobody listens but for the first time.
                    _ = tell.send(());
                    polled
                }));
            })
        };
        let one = process(node, 0);
        let kills = {
            let one = Arc::clone(&one);
            thread::spawn(move || send_exit(&one, nobody(), &ExitReason::Killed, Force::Kill))
        };
        told.recv().expect("it is spared");
        run_from_here(node, Gate::new(pending(), Arc::clone(&one), None));
        kills.join().expect("the kill does not panic");
        // Without a look at whether it was woken meanwhile this would wait for ever.
        block_on(End::of(Arc::clone(&one)).reached());
        node.spares.close();
        carries.join().expect("the task does not panic");
    });
}

#[test]
fn a_process_that_takes_its_seat_while_tokio_goes_down_ends() {
    check(|node| {
        let mut carrier = Carrier::new(Box::pin(ready(())), Arc::clone(&node.spares));
        let mut task = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut carrier).poll(&mut task).is_pending());
        let seat = Arc::clone(carrier.seat().expect("it is spared"));
        let goes_down = thread::spawn(move || drop(carrier));
        let one = process(node, 0);
        let gate = Gate::new(pending(), Arc::clone(&one), None);
        // What comes back is dropped by a Tokio that is down.
        drop(seat.put(Box::pin(gate)));
        goes_down.join().expect("the end does not panic");
        assert_eq!(one.core().control().ended.as_deref(), Some(&ExitReason::Killed));
    });
}

#[test]
fn the_last_event_of_a_trace_is_read_or_counted_as_lost() {
    check(|node| {
        let whole = Runtime::scoped(Arc::clone(node), None);
        let mut trace = whole.trace(TraceOptions { events_max: 1, ..TraceOptions::default() });
        let ends = {
            let one = process(node, 0);
            thread::spawn(move || finish(&one, ExitReason::Killed))
        };
        assert!(block_on(trace.next()).is_some());
        ends.join().expect("the end does not panic");
    });
}
