//! The demonstration: a small shop's order pipeline that shows life from its first minute on.
//!
//! Orders come in, each is worked on by a process of its own, payments crash now and then, the
//! store is slower than what comes in, and the books are kept by three processes that stand on
//! each other. It is an example of how the crates are used; nothing in it is real.

mod books;

#[cfg(test)]
mod hammer;

mod intake;

mod payments;

mod store;

mod workers;

use arsenal_ops::entry_point::{EntryPoints, EntryPointsError};
use arsenal_ops::startup::{Startup, StartupError};
use arsenal_process::{NoProcess, Pid, ProcessName, Runtime};

/// The supervisor of the whole demonstration.
const TOP: &str = "demo";

/// What is started: the entry points of the files beside this one, each with its arguments.
///
/// The children come in the order in which they need each other; the intake, which sets it all
/// going, is the last to start and the first to stop. Payments and books crash by design, and their
/// supervisor must not give up for that.
const STARTUP: &str = include_str!("demo/startup.json");

/// Why the demonstration was not started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// Its configuration is not sound.
    #[error("its configuration is not sound")]
    Configuration(#[from] serde_json::Error),
    /// The entry points contradict each other.
    #[error("the entry points contradict each other")]
    EntryPoints(#[from] EntryPointsError),
    /// It has ended again, or the runtime is shutting down.
    #[error("its supervisor is not there")]
    Gone(#[from] NoProcess),
    /// It runs already, or a part of it did not start.
    #[error("it did not start")]
    NotStarted(#[from] StartupError),
}

/// Starts the demonstration as what is configured, and gives its supervisor.
///
/// # Errors
///
/// [`DemoError`]; `NotStarted` the second time.
///
/// # Cancel safety
///
/// Dropping this future drops the answer; the demonstration is started.
pub(crate) async fn start(runtime: &Runtime) -> Result<Pid, DemoError> {
    let startup: Startup = serde_json::from_str(STARTUP)?;
    let entry_points = EntryPoints::linked().build()?;
    startup.start(runtime, &entry_points).await?;
    Ok(runtime.resolve(name_of(TOP))?)
}

/// A name of the demonstration's own.
fn name_of(name: &str) -> ProcessName {
    ProcessName::try_from(name).expect("the demonstration's own names are names")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use std::time::Duration;

    use arsenal_process::{Event, Heard, RuntimeConfig, SupervisorError};
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_minute_shows_crashes_restarts_and_a_growing_queue() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        let mut events = runtime.events();
        start(&runtime).await.unwrap();
        let again = start(&runtime).await.unwrap_err();
        let exists =
            |source: &SupervisorError| matches!(source, SupervisorError::AlreadyStarted { .. });
        assert!(
            matches!(&again, DemoError::NotStarted(StartupError::NotStarted(source))
                if exists(source)),
            "{again:?}"
        );

        let mut restarts: BTreeMap<String, u32> = BTreeMap::new();
        let minute = async {
            while let Some(heard) = events.next().await {
                match heard {
                    Heard::Event(Event::Restarted { child_id, .. }) => {
                        *restarts.entry(child_id.to_string()).or_default() += 1;
                    }
                    Heard::Event(_) => {}
                    Heard::Missed(n) => panic!("{n} events were missed"),
                }
            }
        };
        assert!(timeout(Duration::from_secs(60), minute).await.is_err(), "it goes on");
        let payments = restarts.get("payments").copied().unwrap_or_default();
        assert!((8..=14).contains(&payments), "{restarts:?}");
        assert_eq!(restarts.get("ledger"), restarts.get("reporter"), "rest for one: {restarts:?}");
        assert!(restarts.contains_key("ledger"), "{restarts:?}");

        let store = runtime.info(name_of(store::STORE)).unwrap();
        let waiting = store.mailbox_length.known().unwrap();
        assert!((50..=150).contains(&waiting), "{waiting} orders wait");
        let top = runtime.find_supervisor(name_of(TOP)).unwrap();
        let children = top.which_children().await.unwrap();
        let store = children.iter().find(|child| &*child.id == "store").unwrap();
        assert_eq!(store.entry_point.as_deref(), Some("demo_store"), "it is started by name");
        assert_eq!(store.args["room"], 2000);
        let workers = runtime.find_supervisor(name_of(workers::WORKERS)).unwrap();
        let alive = workers.count_children().await.unwrap().active;
        assert!(alive < 10, "{alive} workers");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_left_after_the_shutdown() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        start(&runtime).await.unwrap();
        tokio::time::advance(Duration::from_secs(10)).await;
        let report = runtime.shutdown(Duration::from_secs(30)).await.unwrap();
        assert_eq!((report.killed, report.still_running), (vec![], vec![]));
        assert_eq!(runtime.n_processes(), 0);
    }
}
