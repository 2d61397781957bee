//! Rule 5 and the traps: strategies, their change at run time, back-off, starts that fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use arsenal_process::{
    Authority, Backoff, ChildPid, ChildSpec, Event, ExitReason, Heard, Restart, Runtime, Shutdown,
    StartError, Strategy, SupervisorError, SupervisorRef, SupervisorSpec,
};
use serde_json::json;

use crate::probe::{Log, Probe, args, child, crash, failure, pid_of, runtime, trapping, until};

async fn start(runtime: &Runtime, spec: SupervisorSpec) -> SupervisorRef {
    runtime.supervisor(spec).start().await.expect("the supervisor starts")
}

async fn after_a_crash_of_b(spec: SupervisorSpec, log: &Log) -> Vec<String> {
    let runtime = runtime();
    let supervisor = start(&runtime, spec).await;
    log.take();
    crash(&runtime, &supervisor, "b", failure()).await;
    supervisor.which_children().await.expect("the supervisor answers");
    log.take()
}

#[tokio::test(start_paused = true)]
async fn each_strategy_restarts_its_siblings_in_order() {
    let cases = [
        (Strategy::OneForOne, vec!["b ends custom", "b starts"]),
        (
            Strategy::OneForAll,
            vec![
                "b ends custom",
                "c ends shutdown",
                "a ends shutdown",
                "a starts",
                "b starts",
                "c starts",
            ],
        ),
        (Strategy::RestForOne, vec!["b ends custom", "c ends shutdown", "b starts", "c starts"]),
    ];
    for (strategy, expected) in cases {
        let log = Log::default();
        let spec = SupervisorSpec::new(strategy);
        let spec = ["a", "b", "c"].into_iter().fold(spec, |spec, id| spec.child(child(id, &log)));
        assert_eq!(after_a_crash_of_b(spec, &log).await, expected, "{strategy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_temporary_sibling_does_not_come_back() {
    let log = Log::default();
    let spec = SupervisorSpec::new(Strategy::OneForAll)
        .child(child("a", &log).restart(Restart::Temporary))
        .child(child("b", &log));
    let lines = after_a_crash_of_b(spec, &log).await;
    assert_eq!(lines, ["b ends custom", "a ends shutdown", "b starts"]);
}

#[tokio::test(start_paused = true)]
async fn a_changed_strategy_holds_for_the_next_failure_and_touches_no_child() {
    let (runtime, log) = (runtime(), Log::default());
    let spec =
        SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log)).child(child("b", &log));
    let supervisor = start(&runtime, spec).await;
    log.take();
    supervisor.set_strategy(Strategy::OneForAll).await.unwrap();
    let refused = supervisor.set_strategy(Strategy::SimpleOneForOne).await;
    assert_eq!(refused, Err(SupervisorError::SimpleOneForOne));
    assert_eq!(log.take(), [""; 0]);
    crash(&runtime, &supervisor, "b", failure()).await;
    supervisor.which_children().await.unwrap();
    assert_eq!(log.take(), ["b ends custom", "a ends shutdown", "a starts", "b starts"]);
}

#[tokio::test(start_paused = true)]
async fn a_template_makes_children_that_are_known_by_pid() {
    let (runtime, log) = (runtime(), Log::default());
    let inside = log.clone();
    let template = ChildSpec::server_with::<Probe>("worker", move |starter| {
        inside.add(format!("asked for {}", starter.args()));
        starter.server(trapping("worker", &inside))
    });
    let spec = SupervisorSpec::new(Strategy::SimpleOneForOne).child(template);
    let supervisor = start(&runtime, spec).await;
    let mut pids = Vec::new();
    for n in 0..3 {
        pids.push(supervisor.start_child_with(json!(n)).await.unwrap().unwrap());
    }
    assert!(log.has("asked for 2"));
    let counts = supervisor.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active, counts.workers), (1, 3, 3));
    assert_eq!(supervisor.delete_child("worker").await, Err(SupervisorError::SimpleOneForOne));
    supervisor.terminate_child(pids[1]).await.unwrap();
    assert_eq!(supervisor.count_children().await.unwrap().active, 2);
    let victim = runtime.process::<Probe>(pids[2]).unwrap();
    log.take();
    victim.cast(failure()).unwrap();
    victim.ended().await;
    let children = supervisor.which_children().await.unwrap();
    assert_eq!((children.len(), &children[1].args), (2, &json!(2)), "its own arguments come back");
    assert_ne!(children[1].pid, ChildPid::Running(pids[2]));
    runtime.kill(supervisor.pid(), crate::probe::SOON, Default::default()).await.unwrap();
    assert_eq!(runtime.n_processes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_awaits_its_restart_is_still_known_by_its_pid() {
    let second = Duration::from_secs(1);
    let backoff = Backoff { first: second * 5, max: second * 5 };
    for template in [true, false] {
        let (runtime, log) = (runtime(), Log::default());
        let spec = |strategy| SupervisorSpec::new(strategy).backoff(backoff);
        let (supervisor, pid) = if template {
            let spec = spec(Strategy::SimpleOneForOne).child(child("worker", &log));
            let supervisor = start(&runtime, spec).await;
            let pid = supervisor.start_child_with(json!(null)).await.unwrap().unwrap();
            (supervisor, pid)
        } else {
            let spec = spec(Strategy::OneForOne).child(child("worker", &log));
            let supervisor = start(&runtime, spec).await;
            let pid = pid_of(&supervisor, "worker").await.unwrap();
            (supervisor, pid)
        };
        crash(&runtime, &supervisor, "worker", failure()).await;
        assert_eq!(supervisor.which_children().await.unwrap()[0].pid, ChildPid::Restarting);
        // As OTP's, also where the pid is all that a child is known by.
        assert_eq!(supervisor.terminate_child(pid).await, Ok(()));
        log.take();
        tokio::time::advance(second * 10).await;
        let left = supervisor.which_children().await.unwrap();
        assert!(left.iter().all(|child| child.pid == ChildPid::Stopped), "{left:?}");
        assert_eq!((left.len(), log.count()), (usize::from(!template), 0));
        // That of a child which came back is nobody's any more.
        let gone = supervisor.terminate_child(pid).await;
        assert_eq!(gone.is_ok(), template, "{gone:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_taken_for_ended_is_not_left_behind() {
    let pause = Duration::from_secs(60);
    for (template, is_killed) in [(true, true), (true, false), (false, true), (false, false)] {
        let runtime = runtime();
        // Told anything, it sends its supervisor an exit signal, and runs on.
        let child = ChildSpec::task_with::<()>("t", |starter| {
            starter.task().trap_exits().spawn_with(move |mut cx| async move {
                loop {
                    cx.next().await;
                    let own = cx.runtime();
                    let supervisor = own.info(cx.pid())?.supervisor.expect("it has one");
                    _ = own.exit(supervisor, ExitReason::custom("gone"));
                }
            })
        });
        let child = child.shutdown(Shutdown::Timeout(Duration::from_secs(1)));
        let strategy = if template { Strategy::SimpleOneForOne } else { Strategy::OneForOne };
        let backoff = Backoff { first: pause, max: pause };
        let supervisor =
            start(&runtime, SupervisorSpec::new(strategy).backoff(backoff).child(child)).await;
        let pid = match template {
            true => supervisor.start_child_with(json!(null)).await.unwrap().unwrap(),
            false => pid_of(&supervisor, "t").await.unwrap(),
        };
        runtime.exit(pid, ExitReason::custom("hello")).unwrap();
        tokio::time::advance(Duration::from_millis(1)).await;
        let children = supervisor.which_children().await.unwrap();
        assert_eq!(children[0].pid, ChildPid::Restarting);
        assert!(runtime.status(pid).is_ok());
        if is_killed {
            runtime.kill(&supervisor, pause, Authority::Ordinary).await.unwrap();
        } else {
            assert_eq!(supervisor.terminate_child(pid).await, Ok(()));
        }
        assert!(runtime.status(pid).is_err(), "a template: {template}, killed: {is_killed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_back_off_waits_longer_each_time() {
    let (runtime, log) = (runtime(), Log::default());
    let second = Duration::from_secs(1);
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .intensity(10, second)
        .backoff(Backoff { first: second, max: second * 3 })
        .child(child("a", &log));
    let supervisor = start(&runtime, spec).await;
    for pause in [1, 2, 3, 3] {
        crash(&runtime, &supervisor, "a", failure()).await;
        let began = tokio::time::Instant::now();
        assert_eq!(supervisor.which_children().await.unwrap()[0].pid, ChildPid::Restarting);
        while pid_of(&supervisor, "a").await.is_none() {
            tokio::time::advance(Duration::from_millis(100)).await;
        }
        let waited = began.elapsed();
        let whole = second * pause;
        assert!(whole <= waited && waited <= whole + second / 5, "{waited:?} is not {whole:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_fails_is_tried_again_until_the_intensity_is_reached() {
    for (n_failures, intensity, survives) in [(2, 5, true), (10, 5, false), (10, 20, true)] {
        let (runtime, log) = (runtime(), Log::default());
        let starts = Arc::new(AtomicU32::new(0));
        let (inside, counted) = (log.clone(), Arc::clone(&starts));
        let flaky = ChildSpec::server_with::<Probe>("a", move |starter| {
            let n = counted.fetch_add(1, Ordering::Relaxed);
            assert!(!(1..=n_failures).contains(&n), "start {n} fails");
            starter.server(args("a", &inside))
        });
        let spec = SupervisorSpec::new(Strategy::OneForOne);
        let spec = spec.intensity(intensity, Duration::from_secs(5)).child(flaky);
        let supervisor = start(&runtime, spec).await;
        crash(&runtime, &supervisor, "a", failure()).await;
        if survives {
            let (pid, counted) = (supervisor.pid(), || starts.load(Ordering::Relaxed));
            until("the last try", || counted() == n_failures + 2).await;
            assert!(pid_of(&supervisor, "a").await.is_some());
            assert!(runtime.info(pid).is_ok());
        } else {
            assert_eq!(supervisor.ended().await, ExitReason::Shutdown);
            assert_eq!(starts.load(Ordering::Relaxed), 6, "one start and five restarts");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_start_fails_the_supervisor_and_stops_those_before() {
    let (runtime, log) = (runtime(), Log::default());
    let broken = ChildSpec::task_with::<()>("broken", |_starter| {
        Err(StartError::Failed { reason: ExitReason::custom("no luck") })
    });
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log)).child(broken);
    let Err(StartError::Ended { reason, .. }) = runtime.supervisor(spec).start().await else {
        panic!("it must not start")
    };
    let because = json!({ "reason": "custom", "value": "no luck" });
    let value = json!({ "failed_to_start_child": "broken", "because": because });
    assert_eq!(reason, ExitReason::ShutdownWith { value });
    assert_eq!(log.take(), ["a starts", "a ends shutdown"]);
    assert_eq!(runtime.n_processes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_ran_well_for_a_while_begins_its_back_off_anew() {
    let (runtime, log) = (runtime(), Log::default());
    let second = Duration::from_secs(1);
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .intensity(10, second * 10)
        .backoff(Backoff { first: second, max: second * 60 })
        .child(child("a", &log));
    let supervisor = start(&runtime, spec).await;
    for (ran_for, pause) in [(0, 1), (0, 2), (9, 4), (11, 1), (0, 2)] {
        tokio::time::advance(second * ran_for).await;
        crash(&runtime, &supervisor, "a", failure()).await;
        let began = tokio::time::Instant::now();
        while pid_of(&supervisor, "a").await.is_none() {
            tokio::time::advance(Duration::from_millis(100)).await;
        }
        let (waited, whole) = (began.elapsed(), second * pause);
        assert!(whole <= waited && waited <= whole + second / 5, "{waited:?} is not {whole:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sibling_is_remembered_with_the_reason_that_it_ended_with() {
    let (runtime, log) = (runtime(), Log::default());
    let killed = child("b", &log).shutdown(arsenal_process::Shutdown::BrutalKill);
    let spec = SupervisorSpec::new(Strategy::OneForAll).child(child("a", &log));
    let spec = spec.child(killed).child(child("c", &log));
    let supervisor = start(&runtime, spec).await;
    let mut events = runtime.events();
    crash(&runtime, &supervisor, "a", failure()).await;
    let history = supervisor.statistics().await.unwrap().history;
    let remembered = history.iter().map(|one| (&*one.child_id, one.reason.clone()));
    let broken = ExitReason::custom("broken");
    let expected = [("a", broken), ("b", ExitReason::Killed), ("c", ExitReason::Shutdown)];
    assert_eq!(remembered.collect::<Vec<_>>(), expected);
    supervisor.recycle_child("c").await.unwrap();
    let mut told = Vec::new();
    while told.len() < 4 {
        let Some(Heard::Event(event)) = events.next().await else { panic!("no event") };
        if let Event::Restarted { child_id, sibling_of, manual, .. } = event {
            told.push((child_id.to_string(), sibling_of.is_some(), manual));
        }
    }
    let told: Vec<_> =
        told.iter().map(|(id, sibling, manual)| (&**id, *sibling, *manual)).collect();
    let expected =
        [("a", false, false), ("b", true, false), ("c", true, false), ("c", false, true)];
    assert_eq!(told, expected);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_fails_during_the_shutdown_is_let_go() {
    let (runtime, log) = (runtime(), Log::default());
    let root = runtime.root().unwrap();
    let slow = log.clone();
    let terminate_takes = Duration::from_secs(3);
    root.start_child(ChildSpec::server::<Probe>("slow", move || crate::probe::ProbeArgs {
        terminate_takes,
        ..crate::probe::trapping("slow", &slow)
    }))
    .await
    .unwrap();
    let spec = SupervisorSpec::new(Strategy::OneForOne).intensity(3, terminate_takes);
    let supervisor = start(&runtime, spec.child(child("a", &log))).await;
    let member = pid_of(&supervisor, "a").await.unwrap();
    let mut events = runtime.events();
    let stopped = runtime.clone();
    let down = runtime.task().spawn(async move { stopped.shutdown(terminate_takes * 9).await });
    until("the shutdown", || runtime.task().spawn(async {}).is_err()).await;
    runtime.process::<Probe>(member).unwrap().cast(failure()).unwrap();
    let mut told = Vec::new();
    loop {
        let Some(Heard::Event(event)) = events.next().await else { panic!("no event") };
        let is_last = matches!(&event, Event::Exited { pid, .. } if *pid == supervisor.pid());
        told.push(event);
        if is_last {
            break;
        }
    }
    let gives_up = |event: &&Event| matches!(event, Event::IntensityReached { .. });
    assert_eq!(told.iter().find(gives_up), None);
    drop(down);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_was_called_off_shortens_no_later_one() {
    let (runtime, log) = (runtime(), Log::default());
    let backoff = Backoff { first: Duration::from_secs(1), max: Duration::from_secs(60) };
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .intensity(100, Duration::from_secs(1000))
        .backoff(backoff)
        .child(child("a", &log));
    let supervisor = start(&runtime, spec).await;
    crash(&runtime, &supervisor, "a", failure()).await;
    supervisor.terminate_child("a").await.unwrap();
    supervisor.restart_child("a").await.unwrap();
    tokio::time::advance(Duration::from_millis(500)).await;
    crash(&runtime, &supervisor, "a", failure()).await;
    // The second pause is of two seconds; the first, called off, would have ended after half a one.
    for (millis, is_back) in [(1_900, false), (200, true)] {
        tokio::time::advance(Duration::from_millis(millis)).await;
        assert_eq!(pid_of(&supervisor, "a").await.is_some(), is_back, "after {millis} more");
    }
}
