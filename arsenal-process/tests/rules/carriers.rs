//! The tasks of Tokio's that processes run in: one after the other, and no more than are needed.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use arsenal_process::{
    ChildSpec, ExitReason, Runtime, RuntimeConfig, Strategy, SupervisorSpec, busy_wait,
};
use tokio::runtime::{Builder, Handle};
use tokio::task::{Id, try_id};
use tokio::time::{advance, timeout};

use crate::probe::{
    Ask, Log, Probe, ProbeArgs, SOON, args, crash, failure, pid_of, probe, runtime,
};

/// A node looks at its tasks once in this time.
const ROUND: Duration = Duration::from_secs(1);

fn n_tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

async fn id_of_next(runtime: &Runtime) -> Option<Id> {
    let task = runtime.task().spawn(async { try_id() }).expect("it starts");
    task.await.expect("it ends")
}

#[tokio::test(start_paused = true)]
async fn processes_that_follow_each_other_run_in_one_task() {
    let runtime = runtime();
    let first = id_of_next(&runtime).await;
    for _ in 0..10 {
        assert_eq!(id_of_next(&runtime).await, first);
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_end_when_no_process_needs_them_and_stay_while_one_does() {
    let runtime = runtime();
    let n_before = n_tasks();
    let many: Vec<_> = (0..200).map(|_| runtime.task().spawn(async {}).unwrap()).collect();
    for one in many {
        one.await.unwrap();
    }
    let n_spared = n_tasks() - n_before;
    assert!((1..=64).contains(&n_spared), "{n_spared} tasks are spared");
    let needed = id_of_next(&runtime).await;
    for _ in 0..3 {
        advance(ROUND).await;
        assert_eq!(id_of_next(&runtime).await, needed);
    }
    assert_eq!(n_tasks(), n_before + 1);
    for _ in 0..3 {
        advance(ROUND).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(n_tasks(), n_before);
}

#[tokio::test(start_paused = true)]
async fn no_task_is_left_behind_by_a_shutdown() {
    let n_before = n_tasks();
    let runtime = runtime();
    id_of_next(&runtime).await;
    runtime.shutdown(SOON).await.unwrap();
    advance(ROUND).await;
    tokio::task::yield_now().await;
    assert_eq!(n_tasks(), n_before);
}

#[tokio::test(start_paused = true)]
async fn who_wakes_a_process_that_has_ended_does_the_next_one_no_harm() {
    let (runtime, log) = (runtime(), Log::default());
    let kept = Arc::new(Mutex::new(None));
    let keeps = Arc::clone(&kept);
    let keeping = poll_fn(move |cx| {
        *keeps.lock().unwrap() = Some(cx.waker().clone());
        Poll::Ready(())
    });
    runtime.task().spawn(keeping).unwrap().await.unwrap();
    let stale = kept.lock().unwrap().take().unwrap();
    // To the task while it carries nothing, and while it carries another.
    stale.wake_by_ref();
    tokio::task::yield_now().await;
    let next = probe(&runtime, args("next", &log)).await;
    stale.wake();
    assert_eq!(next.call(Ask::Echo(7.into()), SOON).await, Ok(7.into()));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_begins_in_anothers_task_goes_on_when_its_start_need_not_wait_any_more() {
    let (runtime, log) = (runtime(), Log::default());
    let slow = log.clone();
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(ChildSpec::server::<Probe>(
        "slow",
        move || ProbeArgs { init_takes: Duration::from_secs(60), ..args("slow", &slow) },
    ));
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    crash(&runtime, &supervisor, "slow", failure()).await;
    // The supervisor answers once the child is ready again.
    let pid = pid_of(&supervisor, "slow").await.expect("it runs");
    let again = runtime.process::<Probe>(pid).unwrap();
    assert_eq!(again.call(Ask::Echo(7.into()), SOON).await, Ok(7.into()));
    assert_eq!(log.take(), ["slow starts", "slow ends custom", "slow starts"]);
}

#[test]
fn processes_end_with_their_tokio_also_those_that_were_never_woken() {
    let tokio = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (waiting, resting) = tokio.block_on(async {
        let (runtime, log) = (Runtime::start(RuntimeConfig::default()).unwrap(), Log::default());
        let of_child = log.clone();
        let child = ChildSpec::server::<Probe>("child", move || args("child", &of_child));
        let spec = SupervisorSpec::new(Strategy::OneForOne).child(child);
        let supervisor = runtime.supervisor(spec).start().await.unwrap();
        crash(&runtime, &supervisor, "child", failure()).await;
        let pid = pid_of(&supervisor, "child").await.expect("it runs");
        (probe(&runtime, args("waiting", &log)).await, runtime.process::<Probe>(pid).unwrap())
    });
    drop(tokio);
    let other = Builder::new_current_thread().enable_all().build().unwrap();
    for process in [waiting, resting] {
        let ended = async { timeout(SOON, process.ended()).await };
        assert_eq!(other.block_on(ended), Ok(ExitReason::Killed), "{}", process.pid());
    }
}

#[test]
fn workers_that_wait_busily_keep_their_timers_however_long_they_are_told_to_wait() {
    for wait in [Duration::ZERO, Duration::from_micros(50), Duration::MAX] {
        let mut builder = Builder::new_multi_thread();
        let tokio = busy_wait(&mut builder, wait).worker_threads(2).enable_all().build().unwrap();
        let answer = tokio.block_on(async {
            let (runtime, log) = (runtime(), Log::default());
            let server = probe(&runtime, args("p", &log)).await;
            let refused = server.call(Ask::Keep, Duration::from_millis(20)).await;
            assert!(refused.is_err(), "nobody answers");
            server.call(Ask::Echo(7.into()), SOON).await
        });
        assert_eq!(answer, Ok(7.into()), "{wait:?}");
    }
}
