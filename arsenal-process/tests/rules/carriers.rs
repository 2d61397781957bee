//! The tasks of Tokio's that processes run in: one after the other, and no more than are needed.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use arsenal_process::{
    ChildSpec, ExitReason, Runtime, RuntimeConfig, Strategy, SupervisorSpec, busy_wait,
};
use tokio::runtime::{Builder, Handle};
use tokio::task::{Id, try_id};
use tokio::time::{advance, timeout};
use tracing::{Dispatch, Metadata, Subscriber, span};

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
    assert!(first.is_some(), "it runs in a task");
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
    assert_eq!(n_tasks(), n_before + 3);
    runtime.shutdown(SOON).await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(n_tasks(), n_before + 1, "the one that looks after them");
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

/// A subscriber that panics where a process is entered, or left.
#[derive(Clone, Default)]
struct Breaks {
    where_left: bool,
    n_times: Arc<AtomicUsize>,
}

impl Breaks {
    fn maybe(&self, left: bool) {
        if self.where_left == left {
            self.n_times.fetch_add(1, Ordering::Relaxed);
            panic!("the subscriber breaks");
        }
    }
}

impl Subscriber for Breaks {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, _event: &tracing::Event<'_>) {}

    fn enter(&self, _span: &span::Id) {
        self.maybe(false);
    }

    fn exit(&self, _span: &span::Id) {
        self.maybe(true);
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_panics_ends_nobody_and_leaves_no_task_behind() {
    for where_left in [false, true] {
        let n_before = n_tasks();
        let (runtime, log) = (runtime(), Log::default());
        let supervisor = runtime.supervisor(SupervisorSpec::new(Strategy::OneForOne)).start();
        let supervisor = supervisor.await.unwrap();
        let breaks = Breaks { where_left, ..Breaks::default() };
        // Where there is but one, `tracing` asks whichever thread is first whether it listens.
        let _another = Dispatch::new(breaks.clone());
        let listens = tracing::subscriber::set_default(breaks.clone());
        for id in ["one", "two", "three"] {
            let log = log.clone();
            let child = ChildSpec::server::<Probe>(id, move || args(id, &log));
            supervisor.start_child(child).await.unwrap();
        }
        crash(&runtime, &supervisor, "one", failure()).await;
        supervisor.which_children().await.unwrap();
        drop(listens);
        assert_ne!(breaks.n_times.load(Ordering::Relaxed), 0);
        let heard = ["one starts", "two starts", "three starts", "one ends custom", "one starts"];
        assert_eq!(log.take(), heard);
        runtime.shutdown(SOON).await.unwrap();
        advance(ROUND).await;
        tokio::task::yield_now().await;
        assert_eq!(n_tasks(), n_before);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a thread that hangs here is left behind")]
fn workers_that_wait_busily_keep_their_timers_however_long_they_are_told_to_wait() {
    for wait in [Duration::ZERO, Duration::from_micros(50), Duration::MAX] {
        let (tell, told) = sync_channel(1);
        thread::spawn(move || {
            let mut builder = Builder::new_multi_thread();
            let tokio = busy_wait(&mut builder, wait).worker_threads(2).enable_all().build();
            let answer = tokio.unwrap().block_on(async {
                let (runtime, log) = (runtime(), Log::default());
                let server = probe(&runtime, args("p", &log)).await;
                let refused = server.call(Ask::Keep, Duration::from_millis(1)).await;
                assert!(refused.is_err(), "nobody answers");
                server.call(Ask::Echo(7.into()), SOON).await
            });
            tell.send(answer).unwrap();
        });
        let answer = told.recv_timeout(Duration::from_secs(60)).expect("its workers do not sleep");
        assert_eq!(answer, Ok(7.into()), "{wait:?}");
    }
}
