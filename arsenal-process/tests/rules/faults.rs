//! Faults in the code of a service: each ends its own process and leaves nothing behind.

use arsenal_process::{Authority, Ending, ExitReason, Runtime, StartError, TaskContext};

use crate::probe::{Log, SOON, args, probe, runtime};

/// A message that cannot even be dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("boom");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_panic_when_they_are_dropped_hold_up_nobodys_end() {
    let (runtime, log) = (runtime(), Log::default());
    let watcher = probe(&runtime, args("watcher", &log)).await;
    let start = runtime.server::<crate::probe::Probe>(args("p", &log));
    let server = start.name("p".parse().unwrap()).start().await.unwrap();
    watcher.cast(crate::probe::Do::Monitor(server.pid())).unwrap();
    crate::probe::settle(&watcher).await;
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    for _ in 0..3 {
        server.info(Bomb).unwrap();
    }
    let ending = runtime.kill(server.pid(), SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(ending, Ending::Ended { pid: server.pid(), reason: ExitReason::Killed });
    crate::probe::settle(&watcher).await;
    assert!(log.has("watcher hears down killed"));
    assert_eq!(runtime.names(), []);
    assert_eq!(runtime.n_processes(), 2, "the root and the watcher");
}

#[tokio::test(start_paused = true)]
async fn messages_that_were_fetched_already_are_dropped_as_safely() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    server.cast(crate::probe::failure()).unwrap();
    for _ in 0..3 {
        server.info(Bomb).unwrap();
    }
    assert_eq!(server.ended().await, ExitReason::custom("broken"));
    assert_eq!(runtime.n_processes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_task_whose_making_panics_ends_like_one_whose_running_does() {
    let runtime = runtime();
    let start = |runtime: &Runtime| runtime.task().name("t".parse().unwrap());
    let task = start(&runtime).spawn_with(|_cx: TaskContext| -> std::future::Ready<_> {
        if true {
            panic!("no future");
        }
        std::future::ready(Ok(()))
    });
    let ended = task.unwrap().await;
    assert!(matches!(&ended, Err(ExitReason::Panic { message, .. }) if message == "no future"));
    assert_eq!(runtime.n_processes(), 1);
    let again: Result<_, StartError> = start(&runtime).spawn(async {});
    assert_eq!(again.unwrap().await, Ok(()), "the name is free");
}
