//! What a runtime needs, what is its own, and what it makes of sizes without end.

use std::time::Duration;

use arsenal_process::{Runtime, RuntimeConfig, RuntimeError, TraceOptions};

use crate::probe::{Log, SOON, args, probe, runtime, settle};

#[test]
fn a_runtime_needs_tokio() {
    let refused = Runtime::start(RuntimeConfig::default()).map(drop);
    assert_eq!(refused, Err(RuntimeError::NoTokio));
}

#[tokio::test(start_paused = true)]
async fn two_runtimes_do_not_have_the_same_number_at_a_time() {
    let config = |node| RuntimeConfig { node: Some(node), ..RuntimeConfig::default() };
    let first = Runtime::start(config(4_000_000_000)).unwrap();
    let refused = Runtime::start(config(4_000_000_000)).map(drop);
    assert_eq!(refused, Err(RuntimeError::NodeTaken { number: 4_000_000_000 }));
    let unnumbered = runtime();
    let refused = Runtime::start(config(unnumbered.node())).map(drop);
    assert_eq!(refused, Err(RuntimeError::NodeTaken { number: unnumbered.node() }));
    // Whose handle alone is gone runs on.
    let number = unnumbered.node();
    drop(unnumbered);
    assert_eq!(Runtime::start(config(number)).map(drop), Err(RuntimeError::NodeTaken { number }));
    // One that has ended gives its number back, whoever still has a handle.
    first.shutdown(SOON).await.unwrap();
    assert_eq!(Runtime::start(config(4_000_000_000)).map(drop), Ok(()));
    assert_eq!(first.n_processes(), 0);
}

#[test]
fn a_runtime_needs_timers() {
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let refused = tokio.block_on(async { Runtime::start(RuntimeConfig::default()).map(drop) });
    assert_eq!(refused, Err(RuntimeError::NoTimers));
}

#[tokio::test(start_paused = true)]
async fn room_and_time_without_end_are_as_much_as_there_is() {
    let config = RuntimeConfig { events_max: usize::MAX, ..RuntimeConfig::default() };
    let runtime = Runtime::start(config).unwrap();
    let buffer = usize::MAX;
    let mut trace = runtime.trace(TraceOptions { buffer, ..TraceOptions::default() });
    let mut events = runtime.events();
    let log = Log::default();
    settle(&probe(&runtime, args("p", &log)).await).await;
    assert!(trace.next().await.is_some() && events.next().await.is_some());
    assert!(std::time::SystemTime::now() < runtime.time_of_day(Duration::MAX));
}
