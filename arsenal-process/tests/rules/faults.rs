//! Faults in the code of a service: each ends its own process and leaves nothing behind.

use arsenal_process::{Authority, Ending, ExitReason};

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
