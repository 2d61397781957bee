//! Rules 7, 8 and 9: links, monitors, names.

use arsenal_process::{ExitReason, Info, Pid, ProcessName, RegisterError, StartError};

use crate::probe::{Do, Log, Probe, args, failure, probe, runtime, settle, trapping, until};

#[tokio::test(start_paused = true)]
async fn an_abnormal_end_takes_linked_processes_along_and_a_normal_one_does_not() {
    let cases = [
        (ExitReason::Normal, false),
        (ExitReason::Shutdown, true),
        (ExitReason::custom("broken"), true),
    ];
    for (reason, dies) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let one = probe(&runtime, args("one", &log)).await;
        let start = runtime.server::<Probe>(args("two", &log)).link(one.pid());
        let two = start.start().await.unwrap();
        let trapper = probe(&runtime, trapping("trapper", &log)).await;
        runtime.link(trapper.pid(), one.pid()).unwrap();
        one.cast(Do::Exit(reason.clone())).unwrap();
        one.ended().await;
        settle(&trapper).await;
        assert!(log.has(&format!("trapper hears exit {reason}")), "{reason}");
        if dies {
            assert_eq!(two.ended().await, reason);
        } else {
            settle(&two).await;
            assert!(two.is_alive());
            assert_eq!(runtime.info(two.pid()).unwrap().links, []);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn links_are_seen_from_both_ends_and_taken_away_from_both() {
    let (runtime, log) = (runtime(), Log::default());
    let one = probe(&runtime, args("one", &log)).await;
    let mut handles = Vec::new();
    for _ in 0..20 {
        let start = runtime.task().link(one.pid());
        handles.push(start.spawn(std::future::pending::<()>()).unwrap());
    }
    let pids: Vec<Pid> = handles.iter().map(arsenal_process::TaskHandle::pid).collect();
    assert_eq!(runtime.info(one.pid()).unwrap().links, pids);
    assert_eq!(runtime.info(pids[3]).unwrap().links, [one.pid()]);
    one.cast(failure()).unwrap();
    for handle in handles {
        assert_eq!(handle.await, Err(ExitReason::custom("broken")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_to_what_has_ended_starts_nothing() {
    let (runtime, log) = (runtime(), Log::default());
    let one = probe(&runtime, args("one", &log)).await;
    one.cast(failure()).unwrap();
    one.ended().await;
    let n_before = runtime.n_processes();
    let refused = runtime.server::<Probe>(args("two", &log)).link(one.pid()).start().await;
    assert_eq!(refused.unwrap_err(), StartError::NoLink { pid: one.pid() });
    assert_eq!(runtime.n_processes(), n_before);
}

#[tokio::test(start_paused = true)]
async fn a_monitor_answers_once_and_at_once_where_there_is_no_process() {
    let (runtime, log) = (runtime(), Log::default());
    let watcher = probe(&runtime, args("watcher", &log)).await;
    let watched = probe(&runtime, args("watched", &log)).await;
    watcher.cast(Do::Monitor(watched.pid())).unwrap();
    settle(&watcher).await;
    assert_eq!(runtime.info(watched.pid()).unwrap().monitored_by, [watcher.pid()]);
    watched.cast(failure()).unwrap();
    watched.ended().await;
    settle(&watcher).await;
    assert!(log.has("watcher hears down \"broken\""));
    log.take();
    let cases = [
        (watched.pid(), "watcher hears down no_proc"),
        (Pid::new(watched.pid().node(), 999, 0), "watcher hears down no_proc"),
        (Pid::new(watched.pid().node() + 1_000, 1, 0), "watcher hears down no_connection"),
    ];
    for (pid, line) in cases {
        watcher.cast(Do::Monitor(pid)).unwrap();
        settle(&watcher).await;
        settle(&watcher).await;
        assert_eq!(log.take(), [line]);
    }
    assert_eq!(runtime.info(watcher.pid()).unwrap().monitors, []);
}

#[tokio::test(start_paused = true)]
async fn a_monitor_is_removed_with_the_message_that_it_has_sent() {
    let (runtime, log) = (runtime(), Log::default());
    let heard = log.clone();
    let watched = probe(&runtime, args("watched", &log)).await;
    let pid = watched.pid();
    let (go, went) = tokio::sync::oneshot::channel::<()>();
    let task = runtime.task().spawn_with(move |mut cx| async move {
        let monitor = cx.monitor(pid);
        went.await.ok();
        cx.demonitor(monitor);
        let second = cx.monitor(pid);
        let Info::Down { monitor, reason } = cx.next().await else { panic!("not a down") };
        heard.add(format!("{} {reason}", monitor == second));
        Ok(())
    });
    let task = task.unwrap();
    until("the monitor", || !runtime.info(pid).unwrap().monitored_by.is_empty()).await;
    watched.cast(failure()).unwrap();
    watched.ended().await;
    go.send(()).unwrap();
    task.await.unwrap();
    assert!(log.has("true no_proc"), "the first down message was flushed");
}

#[tokio::test(start_paused = true)]
async fn what_wanted_a_taken_name_does_not_linger() {
    let (runtime, log) = (runtime(), Log::default());
    let name: ProcessName = "ledger".parse().unwrap();
    let holder = runtime.server::<Probe>(args("one", &log)).name(name.clone()).start().await;
    let holder = holder.unwrap();
    let n_before = runtime.n_processes();
    let refused = runtime.server::<Probe>(args("two", &log)).name(name.clone()).start().await;
    let taken = StartError::NameTaken { name: name.clone(), holder: holder.pid() };
    assert_eq!(refused.unwrap_err(), taken);
    assert_eq!((runtime.n_processes(), log.take().len()), (n_before, 1));
    assert_eq!(runtime.whereis(&name), Some(holder.pid()));

    let other = probe(&runtime, args("three", &log)).await;
    let holder_pid = holder.pid();
    let refused = runtime.register(&name, other.pid());
    assert_eq!(refused, Err(RegisterError::Taken { name: name.clone(), holder: holder_pid }));
    assert!(runtime.unregister(&name));
    assert!(!runtime.unregister(&name));
    runtime.register(&name, other.pid()).unwrap();
    assert_eq!(runtime.resolve(&name).unwrap(), other.pid());
    other.cast(failure()).unwrap();
    other.ended().await;
    assert_eq!(runtime.names(), []);
}

#[tokio::test(start_paused = true)]
async fn pids_are_never_reused_and_name_their_node() {
    let (runtime, other) = (runtime(), runtime());
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let task = runtime.task().spawn(async {}).unwrap();
        assert!(seen.insert(task.pid()));
        assert_eq!(task.pid().node(), runtime.node());
        assert!(other.info(task.pid()).is_err(), "a pid of another runtime is not found here");
        task.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_takes_anothers_monitor_away() {
    let (runtime, log) = (runtime(), Log::default());
    let watched = probe(&runtime, args("watched", &log)).await;
    let watcher = probe(&runtime, args("watcher", &log)).await;
    let monitor = runtime.monitor(watcher.pid(), watched.pid()).unwrap();
    let stranger = runtime.task().spawn_with(move |mut cx| async move {
        cx.demonitor(monitor);
        Ok(())
    });
    stranger.unwrap().await.unwrap();
    assert_eq!(runtime.info(watched.pid()).unwrap().monitored_by, [watcher.pid()]);
    watched.cast(failure()).unwrap();
    watched.ended().await;
    settle(&watcher).await;
    assert!(log.has(&format!("watcher hears down {}", ExitReason::custom("broken"))));
    assert_eq!(runtime.info(watcher.pid()).unwrap().monitors, []);
}
