//! Runs scripts with our own processes, on one thread and with the clock paused.

mod log;

mod tree;

mod worker;

mod step;

use std::time::Duration;

use arsenal_process::{ChildSpec, Runtime, RuntimeConfig, StartError, SupervisorError};
use tokio::runtime::Builder;
use tokio::time::sleep;

use self::log::Log;
use self::step::Stage;
use crate::script::{STUCK_MS, Script, Sup};

/// The log of the script, in the peer's words.
pub(crate) fn run(script: &Script) -> Vec<String> {
    let tokio = Builder::new_current_thread().enable_time().start_paused(true).build();
    tokio.expect("a Tokio runtime can be built").block_on(drive(script))
}

async fn drive(script: &Script) -> Vec<String> {
    // A script makes some hundreds of events.
    let config = RuntimeConfig { events_max: 1 << 14, ..RuntimeConfig::default() };
    let runtime = Runtime::start(config).expect("this is inside of Tokio");
    let log = Log::new(runtime.events());
    log.write(format!("reply root {}", start_root(&runtime, &script.root, &log).await));
    quiesce(&log).await;
    let stage = Stage::new(runtime.clone(), log.clone());
    for (n, step) in script.steps.iter().enumerate() {
        log.write(format!("step {}", n + 1));
        stage.run(step).await;
        quiesce(&log).await;
    }
    log.write("stop");
    let top = runtime.root().expect("the runtime has a root until it ends");
    match top.terminate_child(TREE).await {
        Ok(()) | Err(SupervisorError::NotFound { .. }) => {}
        Err(error) => panic!("the tree was not stopped: {error}"),
    }
    quiesce(&log).await;
    log.take()
}

/// The id of the script's root below the runtime's own.
const TREE: &str = "tree";

async fn start_root(runtime: &Runtime, root: &Sup, log: &Log) -> &'static str {
    let (root, log) = (root.clone(), log.clone());
    let tree = ChildSpec::supervisor_with(TREE, move |starter| {
        log.expect_supervisor("");
        starter.supervisor(tree::supervisor("", &root, &log))
    });
    let top = runtime.root().expect("the runtime has just started");
    match top.start_child(tree.restart(arsenal_process::Restart::Temporary)).await {
        Ok(Some(_pid)) => "ok",
        Err(SupervisorError::Start(StartError::Spec(_))) => "error:bad_specification",
        Err(SupervisorError::Start(_)) => "error:start_failed",
        other => panic!("a supervisor starts or does not: {other:?}"),
    }
}

/// Waits until nothing moves: the paused clock goes on only when every task is idle, and by more
/// than a stuck child is waited for.
async fn quiesce(log: &Log) {
    loop {
        let before = log.len();
        sleep(Duration::from_millis((STUCK_MS + 1).into())).await;
        if log.len() == before {
            return;
        }
    }
}
