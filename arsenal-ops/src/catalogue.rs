//! What the operations on processes need of a program, and the one function that adds it.

use std::time::Duration;

use arsenal::{Builder, EventSource};
use arsenal_process::{
    Backoff, ChildSpec, Runtime, StartError, Strategy, SupervisorError, SupervisorSpec,
};
use tokio::sync::broadcast;

use crate::analytics::{Analytics, AnalyticsConfig};
use crate::entry_point::EntryPoints;
use crate::process::{Post, Rates, Watch, name_of, relay};
use crate::sandbox::Sandboxes;
use crate::system::LogControl;
use crate::tracing::Traces;

/// How many events wait for a slow reader.
const EVENTS_MAX: usize = 1024;

/// The supervisor of what callers start without naming another: nobody ends it, and everybody who
/// may start something starts it there.
pub(crate) const STARTED: &str = "started";

/// The state of the operations on processes and supervisors.
#[derive(Debug)]
pub struct Catalogue {
    pub(crate) runtime: Runtime,
    pub(crate) entry_points: EntryPoints,
    pub(crate) rates: Rates,
}

/// Why a program has no catalogue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// Its own processes did not start: it was called twice for one runtime, or the runtime is
    /// shutting down.
    #[error("the catalogue's own processes did not start")]
    Processes(#[from] SupervisorError),
}

/// Gives the operations on processes what they need: the runtime, the entry points, and the
/// stream `processes` of events; to those on the system its analytics, which are started, and
/// their gauges and events; and an empty set of traces and of sandboxes. The catalogue's own
/// processes run under the supervisors `arsenal`, `analytics` and `sandboxes`, children of the
/// root; what callers start without naming a supervisor runs under a fourth, `started`.
///
/// A program whose builder has an [`AnalyticsConfig`] as state is sampled and judged by it. One
/// with a log filter of its own hands over its [`LogControl`] after this. What it is configured to
/// start is not started here: [`Startup::start`](crate::startup::Startup::start) does that.
///
/// # Errors
///
/// [`CatalogueError`].
///
/// # Cancel safety
///
/// Dropping this future may leave the catalogue's own processes running.
pub async fn catalogue(
    builder: Builder,
    runtime: &Runtime,
    entry_points: EntryPoints,
) -> Result<Builder, CatalogueError> {
    let (sender, _) = broadcast::channel(EVENTS_MAX);
    let own = own_processes(&sender);
    let root = runtime.root().map_err(|_| SupervisorError::Start(StartError::ShuttingDown))?;
    root.start_child(ChildSpec::supervisor_with("arsenal", move |starter| {
        starter.supervisor(own.clone()).name(name_of("arsenal")).protected()
    }))
    .await?;
    root.start_child(ChildSpec::supervisor_with(STARTED, |starter| {
        starter.supervisor(patient()).name(name_of(STARTED)).protected()
    }))
    .await?;
    let state = Catalogue {
        runtime: runtime.clone(),
        entry_points: entry_points.clone(),
        rates: Rates::default(),
    };
    let config = builder.get_state::<AnalyticsConfig>().cloned().unwrap_or_default();
    let analytics = Analytics::new(runtime, config);
    analytics.start().await?;
    let sandboxes = Sandboxes::start(runtime, entry_points.clone()).await?;
    let builder = analytics
        .install(builder)
        .state(Traces::new(runtime))
        .state(sandboxes)
        .state(LogControl::absent());
    Ok(builder.state(state).state(runtime.clone()).state(entry_points).events(EventSource {
        name: "processes",
        doc: "What happens to processes, and the ends of those that callers monitor.",
        sender,
    }))
}

/// A supervisor that bears whatever is started by name: each child that fails again and again is
/// paused for longer each time, so that no one of them can use up the intensity, and the root's
/// with it.
pub(crate) fn patient() -> SupervisorSpec {
    SupervisorSpec::new(Strategy::OneForOne)
        .intensity(1000, Duration::from_secs(10))
        .backoff(Backoff { first: Duration::from_millis(100), max: Duration::from_secs(30) })
}

fn own_processes(sender: &broadcast::Sender<arsenal::Event>) -> SupervisorSpec {
    let (post, to_relay) = (Post::new(sender.clone()), sender.clone());
    SupervisorSpec::new(Strategy::OneForOne)
        .intensity(10, Duration::from_secs(10))
        .child(ChildSpec::server_with::<Watch>("watch", move |starter| {
            starter.server(post.clone()).name(name_of(Watch::NAME)).protected()
        }))
        .child(ChildSpec::task_with("events", move |starter| {
            let sender = to_relay.clone();
            let start = starter.task().name(name_of("arsenal_events")).protected();
            start.spawn_with(|cx| relay(cx, sender))
        }))
}
