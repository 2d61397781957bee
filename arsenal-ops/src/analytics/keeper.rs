//! The handle of the analytics, and the process that keeps them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use arsenal::{Builder, EventSource, Gauge, Reading};
use arsenal_process::{
    ChildSpec, Event, EventStream, ExitReason, Heard, Pid, Restart, Runtime, StartError, Strategy,
    SupervisorError, SupervisorSpec,
};
use tokio::sync::broadcast;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::anomaly::{Anomalies, AnomalyRule};
use super::health::{Health, Thresholds};
use super::history::{Resolution, Series};
use super::machine::{Machine, ThisMachine};
use super::metric::Metric;
use super::sample::Sample;
use super::show;
use super::statistics::Summary;
use super::store::{AnalyticsConfig, EVERY_MIN, Restarts, Store};
use super::subscription::{NoticeFilter, Subscription};

/// The name of the sampling process.
const NAME: &str = "analytics";

/// How many events a transport that lags can miss before it is told so.
const EVENTS_MAX: usize = 256;

/// A handle of the analytics; cheap to clone. It samples by itself once it was started.
#[derive(Clone)]
pub struct Analytics(Arc<Shared>);

struct Shared {
    runtime: Runtime,
    every: Duration,
    began: Instant,
    began_at: SystemTime,
    /// Held for the whole of a sample, so that samples come in order.
    machine: Mutex<Box<dyn Machine>>,
    store: Mutex<Store>,
    events: broadcast::Sender<arsenal::Event>,
}

impl Analytics {
    /// Analytics of the runtime and of the machine that it runs on.
    #[must_use]
    pub fn new(runtime: &Runtime, config: AnalyticsConfig) -> Self {
        Self::with_machine(runtime, config, ThisMachine::new())
    }

    /// Analytics that ask somebody else for the machine's figures.
    #[must_use]
    pub fn with_machine(
        runtime: &Runtime,
        mut config: AnalyticsConfig,
        machine: impl Machine,
    ) -> Self {
        config.every = config.every.max(EVERY_MIN);
        Self(Arc::new(Shared {
            runtime: runtime.clone(),
            every: config.every,
            began: Instant::now(),
            began_at: SystemTime::now(),
            machine: Mutex::new(Box::new(machine)),
            store: Mutex::new(Store::new(config)),
            events: broadcast::Sender::new(EVENTS_MAX),
        }))
    }

    /// Starts the process that samples, under a supervisor of its own below the root: if it
    /// fails for good, nothing else ends with it.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::AlreadyStarted`], and the others of a child's start.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the process is started.
    pub async fn start(&self) -> Result<Pid, SupervisorError> {
        let shared = Arc::clone(&self.0);
        let name = NAME.parse().map_err(StartError::Name).map_err(SupervisorError::Start)?;
        let sampler = ChildSpec::task_with("sampler", move |starter| {
            let (shared, events) = (Arc::clone(&shared), shared.runtime.events());
            let task = starter.task().name(Clone::clone(&name)).protected();
            task.spawn_with(|_cx| keep(shared, events))
        });
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .intensity(3, Duration::from_secs(60))
            .child(sampler);
        let child = ChildSpec::supervisor_with(NAME, move |starter| {
            starter.supervisor(spec.clone()).protected()
        });
        let child = child.restart(Restart::Temporary);
        let root = self.0.runtime.root();
        let root = root.map_err(|_gone| SupervisorError::Start(StartError::ShuttingDown))?;
        let started = root.start_child(child).await?;
        started.ok_or(SupervisorError::Start(StartError::Ignored))
    }

    /// Hands the analytics to operations, and their gauges and events to transports.
    #[must_use]
    pub fn install(&self, builder: Builder) -> Builder {
        let builder = Metric::ALL.into_iter().fold(builder, |builder, metric| {
            let (own, (name, doc)) = (self.clone(), metric.gauge());
            let read = move || {
                let value = own.gauged(metric);
                value.map(|value| Reading { labels: Vec::new(), value }).into_iter().collect()
            };
            builder.gauge(Gauge { name, doc, read: Arc::new(read) })
        });
        let source = EventSource {
            name: "health",
            doc: "Anomalies, findings past a limit, and changes of the status.",
            sender: self.0.events.clone(),
        };
        builder.events(source).state(self.clone())
    }

    /// A sample tells of the restarts since the one before; whoever reads a gauge now and then
    /// would miss most of them.
    fn gauged(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Restarts => Some(self.restarts().total as f64),
            metric => self.latest().and_then(|sample| sample.value(metric)),
        }
    }

    /// The runtime whose analytics these are.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// Takes a sample now, beside those that are taken by themselves.
    pub fn sample(&self) -> Arc<Sample> {
        self.sample_of(lock(&self.0.machine))
    }

    fn sample_of(&self, mut machine: MutexGuard<'_, Box<dyn Machine>>) -> Arc<Sample> {
        let shared = &*self.0;
        let figures = machine.read();
        let restarts = lock(&shared.store).restarts_since_sample();
        let at = shared.began.elapsed();
        let sample = Arc::new(Sample::new(at, &figures, &shared.runtime, restarts));
        let news = lock(&shared.store).add(Arc::clone(&sample));
        drop(machine);
        for one in &news {
            // Nobody has to listen.
            _ = shared.events.send(show::event(one, |at| self.time_of_day(at)));
        }
        sample
    }

    /// The latest sample; takes one if there is none, or it is older than two turns.
    #[must_use]
    pub fn fresh(&self) -> Arc<Sample> {
        if let Some(sample) = self.recent() {
            return sample;
        }
        let machine = lock(&self.0.machine);
        // Somebody may have taken one while this waited.
        self.recent().unwrap_or_else(|| self.sample_of(machine))
    }

    /// The latest sample, if it is not older than two turns.
    fn recent(&self) -> Option<Arc<Sample>> {
        let now = self.now();
        lock(&self.0.store).history.recent(now).cloned().map(Arc::new)
    }

    /// The latest sample.
    #[must_use]
    pub fn latest(&self) -> Option<Sample> {
        lock(&self.0.store).history.latest().cloned()
    }

    /// The figures of a metric over the last while, in short; of the latest sample alone where
    /// sampling is slower than that.
    #[must_use]
    pub fn summary(&self, metric: Metric, last: Duration) -> Option<Summary> {
        let store = lock(&self.0.store);
        let samples = store.history.over(last, self.now());
        Summary::of(samples.filter_map(|sample| sample.value(metric)))
    }

    /// The figures of a metric between two moments since the analytics began, in at most
    /// `points_max` points; without a resolution, from the finest store that reaches back.
    #[must_use]
    pub fn series(
        &self,
        metric: Metric,
        span: (Duration, Duration),
        resolution: Option<Resolution>,
        points_max: usize,
    ) -> Series {
        let store = lock(&self.0.store);
        let resolution = resolution.unwrap_or_else(|| store.history.resolution(span.0));
        Series { resolution, points: store.history.series(metric, span, resolution, points_max) }
    }

    /// The anomalies among the latest samples, and what could not be judged.
    #[must_use]
    pub fn anomalies(&self, rule: &AnomalyRule) -> Anomalies {
        lock(&self.0.store).anomalies(rule, self.now())
    }

    /// Whether all is well.
    #[must_use]
    pub fn health(&self) -> Health {
        lock(&self.0.store).health(self.now())
    }

    /// The restarts that the runtime has told of since the start.
    #[must_use]
    pub fn restarts(&self) -> Restarts {
        lock(&self.0.store).restarts
    }

    /// By what health is judged.
    #[must_use]
    pub fn thresholds(&self) -> Thresholds {
        lock(&self.0.store).thresholds.clone()
    }

    /// Has health judged by these from now on.
    pub fn set_thresholds(&self, thresholds: Thresholds) {
        lock(&self.0.store).thresholds = thresholds;
    }

    /// Subscribes to what the filter lets through.
    #[must_use]
    pub fn subscribe(&self, filter: NoticeFilter) -> Subscription {
        lock(&self.0.store).subscribers.add(filter)
    }

    /// How many subscribers there are; one that has gone counts until the next notice.
    #[must_use]
    pub fn n_subscribers(&self) -> usize {
        lock(&self.0.store).subscribers.len()
    }

    /// How often a sample is taken.
    #[must_use]
    pub fn every(&self) -> Duration {
        self.0.every
    }

    /// How long ago the analytics began.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.0.began.elapsed()
    }

    /// The time of day of a moment since the analytics began.
    #[must_use]
    pub fn time_of_day(&self, at: Duration) -> SystemTime {
        self.0.began_at + at
    }
}

impl fmt::Debug for Analytics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Analytics(every {:?})", self.0.every)
    }
}

enum Turn {
    Heard(Option<Heard>),
    Tick,
}

async fn keep(shared: Arc<Shared>, mut events: EventStream) -> Result<(), ExitReason> {
    let analytics = Analytics(shared);
    let mut tick = interval(analytics.0.every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // Both arms are cancel safe: a lost race loses neither an event nor a tick. A tick comes
        // seldom; events may come without an end.
        let turn = tokio::select! {
            biased;
            _ = tick.tick() => Turn::Tick,
            heard = events.next() => Turn::Heard(heard),
        };
        match turn {
            Turn::Heard(None) => return Ok(()),
            Turn::Heard(Some(heard)) => analytics.hear(&heard),
            Turn::Tick => _ = analytics.sample(),
        }
    }
}

impl Analytics {
    fn hear(&self, heard: &Heard) {
        let restarts = &mut lock(&self.0.store).restarts;
        match heard {
            // A sibling that goes down with a failed one, and one that was asked for, failed not.
            Heard::Event(Event::Restarted { sibling_of: None, manual: false, .. }) => {
                restarts.total += 1;
            }
            Heard::Event(_) => {}
            Heard::Missed(n) => restarts.events_missed += n,
        }
    }
}

/// A panic in between leaves figures that are whole, each change being one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
