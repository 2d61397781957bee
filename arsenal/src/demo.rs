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

use std::time::Duration;

use arsenal_process::{
    ChildSpec, Pid, ProcessName, Restart, Runtime, StartError, Strategy, SupervisorError,
    SupervisorSpec,
};

use books::OpenBooks;
use intake::TakeOrders;
use payments::TakePayments;
use store::KeepStore;

/// The supervisor of the whole demonstration.
const TOP: &str = "demo";

/// Starts the demonstration below the root, and gives its supervisor.
///
/// Its children come in the order in which they need each other; the intake, which sets it all
/// going, is the last to start and the first to stop.
///
/// # Errors
///
/// [`SupervisorError::AlreadyStarted`] the second time, and the others of a child's start.
///
/// # Cancel safety
///
/// Dropping this future drops the answer; the demonstration is started.
pub(crate) async fn start(runtime: &Runtime) -> Result<Pid, SupervisorError> {
    // It crashes by design, and must not give up for that.
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .intensity(1000, Duration::from_secs(60))
        .child(store::child(KeepStore::default()))
        .child(payments::child(TakePayments::default()))
        .child(books::child(OpenBooks::default()))
        .child(workers::child())
        .child(intake::child(TakeOrders::default()));
    let child = ChildSpec::supervisor_with(TOP, move |starter| {
        starter.supervisor(spec.clone()).name(name_of(TOP))
    });
    let root = runtime.root().map_err(|_gone| SupervisorError::Start(StartError::ShuttingDown))?;
    let started = root.start_child(child.restart(Restart::Temporary)).await?;
    started.ok_or(SupervisorError::Start(StartError::Ignored))
}

/// A name of the demonstration's own.
fn name_of(name: &str) -> ProcessName {
    ProcessName::try_from(name).expect("the demonstration's own names are names")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arsenal_process::{Event, Heard, RuntimeConfig};
    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_minute_shows_crashes_restarts_and_a_growing_queue() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        let mut events = runtime.events();
        start(&runtime).await.unwrap();
        let again = start(&runtime).await.unwrap_err();
        assert!(matches!(again, SupervisorError::AlreadyStarted { .. }), "{again:?}");

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
