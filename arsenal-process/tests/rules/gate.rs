//! Rule 11: the gate of suspend and resume, and what opens it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{self, Poll, Waker};
use std::time::Duration;

use arsenal_process::{
    Authority, CallError, ChildSpec, Ending, ExitReason, Gated, Shutdown, Status, Strategy,
    SupervisorSpec, TouchError,
};
use serde_json::json;
use tokio::time::timeout;

use crate::probe::{
    Ask, Do, Log, SOON, args, has_polled, pid_of, probe, runtime, settle, trapping, until,
};

#[tokio::test(start_paused = true)]
async fn a_suspended_process_is_not_polled_and_its_mailbox_fills() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    let polls = runtime.info(server.pid()).unwrap().polls;
    for n in 0..5 {
        server.cast(Do::Note(n.to_string())).unwrap();
    }
    let refused = server.call(Ask::Echo(json!(1)), Duration::from_secs(1)).await;
    assert!(matches!(refused, Err(CallError::TimedOut { .. })), "{refused:?}");
    let info = runtime.info(server.pid()).unwrap();
    assert_eq!((info.status, info.polls), (Status::Suspended, polls));
    assert_eq!(info.mailbox_length.known(), Some(6));
    runtime.resume(server.pid()).unwrap();
    settle(&server).await;
    assert!(log.has("4"));
    assert_eq!(runtime.info(server.pid()).unwrap().mailbox_length.known(), Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_suspend_says_whether_it_changed_anything_and_so_does_a_resume() {
    let (runtime, log) = (runtime(), Log::default());
    let pid = probe(&runtime, args("p", &log)).await.pid();
    for changed in [true, false] {
        let gated = runtime.suspend(pid, Authority::Ordinary);
        assert_eq!(gated, Ok(Gated { pid, changed }));
    }
    for changed in [true, false] {
        assert_eq!(runtime.resume(pid), Ok(Gated { pid, changed }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_clean_up_is_not_suspended_halfway() {
    let (runtime, log) = (runtime(), Log::default());
    let slow = |log: &Log| crate::probe::ProbeArgs {
        terminate_takes: Duration::from_secs(3),
        ..trapping("slow", log)
    };
    let stopped = probe(&runtime, slow(&log)).await;
    let failed = probe(&runtime, slow(&log)).await;
    let (asked, pid) = (runtime.clone(), stopped.pid());
    let stop = runtime.task().spawn(async move {
        let (reason, wait) = (ExitReason::Shutdown, SOON);
        asked.stop_in_order(pid, reason, wait, Authority::Ordinary).await
    });
    failed.cast(crate::probe::failure()).unwrap();
    let stopping = |pid| matches!(runtime.status(pid), Ok(Status::Stopping));
    until("both clean-ups", || stopping(pid) && stopping(failed.pid())).await;
    for pid in [pid, failed.pid()] {
        let refused = runtime.suspend(pid, Authority::Forced);
        assert_eq!(refused, Err(TouchError::Stopping { pid }));
    }
    let ending = stop.unwrap().await.unwrap().unwrap();
    assert_eq!(ending, Ending::Ended { pid, reason: ExitReason::Shutdown });
    assert_eq!(failed.ended().await, ExitReason::custom("broken"));
}

#[tokio::test(start_paused = true)]
async fn a_suspended_task_that_traps_exits_cleans_up_when_its_supervisor_stops_it() {
    let (runtime, log) = (runtime(), Log::default());
    let of_task = log.clone();
    let child = ChildSpec::task_with("t", move |starter| {
        let log = of_task.clone();
        starter.task().trap_exits().spawn_with(|mut cx| async move {
            log.add(format!("t hears {:?}", cx.next().await));
            log.add(format!("t hears {:?}", cx.next().await));
            Ok(())
        })
    });
    let child = child.shutdown(Shutdown::Infinity);
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child);
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let pid = pid_of(&supervisor, "t").await.unwrap();
    runtime.suspend(pid, Authority::Ordinary).unwrap();
    // What anybody else sends it waits behind the gate.
    runtime.exit(pid, ExitReason::custom("please")).unwrap();
    settle(&probe(&runtime, args("p", &Log::default())).await).await;
    assert_eq!((runtime.status(pid), log.count()), (Ok(Status::Suspended), 0));
    let stopped = timeout(SOON, supervisor.terminate_child("t")).await;
    assert_eq!(stopped.expect("its gate opens"), Ok(()));
    let heard = log.take();
    assert!(heard[0].contains("please") && heard[1].contains("Shutdown"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_a_suspended_task_has_it_polled_whatever_it_waits_for() {
    let runtime = runtime();
    let (tell, told) = tokio::sync::watch::channel(());
    let child = ChildSpec::task_with("t", move |starter| {
        let mut told = told.clone();
        starter.task().trap_exits().spawn_with(|mut cx| async move {
            // It has looked for a message once, and waits for something else.
            let nobody = || task::Context::from_waker(Waker::noop());
            let looked = poll_fn(|_| Poll::Ready(pin!(cx.next()).poll(&mut nobody()).is_pending()));
            assert!(looked.await);
            told.changed().await?;
            cx.next().await;
            Ok(())
        })
    });
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child.shutdown(Shutdown::Infinity));
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let pid = pid_of(&supervisor, "t").await.unwrap();
    until("it waits", || runtime.info(pid).is_ok_and(|info| has_polled(&info))).await;
    runtime.suspend(pid, Authority::Ordinary).unwrap();
    // The gate keeps this from it.
    tell.send(()).unwrap();
    settle(&probe(&runtime, args("p", &Log::default())).await).await;
    let stopped = timeout(SOON, supervisor.terminate_child("t")).await;
    assert_eq!(stopped.expect("it is polled"), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_suspended_process_can_be_killed() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, trapping("p", &log)).await;
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    let ending = runtime.kill(server.pid(), SOON, Authority::Ordinary).await.unwrap();
    assert!(matches!(ending, Ending::Ended { reason: ExitReason::Killed, .. }));
}
