//! Rules 3, 4, 15 and 16: order, child specifications, supervisors as processes, the node's end.

use std::time::Duration;

use arsenal_process::{
    Authority, AutoShutdown, ChildCounts, ChildPid, ChildSpec, Context, Ending, ExitReason,
    Intensity, ProcessName, ReplyTo, Restart, Runtime, Server, Shutdown, Stop, Strategy,
    SupervisorError, SupervisorRef, SupervisorSpec,
};

use crate::probe::{
    Do, Log, Probe, ProbeArgs, SOON, child, crash, failure, pid_of, runtime, trapping, until,
};

async fn start(runtime: &Runtime, spec: SupervisorSpec) -> SupervisorRef {
    runtime.supervisor(spec).start().await.expect("the supervisor starts")
}

fn three(strategy: Strategy, log: &Log) -> SupervisorSpec {
    let spec = SupervisorSpec::new(strategy).intensity(3, Duration::from_secs(5));
    ["a", "b", "c"].into_iter().fold(spec, |spec, id| spec.child(child(id, log)))
}

#[tokio::test(start_paused = true)]
async fn children_start_in_order_and_stop_in_reverse_one_after_the_other() {
    let (runtime, log) = (runtime(), Log::default());
    let mut spec = SupervisorSpec::new(Strategy::OneForOne);
    for (id, secs) in [("a", 1), ("b", 3), ("c", 2)] {
        let log = log.clone();
        let terminate_takes = Duration::from_secs(secs);
        spec = spec.child(ChildSpec::server::<Probe>(id, move || ProbeArgs {
            terminate_takes,
            ..trapping(id, &log)
        }));
    }
    let supervisor = start(&runtime, spec).await;
    let pid = supervisor.pid();
    let ending = runtime.stop(pid, ExitReason::Shutdown, SOON * 3, Authority::Ordinary).await;
    // A supervisor traps exits: only its parent, or a kill, ends it.
    assert!(matches!(ending, Ok(Ending::StillRunning { .. })), "{ending:?}");
    let report = runtime.shutdown(SOON * 4).await.unwrap();
    assert_eq!(report.killed, []);
    let expected = [
        "a starts",
        "b starts",
        "c starts",
        "c ends shutdown",
        "b ends shutdown",
        "a ends shutdown",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_killed_supervisor_ends_its_children_in_reverse_before_its_own_end_is_told() {
    let (runtime, log) = (runtime(), Log::default());
    let supervisor = start(&runtime, three(Strategy::OneForOne, &log)).await;
    log.take();
    let ending = runtime.kill(supervisor.pid(), SOON, Authority::Ordinary).await.unwrap();
    let expected = Ending::Ended { pid: supervisor.pid(), reason: ExitReason::Killed };
    assert_eq!(ending, expected);
    assert_eq!(log.take(), ["c ends killed", "b ends killed", "a ends killed"]);
    assert_eq!(runtime.n_processes(), 1, "only the root is left");
}

/// Never done with its start, and deaf to its parent meanwhile.
struct Endless;

/// Adds its line when it is dropped.
struct Dropped(Log);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.add("d is dropped");
    }
}

impl Server for Endless {
    type Args = Log;
    type Call = ();
    type Reply = ();
    type Cast = ();

    async fn init(log: Log, cx: &mut Context<Self>) -> Result<Self, Stop> {
        cx.trap_exits();
        let _dropped = Dropped(log);
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
async fn a_killed_supervisor_ends_the_child_that_it_was_starting_first() {
    let (runtime, log) = (runtime(), Log::default());
    let name: ProcessName = "d".parse().unwrap();
    let endless = |log: Log| {
        let name = name.clone();
        ChildSpec::server_with::<Endless>("d", move |starter| {
            starter.server(log.clone()).name(name.clone())
        })
    };
    let template = SupervisorSpec::new(Strategy::SimpleOneForOne).child(endless(log.clone()));
    let dynamic = start(&runtime, template).await;
    let list = start(&runtime, three(Strategy::OneForOne, &log)).await;
    let child = endless(log.clone());
    log.take();
    let cases = [
        (dynamic.clone(), None, vec!["d is dropped"]),
        (
            list,
            Some(child),
            vec!["d is dropped", "c ends killed", "b ends killed", "a ends killed"],
        ),
    ];
    for (supervisor, child, expected) in cases {
        let asked = supervisor.clone();
        let asker = runtime.task().spawn(async move {
            match child {
                Some(child) => asked.start_child(child).await,
                None => asked.start_child_with(().into()).await,
            }
        });
        until("the start", || runtime.whereis(&name).is_some()).await;
        let wait = SOON * 2;
        let ending = runtime.kill(supervisor.pid(), wait, Authority::Ordinary).await.unwrap();
        let gone = Ending::Ended { pid: supervisor.pid(), reason: ExitReason::Killed };
        assert_eq!(ending, gone);
        assert_eq!(runtime.whereis(&name), None, "its name is free for a successor");
        assert_eq!(log.take(), expected);
        let answer = asker.unwrap().await.unwrap();
        assert!(matches!(answer, Err(SupervisorError::Call(_))), "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn past_its_intensity_a_supervisor_stops_its_children_in_reverse_and_exits_with_shutdown() {
    let (runtime, log) = (runtime(), Log::default());
    let supervisor = start(&runtime, three(Strategy::OneForOne, &log)).await;
    for _ in 0..3 {
        let old = pid_of(&supervisor, "b").await;
        crash(&runtime, &supervisor, "b", failure()).await;
        assert_ne!(pid_of(&supervisor, "b").await, old);
    }
    assert_eq!(supervisor.statistics().await.unwrap().budget_left, 0);
    log.take();
    // The budget is the supervisor's: another child's crash is one too many as well.
    crash(&runtime, &supervisor, "a", failure()).await;
    assert_eq!(supervisor.ended().await, ExitReason::Shutdown);
    assert_eq!(log.take(), ["a ends custom", "c ends shutdown", "b ends shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn the_intensity_slides() {
    let (runtime, log) = (runtime(), Log::default());
    let supervisor = start(&runtime, three(Strategy::OneForOne, &log)).await;
    for _ in 0..10 {
        crash(&runtime, &supervisor, "b", failure()).await;
        assert!(pid_of(&supervisor, "b").await.is_some());
        tokio::time::advance(Duration::from_secs(2)).await;
    }
    let statistics = supervisor.statistics().await.unwrap();
    assert_eq!((statistics.total, statistics.per_reason["custom"]), (10, 10));
    assert_eq!(statistics.mean_between, Some(Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn a_changed_intensity_holds_at_once_and_what_was_counts_on() {
    let (runtime, log) = (runtime(), Log::default());
    let supervisor = start(&runtime, three(Strategy::OneForOne, &log)).await;
    crash(&runtime, &supervisor, "b", failure()).await;
    let within = Duration::from_secs(5);
    supervisor.set_intensity(Intensity { max_restarts: 2, within }).await.unwrap();
    assert_eq!(supervisor.statistics().await.unwrap().budget_left, 1);
    crash(&runtime, &supervisor, "a", failure()).await;
    assert!(pid_of(&supervisor, "a").await.is_some());
    crash(&runtime, &supervisor, "c", failure()).await;
    assert_eq!(supervisor.ended().await, ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn the_history_is_a_bounded_ring_of_restarts_and_their_siblings() {
    let (runtime, log) = (runtime(), Log::default());
    let spec = three(Strategy::RestForOne, &log).intensity(10, Duration::from_secs(1));
    let supervisor = start(&runtime, SupervisorSpec { history_max: 3, ..spec }).await;
    for id in ["c", "c", "b"] {
        crash(&runtime, &supervisor, id, failure()).await;
        assert!(pid_of(&supervisor, id).await.is_some());
    }
    let statistics = supervisor.statistics().await.unwrap();
    assert_eq!((statistics.total, statistics.per_child["c"]), (3, 2), "siblings do not count");
    let history: Vec<_> = statistics
        .history
        .iter()
        .map(|one| (&*one.child_id, one.reason.kind(), one.sibling_of.as_deref()))
        .collect();
    let expected = [("c", "custom", None), ("b", "custom", None), ("c", "shutdown", Some("b"))];
    assert_eq!(history, expected);
    let [first, .., last] = statistics.history.as_slice() else { panic!() };
    assert_eq!((first.old < Some(first.new), last.old), (true, Some(first.new)));
    assert_eq!(pid_of(&supervisor, "c").await, Some(last.new));
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_a_child_follows_from_its_restart_type_and_reason() {
    let cases = [
        (Restart::Permanent, ExitReason::Normal, "again"),
        (Restart::Permanent, ExitReason::custom(1), "again"),
        (Restart::Transient, ExitReason::Normal, "stopped"),
        (Restart::Transient, ExitReason::Shutdown, "stopped"),
        (Restart::Transient, ExitReason::shutdown_with(1), "stopped"),
        (Restart::Transient, ExitReason::custom(1), "again"),
        (Restart::Temporary, ExitReason::Normal, "gone"),
        (Restart::Temporary, ExitReason::custom(1), "gone"),
    ];
    for (restart, reason, expected) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let spec =
            SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log).restart(restart));
        let supervisor = start(&runtime, spec).await;
        crash(&runtime, &supervisor, "a", Do::Exit(reason.clone())).await;
        let children = supervisor.which_children().await.unwrap();
        let found = match children.first().map(|child| child.pid) {
            Some(ChildPid::Running(_)) => "again",
            Some(ChildPid::Stopped) => "stopped",
            Some(ChildPid::Restarting) => "restarting",
            None => "gone",
        };
        assert_eq!(found, expected, "{restart:?} {reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn children_are_terminated_restarted_deleted_and_added() {
    let (runtime, log) = (runtime(), Log::default());
    let supervisor = start(&runtime, three(Strategy::OneForOne, &log)).await;
    let b = pid_of(&supervisor, "b").await.unwrap();
    assert_eq!(supervisor.delete_child("b").await, Err(SupervisorError::Running { pid: b }));
    assert_eq!(supervisor.restart_child("b").await, Err(SupervisorError::Running { pid: b }));
    supervisor.terminate_child("b").await.unwrap();
    assert!(runtime.info(b).is_err());
    let present = supervisor.start_child(child("b", &log)).await;
    assert_eq!(present, Err(SupervisorError::AlreadyPresent { id: "b".into() }));
    let counts = ChildCounts { specs: 3, active: 2, supervisors: 0, workers: 3 };
    assert_eq!(supervisor.count_children().await.unwrap(), counts);
    let again = supervisor.restart_child("b").await.unwrap().unwrap();
    assert_ne!(again, b);
    let recycled = supervisor.recycle_child("b").await.unwrap();
    assert_eq!(recycled.old, Some(again));
    assert_eq!(runtime.past(again).unwrap().restarted_as, recycled.new);
    supervisor.terminate_child("b").await.unwrap();
    supervisor.delete_child("b").await.unwrap();
    let gone = Err(SupervisorError::NotFound { child: "\"b\"".to_owned() });
    assert_eq!(supervisor.delete_child("b").await, gone);
    supervisor.start_child(child("b", &log)).await.unwrap();
    let children = supervisor.which_children().await.unwrap();
    assert_eq!(children.iter().map(|child| &*child.id).collect::<Vec<_>>(), ["a", "c", "b"]);
    let temporary = child("t", &log).restart(Restart::Temporary);
    supervisor.start_child(temporary).await.unwrap();
    let refused = supervisor.recycle_child("t").await;
    assert_eq!(refused, Err(SupervisorError::Temporary { id: "t".into() }));
    supervisor.terminate_child("t").await.unwrap();
    assert_eq!(supervisor.count_children().await.unwrap().specs, 3);
}

#[tokio::test(start_paused = true)]
async fn shutdown_is_respected_child_by_child() {
    let cases = [
        (Shutdown::BrutalKill, Duration::from_secs(1), None),
        (
            Shutdown::Timeout(Duration::from_secs(2)),
            Duration::from_secs(1),
            Some("a ends shutdown"),
        ),
        (Shutdown::Timeout(Duration::from_secs(1)), Duration::from_secs(2), None),
        (Shutdown::Infinity, Duration::from_secs(3600), Some("a ends shutdown")),
    ];
    for (shutdown, terminate_takes, expected) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let inside = log.clone();
        let spec = ChildSpec::server::<Probe>("a", move || ProbeArgs {
            terminate_takes,
            ..trapping("a", &inside)
        });
        let spec = SupervisorSpec::new(Strategy::OneForOne).child(spec.shutdown(shutdown));
        let supervisor = start(&runtime, spec).await.with_wait(Duration::from_secs(7200));
        log.take();
        supervisor.terminate_child("a").await.unwrap();
        assert_eq!(log.take().first().map(String::as_str), expected, "{shutdown:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn significant_children_end_their_supervisor_as_it_says() {
    let cases = [
        (AutoShutdown::AnySignificant, vec!["a"], true),
        (AutoShutdown::AnySignificant, vec!["c"], false),
        (AutoShutdown::AllSignificant, vec!["a"], false),
        (AutoShutdown::AllSignificant, vec!["a", "b"], true),
    ];
    for (auto_shutdown, ending, expected) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let significant = |id| child(id, &log).restart(Restart::Transient).significant();
        let plain = child("c", &log).restart(Restart::Transient);
        let spec = SupervisorSpec::new(Strategy::OneForOne).auto_shutdown(auto_shutdown);
        let spec = spec.child(significant("a")).child(significant("b")).child(plain);
        let supervisor = start(&runtime, spec).await;
        for id in ending {
            crash(&runtime, &supervisor, id, Do::Exit(ExitReason::Normal)).await;
        }
        let pid = supervisor.pid();
        if expected {
            assert_eq!(supervisor.ended().await, ExitReason::Shutdown);
        } else {
            supervisor.which_children().await.unwrap();
            assert!(runtime.info(pid).is_ok(), "{auto_shutdown:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_nested_supervisor_obeys_its_parent_and_appears_in_the_tree() {
    let (runtime, log) = (runtime(), Log::default());
    let inner = ChildSpec::supervisor("inner", three(Strategy::OneForOne, &log));
    let outer = SupervisorSpec::new(Strategy::OneForOne).child(child("first", &log)).child(inner);
    let outer = start(&runtime, outer).await;
    let inner = pid_of(&outer, "inner").await.unwrap();
    let info = runtime.info(inner).unwrap();
    assert_eq!((info.supervisor, info.children.known().unwrap().len()), (Some(outer.pid()), 3));
    log.take();
    outer.terminate_child("inner").await.unwrap();
    assert_eq!(log.take(), ["c ends shutdown", "b ends shutdown", "a ends shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn the_shutdown_of_the_node_names_what_it_had_to_kill() {
    let (runtime, log) = (runtime(), Log::default());
    let inside = log.clone();
    let slow = ChildSpec::server::<Probe>("slow", move || ProbeArgs {
        terminate_takes: Duration::from_secs(60),
        ..trapping("slow", &inside)
    });
    let root = runtime.root().unwrap();
    root.start_child(child("quick", &log)).await.unwrap();
    root.start_child(slow.shutdown(Shutdown::Infinity)).await.unwrap();
    let outside = runtime.spawn_task("outside", std::future::pending::<()>()).unwrap();
    let began = tokio::time::Instant::now();
    let report = runtime.shutdown(Duration::from_secs(10)).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_secs(10));
    let killed: Vec<_> = report.killed.iter().filter_map(|one| one.name.as_deref()).collect();
    assert_eq!(killed, ["quick", "slow", "outside"]);
    assert_eq!(report.still_running, []);
    assert_eq!(outside.await, Err(ExitReason::Killed));
    assert!(runtime.task().spawn(async {}).is_err(), "nothing starts after the shutdown");
    until("an empty table", || runtime.n_processes() == 0).await;
}
