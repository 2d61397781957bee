//! Bad input: each a typed error, and nothing lost or left behind.

use std::future::Future as _;
use std::task::Poll;
use std::time::Duration;

use arsenal_process::{
    Authority, AutoShutdown, Backoff, CallError, ChildPid, ChildSpec, Context, ExitReason, Kind,
    LookupError, MailboxBound, Pid, ReplyTo, Restart, SendError, Server, Shutdown, SpecError,
    StartError, Started, Stop, Strategy, SupervisorError, SupervisorSpec, TraceOptions,
};
use serde_json::json;

use crate::probe::{Ask, Do, Log, Probe, SOON, args, child, probe, runtime, settle};

/// Starts in the ways that go wrong.
struct Awkward;

#[derive(Clone, Copy)]
enum Start {
    Panics,
    Fails,
    Ignores,
    Hangs,
}

impl Server for Awkward {
    type Args = Start;
    type Call = ();
    type Reply = ();
    type Cast = ();

    async fn init(args: Start, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        match args {
            Start::Panics => panic!("not today"),
            Start::Fails => Err(Stop::Because(ExitReason::custom("no ledger"))),
            Start::Ignores => Err(Stop::Ignore),
            Start::Hangs => std::future::pending().await,
        }
    }

    async fn handle_call(
        &mut self,
        _call: (),
        _reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_does_not_yield_is_waited_for_only_so_long() {
    let runtime = runtime();
    let (open, gate) = std::sync::mpsc::sync_channel::<()>(1);
    let start = runtime.server::<Stuck>(gate).ready_within(Duration::from_millis(10));
    let refused = tokio::time::timeout(SOON, start.start()).await.expect("it comes back");
    let StartError::TimedOut { pid, .. } = refused.unwrap_err() else { panic!("not timed out") };
    let ended = runtime.wait_end(pid);
    drop(open);
    // It has ended by now, or ends as soon as it yields.
    assert!(matches!(ended.await, Ok(ExitReason::Killed) | Err(_)));
}

/// Holds its thread in its start, until its gate opens.
struct Stuck;

impl Server for Stuck {
    type Args = std::sync::mpsc::Receiver<()>;
    type Call = ();
    type Reply = ();
    type Cast = ();

    async fn init(gate: Self::Args, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        // The other end says nothing, and goes.
        _ = gate.recv();
        std::future::pending().await
    }

    async fn handle_call(
        &mut self,
        _call: (),
        _reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_may_be_longer_than_time_itself() {
    let (runtime, log) = (runtime(), Log::default());
    let server = runtime.server::<Probe>(args("p", &log)).json().start().await.unwrap();
    let lasts = Duration::MAX;
    let mut trace = runtime.trace(TraceOptions { lasts, ..TraceOptions::default() });
    let echo = || Ask::Echo(json!(1));
    assert_eq!(server.call(echo(), Duration::MAX).await, Ok(json!(1)));
    assert_eq!(server.call_if_room(echo(), Duration::MAX).await, Ok(json!(1)));
    server.cast_within(Do::Note("x".to_owned()), Duration::MAX).await.unwrap();
    let reply = runtime.call_json(&server, json!({ "echo": 1 }), Duration::MAX).await;
    assert_eq!(reply.unwrap(), json!(1));
    assert!(trace.next().await.is_some());
    assert_eq!(runtime.top(arsenal_process::Measure::Age, usize::MAX).len(), 2);
    let stop = Shutdown::Timeout(Duration::MAX);
    let template =
        SupervisorSpec::new(Strategy::SimpleOneForOne).child(child("a", &log).shutdown(stop));
    let dynamic = runtime.supervisor(template).start().await.unwrap();
    dynamic.start_child_with(json!(null)).await.unwrap();
    let backoff = Backoff { first: Duration::MAX, max: Duration::MAX };
    let patient = SupervisorSpec::new(Strategy::OneForOne).backoff(backoff).child(child("b", &log));
    let patient = runtime.supervisor(patient).start().await.unwrap();
    crate::probe::crash(&runtime, &patient, "b", crate::probe::failure()).await;
    assert_eq!(patient.which_children().await.unwrap()[0].pid, ChildPid::Restarting);
    let report = runtime.shutdown(Duration::MAX).await.unwrap();
    assert_eq!((report.killed, report.still_running), (vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_start_says_why_and_leaves_nothing_behind() {
    let cases = [
        (Start::Panics, "ended in its start: panic at"),
        (Start::Fails, "ended in its start: \"no ledger\""),
        (Start::Ignores, "had nothing to do"),
        (Start::Hangs, "was not ready within 1s"),
    ];
    for (how, expected) in cases {
        let runtime = runtime();
        let start = runtime.server::<Awkward>(how).name("awkward".parse().unwrap());
        let refused = start.ready_within(Duration::from_secs(1)).start().await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
        assert_eq!((runtime.n_processes(), runtime.names().len()), (1, 0), "{expected}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_waits_for_a_start_the_shortest_holds() {
    let runtime = runtime();
    for (first, second) in [(1, 60), (60, 1)] {
        let start = runtime.server::<Awkward>(Start::Hangs);
        let start = start.ready_within(Duration::from_secs(first));
        let refused = start.ready_within(Duration::from_secs(second)).start().await.unwrap_err();
        assert!(refused.to_string().contains("was not ready within 1s"), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_whose_child_hangs_is_ended_with_the_children_before_it() {
    let log = Log::default();
    let runtime = runtime();
    let hangs = ChildSpec::server::<Awkward>("hangs", || Start::Hangs);
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log)).child(hangs);
    let start = runtime.supervisor(spec).ready_within(Duration::from_secs(1)).start();
    let refused = start.await.unwrap_err();
    assert!(matches!(refused, StartError::TimedOut { .. }), "{refused}");
    assert_eq!(runtime.n_processes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_nobody_waits_for_ends_where_that_was_asked_for() {
    for kills in [true, false] {
        let runtime = runtime();
        let name: arsenal_process::ProcessName = "awkward".parse().unwrap();
        let start = runtime.server::<Awkward>(Start::Hangs).name(name.clone());
        let start = if kills { start.kill_on_drop() } else { start };
        let waited = tokio::time::timeout(Duration::from_secs(1), start.start()).await;
        assert!(waited.is_err(), "it hangs");
        if kills {
            is_killed(&runtime, &name).await;
        }
        assert_eq!(runtime.whereis(&name).is_none(), kills);
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_dropped_between_readiness_and_the_news_of_it_ends_too() {
    let (runtime, log) = (runtime(), Log::default());
    let name: arsenal_process::ProcessName = "probe".parse().unwrap();
    let start = runtime.server::<Probe>(args("p", &log)).name(name.clone()).kill_on_drop();
    let mut start = Box::pin(start.start());
    let polled = std::future::poll_fn(|cx| Poll::Ready(start.as_mut().poll(cx).is_pending()));
    assert!(polled.await, "it is spawned, and has not run yet");
    let server = runtime.process::<Probe>(&name).expect("it has its name");
    settle(&server).await;
    drop(start);
    is_killed(&runtime, &name).await;
}

/// Where it has not ended yet, it is about to.
async fn is_killed(runtime: &arsenal_process::Runtime, name: &arsenal_process::ProcessName) {
    let bound = Duration::from_secs(60);
    if let Ok(pid) = runtime.resolve(name.clone()) {
        let ended = tokio::time::timeout(bound, runtime.wait_end(pid)).await;
        assert_eq!(ended.expect("it ends"), Ok(ExitReason::Killed));
    }
    assert_eq!(runtime.whereis(name), None);
}

#[tokio::test(start_paused = true)]
async fn an_ignoring_child_stays_without_a_pid_unless_it_is_temporary() {
    let runtime = runtime();
    let root = runtime.root().unwrap();
    for (restart, n_specs) in [(Restart::Permanent, 1), (Restart::Temporary, 1)] {
        let spec = ChildSpec::server::<Awkward>(&format!("{restart:?}"), || Start::Ignores);
        assert_eq!(root.start_child(spec.restart(restart)).await, Ok(None));
        assert_eq!(root.count_children().await.unwrap().specs, n_specs);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_specification_is_refused_before_anything_runs() {
    let (runtime, log) = (runtime(), Log::default());
    let plain = || SupervisorSpec::new(Strategy::OneForOne);
    let cases = [
        (
            plain().child(child("a", &log)).child(child("a", &log)),
            SpecError::DoubledId { id: "a".into() },
        ),
        (
            plain().child(child("a", &log).restart(Restart::Transient).significant()),
            SpecError::SignificantWithoutAutoShutdown { id: "a".into() },
        ),
        (
            plain()
                .auto_shutdown(AutoShutdown::AnySignificant)
                .child(child("a", &log).significant()),
            SpecError::SignificantPermanent { id: "a".into() },
        ),
        (
            SupervisorSpec::new(Strategy::SimpleOneForOne),
            SpecError::NotOneTemplate { n_children: 0 },
        ),
        (plain().child(child("<0.1.0>", &log)), SpecError::IdLikePid { id: "<0.1.0>".into() }),
        (plain().child(child("0.1.0", &log)), SpecError::IdLikePid { id: "0.1.0".into() }),
    ];
    for (spec, expected) in cases {
        let refused = runtime.supervisor(spec).start().await.unwrap_err();
        assert_eq!(refused, StartError::Spec(expected));
    }
    assert_eq!((log.take(), runtime.n_processes()), (Vec::new(), 1));
    let spec = plain().child(child("0.1", &log)).child(child("1.2.3.4", &log));
    runtime.supervisor(spec).start().await.expect("these are no pids");
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_start_is_not_added() {
    let runtime = runtime();
    let root = runtime.root().unwrap();
    let refused = root.start_child(ChildSpec::server::<Awkward>("a", || Start::Fails)).await;
    assert!(matches!(refused, Err(SupervisorError::Start(StartError::Ended { .. }))));
    assert_eq!(root.count_children().await.unwrap().specs, 0);
    assert_eq!(root.statistics().await.unwrap().total, 0);
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_refuses_or_waits_as_the_sender_asks() {
    let (runtime, log) = (runtime(), Log::default());
    let start = runtime.server::<Probe>(args("p", &log)).mailbox(MailboxBound::Bounded(2));
    let server = start.start().await.unwrap();
    let (pid, note) = (server.pid(), |n: u32| Do::Note(n.to_string()));
    server.cast(Do::Wait(Duration::from_secs(10))).unwrap();
    server.cast(note(1)).unwrap();
    let full = server.cast(note(2)).unwrap_err();
    assert!(matches!(full, SendError::Full { capacity: 2, .. }), "{full:?}");
    let second = Duration::from_secs(1);
    tokio::task::yield_now().await;
    server.cast(note(2)).unwrap();
    let full = server.cast_within(note(3), second).await.unwrap_err();
    let SendError::Full { message: Do::Note(back), .. } = full else { panic!("{full:?}") };
    assert_eq!(back, "3", "the message comes back");
    let full = server.call_if_room(Ask::Keep, second).await;
    assert_eq!(full, Err(CallError::Full { pid, capacity: 2 }));
    assert_eq!(server.call(Ask::Keep, second).await, Err(CallError::Full { pid, capacity: 2 }));
    server.cast_within(note(3), second * 20).await.unwrap();
    settle(&server).await;
    assert_eq!(log.take(), ["p starts", "1", "2", "3"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_reply_says_why() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    let pid = server.pid();
    let wait = Duration::from_secs(1);
    assert_eq!(server.call(Ask::Keep, wait).await, Err(CallError::TimedOut { pid, wait }));
    assert_eq!(server.call(Ask::Drop, wait).await, Err(CallError::Dropped { pid }));
    let itself = server.call(Ask::CallYourself, wait).await.unwrap();
    assert_eq!(itself, json!({ "Err": format!("{pid} called itself") }));
    let reason = ExitReason::custom("broken");
    let ended = server.call(Ask::Fail(reason.clone()), wait).await;
    assert_eq!(ended, Err(CallError::Ended { pid, reason }));
    assert_eq!(server.call(Ask::Keep, wait).await, Err(CallError::NoProcess { pid }));
    let refused = server.cast(Do::Nothing).unwrap_err();
    assert!(matches!(refused, SendError::NoProcess { message: Do::Nothing, .. }));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_not_made_with_its_starter_is_refused() {
    let (runtime, log) = (runtime(), Log::default());
    let inside = runtime.clone();
    let elsewhere = ChildSpec::task_with("t", move |_starter| {
        inside.task().spawn(std::future::pending::<()>())
    });
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log));
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let refused = supervisor.start_child(elsewhere).await.unwrap_err();
    let SupervisorError::Start(StartError::Stray { pid }) = refused else { panic!("{refused:?}") };
    assert!(runtime.status(pid).is_ok(), "it is whose who started it");
    assert_eq!(supervisor.which_children().await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_process_is_not_two_children() {
    let runtime = runtime();
    let first = std::sync::Arc::new(std::sync::OnceLock::new());
    let same = ChildSpec::dynamic("t", Kind::Task, move |starter| {
        let first = std::sync::Arc::clone(&first);
        async move {
            let fresh = starter.task().spawn(std::future::pending::<()>())?;
            Ok(first.get_or_init(|| Started::from(&fresh)).clone())
        }
    });
    let spec = SupervisorSpec::new(Strategy::SimpleOneForOne).child(same);
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let pid = supervisor.start_child_with(json!(null)).await.unwrap().unwrap();
    let refused = supervisor.start_child_with(json!(null)).await;
    assert_eq!(refused, Err(SupervisorError::Start(StartError::Stray { pid })));
    assert_eq!(supervisor.count_children().await.unwrap().active, 1);
    // Nor does one that has ended come back: each try is one more restart, until it gives up.
    runtime.kill(pid, SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(supervisor.ended().await, ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_of_another_kind_or_another_runtime_is_refused_and_harms_nobody() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    let refused = runtime.find_supervisor(&server).unwrap_err();
    assert_eq!(refused, LookupError::OtherKind { target: server.pid().into() });
    assert!(matches!(runtime.process::<Awkward>(&server), Err(LookupError::OtherKind { .. })));
    let elsewhere = Pid::new(server.pid().node() + 77, server.pid().id(), 0);
    assert!(matches!(runtime.process::<Probe>(elsewhere), Err(LookupError::NoProcess(_))));
    let refused = runtime.server::<Probe>(args("q", &log)).link(elsewhere).start().await;
    assert_eq!(refused.unwrap_err(), StartError::NoLink { pid: elsewhere });
    assert!(server.is_alive());
}

#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_somewhere_below_leaves_nothing_behind_when_its_time_is_over() {
    let hangs = || ChildSpec::server::<Awkward>("hangs", || Start::Hangs);
    let trapping = ChildSpec::server_with::<Awkward>("traps", |starter| {
        starter.server(Start::Hangs).trap_exits()
    });
    let below = SupervisorSpec::new(Strategy::OneForOne).child(hangs());
    let cases = [
        ("a server", hangs()),
        ("one that traps exits", trapping.shutdown(Shutdown::Infinity)),
        ("below a supervisor", ChildSpec::supervisor("below", below)),
    ];
    for (case, child) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .child(crate::probe::child("before", &log))
            .child(child);
        let start = runtime.supervisor(spec).ready_within(Duration::from_millis(100)).start();
        let refused = start.await.unwrap_err();
        assert!(matches!(refused, StartError::TimedOut { .. }), "{case}: {refused}");
        let gone = || runtime.n_processes() == 1;
        crate::probe::until("only the root is left", gone).await;
        assert!(log.has("before ends killed"), "{case}: {:?}", log.take());
    }
}
