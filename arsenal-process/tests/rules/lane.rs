//! Rules 1, 2, 6 and 12: the control lane, the published end, reasons, the kill.

use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, Ending, Event, ExitReason, Heard, Kind, Measure, ProcessName, Restart,
    Shutdown, Started, Status, Strategy, SupervisorSpec, TouchError,
};
use serde_json::json;

use crate::probe::{
    Do, Log, SOON, args, has_polled, pid_of, probe, runtime, settle, trapping, until,
};

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_queue_behind_messages() {
    for traps in [false, true] {
        let (runtime, log) = (runtime(), Log::default());
        let parent = probe(&runtime, args("parent", &log)).await;
        let start = if traps { trapping("child", &log) } else { args("child", &log) };
        let start = runtime.server::<crate::probe::Probe>(start).link(parent.pid());
        let child = start.start().await.unwrap();
        log.take();
        for n in 0..1_000 {
            child.cast(Do::Note(n.to_string())).unwrap();
        }
        parent.cast(crate::probe::failure()).unwrap();
        child.ended().await;
        let lines = log.take();
        let n_handled = lines.iter().filter(|line| line.parse::<u32>().is_ok()).count();
        assert!(n_handled < 1_000, "{traps}: {n_handled} messages went before the stop");
        assert_eq!(lines.iter().any(|line| line == "child ends custom"), traps, "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_exit_reason_is_published_after_terminate_names_and_tables() {
    let (runtime, log) = (runtime(), Log::default());
    let name: ProcessName = "slow".parse().unwrap();
    let slow = crate::probe::ProbeArgs {
        terminate_takes: Duration::from_secs(3),
        ..trapping("slow", &log)
    };
    let slow =
        runtime.server::<crate::probe::Probe>(slow).name(name.clone()).start().await.unwrap();
    slow.cast(Do::Exit(ExitReason::Shutdown)).unwrap();
    assert_eq!(slow.ended().await, ExitReason::Shutdown);
    assert!(log.has("slow ends shutdown"));
    assert_eq!(runtime.whereis(&name), None);
    assert!(runtime.info(slow.pid()).is_err());
    let past = runtime.past(slow.pid()).unwrap();
    assert_eq!((past.reason, past.name), (ExitReason::Shutdown, Some(name)));
}

#[tokio::test(start_paused = true)]
async fn every_way_to_end_has_its_typed_reason() {
    let cases = [
        (Do::Exit(ExitReason::Normal), "normal"),
        (Do::Exit(ExitReason::shutdown_with("drained")), "shutdown: \"drained\""),
        (Do::Exit(ExitReason::error(&std::fmt::Error)), "error: an error occurred"),
        (Do::Exit(ExitReason::custom(7)), "7"),
    ];
    for (how, expected) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let server = probe(&runtime, args("p", &log)).await;
        server.cast(how).unwrap();
        let reason = server.ended().await;
        assert!(reason.to_string().starts_with(expected), "{reason} is not {expected}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_has_its_place_runs_terminate_and_leaves_the_runtime_alone() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    server.cast(Do::Panic("boom".to_owned())).unwrap();
    let ExitReason::Panic { message, location } = server.ended().await else { panic!("no panic") };
    assert_eq!(message, "boom");
    assert!(location.unwrap().contains("probe.rs"));
    assert!(log.has("p ends panic"));
    assert!(runtime.root().is_ok());
    assert!(runtime.catches_panics());
}

#[tokio::test(start_paused = true)]
async fn a_kill_cannot_be_trapped_and_reaches_links_as_killed() {
    let (runtime, log) = (runtime(), Log::default());
    let victim = probe(&runtime, trapping("victim", &log)).await;
    let witness = probe(&runtime, trapping("witness", &log)).await;
    witness.cast(Do::Link(victim.pid())).unwrap();
    settle(&witness).await;
    let ending = runtime.kill(victim.pid(), SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(ending, Ending::Ended { pid: victim.pid(), reason: ExitReason::Killed });
    settle(&witness).await;
    assert!(log.has("witness hears exit killed"));
    assert!(!log.has("victim ends killed"), "terminate does not run after a kill");
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_trapped_is_answered_still_running() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, trapping("p", &log)).await;
    let reason = ExitReason::custom("please");
    let ending =
        runtime.stop(server.pid(), reason, Duration::from_secs(1), Authority::Ordinary).await;
    let waiting = Ending::StillRunning { pid: server.pid(), status: Status::Waiting };
    assert_eq!(ending.unwrap(), waiting);
    assert!(log.has("p hears exit \"please\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_says_so_where_a_handler_does_not_yield() {
    let runtime = runtime();
    let (open, gate) = std::sync::mpsc::sync_channel::<()>(1);
    let task = runtime.spawn_task("stuck", async move { gate.recv() }).unwrap();
    until_running(&runtime, task.pid()).await;
    let wait = Duration::from_millis(20);
    let ending = runtime.kill(task.pid(), wait, Authority::Ordinary).await.unwrap();
    let stuck = matches!(ending, Ending::StillRunning { status: Status::Running { .. }, .. });
    assert!(stuck, "{ending:?}");
    open.send(()).unwrap();
    // Its last poll returned with an output before the kill was seen, or the kill came first.
    let _either = task.await;
    assert!(runtime.info(runtime.top(Measure::Age, 1)[0].pid).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_waits_for_a_killed_child_that_does_not_yield_and_tells_of_it() {
    let runtime = runtime();
    let (child, open) = stuck();
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child);
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let pid = pid_of(&supervisor, "stuck").await.unwrap();
    until_running(&runtime, pid).await;
    assert_eq!(runtime.info(pid).unwrap().ending, None);
    let mut events = runtime.events();
    let terminator = supervisor.clone();
    let stop = async move { terminator.terminate_child("stuck").await };
    let stopped = runtime.spawn_task("stopper", stop).unwrap();
    let pending = Event::KillPending { supervisor: supervisor.pid(), pid };
    while events.next().await.unwrap() != Heard::Event(pending.clone()) {}
    // It is there, and is seen to be killed and to run on.
    let info = runtime.info(pid).unwrap();
    assert_eq!(info.ending, Some(ExitReason::Killed));
    assert!(matches!(info.status, Status::Running { .. }), "{:?}", info.status);
    assert_eq!(info.supervisor, Some(supervisor.pid()));
    open.send(()).unwrap();
    assert_eq!(stopped.await, Ok(Ok(())));
    assert!(runtime.info(pid).is_err(), "the end of the wait is the end of the child");
}

/// A child that holds its thread until it is opened, killed at once where it is stopped.
fn stuck() -> (ChildSpec, std::sync::mpsc::SyncSender<()>) {
    let (open, gate) = std::sync::mpsc::sync_channel::<()>(1);
    let gate = std::sync::Arc::new(std::sync::Mutex::new(gate));
    let child = ChildSpec::task("stuck", move || {
        let gate = std::sync::Arc::clone(&gate);
        async move {
            // The test opens it, or is gone.
            let _opened = gate.lock().expect("nobody panics with it").recv();
        }
    });
    (child.shutdown(Shutdown::BrutalKill).restart(Restart::Temporary), open)
}

async fn until_running(runtime: &arsenal_process::Runtime, pid: arsenal_process::Pid) {
    let deadline = std::time::Instant::now() + SOON;
    while !matches!(runtime.status(pid), Ok(Status::Running { .. })) {
        assert!(std::time::Instant::now() < deadline, "the task never ran");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_protected_process_is_touched_only_by_force() {
    let (runtime, log) = (runtime(), Log::default());
    let start = runtime.server::<crate::probe::Probe>(args("p", &log)).protected();
    let server = start.start().await.unwrap();
    let pid = server.pid();
    let refused = Err(TouchError::Protected { pid });
    assert_eq!(runtime.suspend(pid, Authority::Ordinary), refused);
    assert_eq!(runtime.exit(pid, ExitReason::Shutdown), Err(TouchError::Protected { pid }));
    assert!(runtime.kill(pid, SOON, Authority::Ordinary).await.is_err());
    let refused = Started::from(&server).kill(Authority::Ordinary);
    assert_eq!(refused, Err(TouchError::Protected { pid }));
    assert!(server.is_alive());
    let root = runtime.root().unwrap().pid();
    assert!(runtime.kill(root, SOON, Authority::Ordinary).await.is_err());
    assert_eq!(runtime.info(root).unwrap().kind, Kind::Supervisor);
    assert!(runtime.kill(pid, SOON, Authority::Forced).await.is_ok());
    until("the forced end", || runtime.info(pid).is_err()).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_process_ends_with_is_seen_until_it_has_ended() {
    let (runtime, log) = (runtime(), Log::default());
    let terminate_takes = Duration::from_secs(3);
    let slow = crate::probe::ProbeArgs { terminate_takes, ..trapping("slow", &log) };
    let server = probe(&runtime, slow).await;
    let pid = server.pid();
    let inside = runtime.clone();
    let stops = runtime.spawn_task("stops", async move {
        inside.stop_in_order(pid, ExitReason::Shutdown, SOON, Authority::Ordinary).await
    });
    let told = || runtime.status(pid) == Ok(Status::Stopping);
    until("it cleans up", told).await;
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(runtime.info(pid).unwrap().ending, Some(ExitReason::Shutdown));
    let ended = Ending::Ended { pid, reason: ExitReason::Shutdown };
    assert_eq!(stops.unwrap().await, Ok(Ok(ended)));
}

#[tokio::test(start_paused = true)]
async fn a_killed_supervisor_that_ends_its_children_first_is_waited_for_without_a_word() {
    let (runtime, log) = (runtime(), Log::default());
    let terminate_takes = Duration::from_secs(3);
    let slow = crate::probe::ProbeArgs { terminate_takes, ..trapping("slow", &log) };
    let slow = ChildSpec::server::<crate::probe::Probe>("slow", move || slow.clone());
    let inner = SupervisorSpec::new(Strategy::OneForOne).child(slow);
    let inner = ChildSpec::supervisor("inner", inner).shutdown(Shutdown::BrutalKill);
    let outer = SupervisorSpec::new(Strategy::OneForOne).child(inner);
    let outer = runtime.supervisor(outer).start().await.unwrap();
    let pid = pid_of(&outer, "inner").await.unwrap();
    let mut events = runtime.events();
    let terminator = outer.clone();
    let stop = async move { terminator.terminate_child("inner").await };
    let stopped = runtime.spawn_task("stopper", stop).unwrap();
    until("it is killed", || runtime.status(pid) == Ok(Status::Stopping)).await;
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(runtime.info(pid).unwrap().ending, Some(ExitReason::Killed));
    let refused = runtime.suspend(pid, Authority::Ordinary);
    assert_eq!(refused, Err(TouchError::Stopping { pid }));
    assert_eq!(stopped.await, Ok(Ok(())));
    loop {
        match events.next().await {
            Some(Heard::Event(Event::Exited { pid: ended, .. })) if ended == pid => break,
            Some(Heard::Event(event)) => {
                assert!(!matches!(event, Event::KillPending { .. }), "{event:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(log.has("slow ends killed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_of_a_template_that_does_not_yield_keeps_no_other_alive() {
    let runtime = runtime();
    let (open, gate) = std::sync::mpsc::sync_channel::<()>(1);
    let gate = std::sync::Arc::new(std::sync::Mutex::new(gate));
    let child = ChildSpec::task_with("deaf", move |starter| {
        let (gate, is_stuck) = (std::sync::Arc::clone(&gate), starter.args() == &json!("stuck"));
        starter.task().trap_exits().spawn_with(move |mut cx| async move {
            // Told to stop, one holds its thread until the test opens it, and the other goes on.
            cx.next().await;
            if is_stuck {
                let _opened = gate.lock().expect("nobody panics with it").recv();
            }
            std::future::pending::<Result<(), ExitReason>>().await
        })
    });
    let child = child.shutdown(Shutdown::Timeout(Duration::from_millis(1)));
    let spec = SupervisorSpec::new(Strategy::SimpleOneForOne).child(child);
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let mut events = runtime.events();
    let stuck = supervisor.start_child_with(json!("stuck")).await.unwrap().unwrap();
    let deaf = supervisor.start_child_with(json!("deaf")).await.unwrap().unwrap();
    // Both listen before they are told.
    let waits = |pid| runtime.info(pid).is_ok_and(|info| has_polled(&info));
    until("both wait", || waits(stuck) && waits(deaf)).await;
    let (inside, pid) = (runtime.clone(), supervisor.pid());
    let stops = runtime.spawn_task("stops", async move {
        inside.stop_in_order(pid, ExitReason::Shutdown, SOON * 12, Authority::Ordinary).await
    });
    let mut is_gone = false;
    let pending = Event::KillPending { supervisor: pid, pid: stuck };
    loop {
        match events.next().await {
            Some(Heard::Event(Event::Exited { pid, .. })) if pid == deaf => is_gone = true,
            Some(Heard::Event(event)) if event == pending => break,
            other => assert!(other.is_some()),
        }
    }
    assert!(is_gone, "the other one is waited for the stuck one");
    open.send(()).unwrap();
    let ended = stops.unwrap().await.unwrap().unwrap();
    assert!(matches!(ended, Ending::Ended { .. }), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_waits_for_a_killed_child_that_does_not_yield_and_tells_of_it_too() {
    let runtime = runtime();
    let (child, open) = stuck();
    let spec = SupervisorSpec::new(Strategy::SimpleOneForOne).child(child);
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let pid = supervisor.start_child_with(json!(null)).await.unwrap().unwrap();
    until_running(&runtime, pid).await;
    let mut events = runtime.events();
    let (inside, supervisor) = (runtime.clone(), supervisor.pid());
    let stop = async move {
        let told = ExitReason::Shutdown;
        inside.stop_in_order(supervisor, told, SOON, Authority::Ordinary).await
    };
    let stopped = runtime.spawn_task("stopper", stop).unwrap();
    while events.next().await.unwrap() != Heard::Event(Event::KillPending { supervisor, pid }) {}
    open.send(()).unwrap();
    let ended = Ending::Ended { pid: supervisor, reason: ExitReason::Shutdown };
    assert_eq!(stopped.await, Ok(Ok(ended)));
}
