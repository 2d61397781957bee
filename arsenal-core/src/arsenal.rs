//! A program put together: its operations, its state, its limits, behind one handle.

use std::any::TypeId;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::call::{Call, Caller, Input, Origin, Reply, Terms};
use crate::entry::{Entry, States};
use crate::error::Error;
use crate::handle::Handle;
use crate::idempotency::{IdempotencyStore, MemoryIdempotency};
use crate::in_flight::InFlight;
use crate::jobs::Jobs;
use crate::model::Text;
use crate::observe::{Interest, LogFailures, Observer};
use crate::operation::Execute;
use crate::pipeline::{self, Corridor, Direct, Door, Entered};
use crate::registry::{BuildError, Registry, Snapshot, build};
use crate::sign::Signer;
use crate::sources::{EventSource, Gauge, Resource, Sources};

/// A program's handle: cheap to clone, the same everywhere.
#[derive(Debug, Clone)]
pub struct Arsenal(pub(crate) Handle);

/// What all calls of a program share.
pub(crate) struct Shared {
    pub(crate) registry: Registry,
    pub(crate) observers: Vec<Box<dyn Observer>>,
    pub(crate) observe_steps: bool,
    pub(crate) settings: Settings,
    pub(crate) permits: Option<Arc<Semaphore>>,
    pub(crate) idempotency: Box<dyn IdempotencyStore>,
    pub(crate) jobs: Jobs,
    pub(crate) sources: Sources,
    pub(crate) signer: Signer,
    pub(crate) in_flight: InFlight,
    /// What calls are timed by that never wait. Read once against the clock, for a millisecond or
    /// two, before the first program is put together.
    pub(crate) machine: quanta::Clock,
    /// The program begins to end: operations may take note.
    pub(crate) stop: CancellationToken,
    /// The grace is over: what still runs is dropped.
    pub(crate) abort: CancellationToken,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shared({} operations)", self.registry.snapshot().all().len())
    }
}

/// What a program decides once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// For operations that declare no time-out.
    pub(crate) timeout: Duration,
    /// What a caller is told to wait when there is no room.
    pub(crate) drain_retry_after: Duration,
}

/// Puts a program together.
///
/// ```
/// use arsenal_core::{Builder, BuildFault};
///
/// // Nothing is declared here, and nobody meant that.
/// let error = Builder::empty().build().unwrap_err();
/// assert_eq!(error.faults, [BuildFault::NoOperations]);
/// ```
pub struct Builder {
    entries: Vec<Entry>,
    states: States,
    expected: Vec<Text>,
    observers: Vec<Box<dyn Observer>>,
    settings: Settings,
    in_flight_max: Option<usize>,
    jobs_max: usize,
    idempotency: Box<dyn IdempotencyStore>,
    sources: Sources,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Builder({} operations)", self.entries.len())
    }
}

impl Builder {
    /// With every operation that was linked into the program, and with [`LogFailures`].
    #[must_use]
    pub fn linked() -> Self {
        let mut builder = Self::empty().observer(LogFailures);
        builder.entries = inventory::iter::<Entry>.into_iter().copied().collect();
        builder
    }

    /// With no operation yet.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            entries: Vec::new(),
            states: States::new(),
            expected: Vec::new(),
            observers: Vec::new(),
            settings: Settings {
                timeout: Duration::from_secs(30),
                drain_retry_after: Duration::from_secs(1),
            },
            in_flight_max: None,
            jobs_max: 1000,
            idempotency: Box::new(MemoryIdempotency::default()),
            sources: Sources::default(),
        }
    }

    /// Adds an operation by its type.
    #[must_use]
    pub fn operation<O: Execute>(self) -> Self {
        self.entry(Entry::of::<O>())
    }

    /// Adds an operation by its entry.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Hands over what operations ask for by type.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.states.insert(TypeId::of::<T>(), Arc::new(Arc::new(state)));
        self
    }

    /// The state of this type that was handed over: what is put together can depend on it.
    #[must_use]
    pub fn get_state<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.states.get(&TypeId::of::<T>())?.downcast_ref::<Arc<T>>().map(AsRef::as_ref)
    }

    /// Names the crates that must have contributed operations.
    #[must_use]
    pub fn expect<T: Into<Text>>(mut self, packages: impl IntoIterator<Item = T>) -> Self {
        self.expected.extend(packages.into_iter().map(Into::into));
        self
    }

    /// Adds somebody who hears of calls.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// The time-out of operations that declare none; 30 seconds otherwise.
    #[must_use]
    pub fn default_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How many calls of the whole program may run at once.
    #[must_use]
    pub fn in_flight_max(mut self, calls: usize) -> Self {
        self.in_flight_max = Some(calls);
        self
    }

    /// How many jobs are remembered; 1000 otherwise. Their results take 4 MiB together at the most:
    /// older ones are forgotten first.
    #[must_use]
    pub fn jobs_max(mut self, jobs: usize) -> Self {
        self.jobs_max = jobs;
        self
    }

    /// Where answers are kept by idempotency key; in memory otherwise.
    #[must_use]
    pub fn idempotency_store(mut self, store: impl IdempotencyStore) -> Self {
        self.idempotency = Box::new(store);
        self
    }

    /// Adds a stream of events.
    #[must_use]
    pub fn events(mut self, source: EventSource) -> Self {
        self.sources.add_events(source);
        self
    }

    /// Adds a gauge.
    #[must_use]
    pub fn gauge(mut self, gauge: Gauge) -> Self {
        self.sources.add_gauge(gauge);
        self
    }

    /// Adds a resource.
    #[must_use]
    pub fn resource(mut self, resource: Resource) -> Self {
        self.sources.add_resource(resource);
        self
    }

    /// Checks the whole and puts it together; logs how many operations each crate contributed.
    ///
    /// # Errors
    ///
    /// Every fault of the declarations at once, each with its place in the source.
    pub fn build(self) -> Result<Arsenal, BuildError> {
        let snapshot = build(self.entries, &self.states, &self.expected)?;
        for (package, operations) in crate::registry::per_crate(&snapshot) {
            tracing::info!(%package, operations, "operations found");
        }
        let observe_steps =
            self.observers.iter().any(|observer| observer.interest() == Interest::Steps);
        Ok(Arsenal(Handle::new(Shared {
            registry: Registry::new(snapshot),
            observers: self.observers,
            observe_steps,
            settings: self.settings,
            permits: self
                .in_flight_max
                .map(|most| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))),
            idempotency: self.idempotency,
            jobs: Jobs::new(self.jobs_max),
            sources: self.sources,
            signer: Signer::new(),
            in_flight: InFlight::default(),
            machine: quanta::Clock::new(),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
        })))
    }
}

impl Arsenal {
    /// Puts a program together, with every operation that was linked into it.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::linked()
    }

    /// Calls an operation as the program itself.
    ///
    /// # Errors
    ///
    /// Any class, as a call by name.
    ///
    /// # Cancel safety
    ///
    /// Dropped, an operation that only reads is dropped too; one that writes runs to its end.
    pub fn call<O: Execute>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Output, Error>> + Send {
        self.call_as(operation, Origin::new(Caller::program()))
    }

    /// Calls an operation for somebody.
    ///
    /// # Errors
    ///
    /// Any class, as a call by name.
    ///
    /// # Cancel safety
    ///
    /// As [`Arsenal::call`].
    #[expect(
        clippy::manual_async_fn,
        reason = "the arguments of an `async fn` are moved once more"
    )]
    pub fn call_as<O: Execute>(
        &self,
        operation: O,
        origin: Origin,
    ) -> impl Future<Output = Result<O::Output, Error>> + Send {
        async move {
            let (found, routed) =
                pipeline::route(self.0.program(), &O::SPEC.name, Door::ByType, &origin)?;
            let mut corridor = Corridor::new(found, origin, Terms::default());
            let throttled = pipeline::enter(&mut corridor, routed)?;
            pipeline::conduct!(
                corridor,
                |call| pipeline::walk_typed::<Direct<O>>(call, throttled, operation),
                |done| done.outcome
            )
            .flatten()
        }
    }

    /// Runs a call by name: what every transport does.
    ///
    /// # Cancel safety
    ///
    /// As [`Arsenal::call`].
    #[expect(
        clippy::manual_async_fn,
        reason = "the arguments of an `async fn` are moved once more"
    )]
    pub fn run(&self, call: Call) -> impl Future<Output = Reply> + Send {
        async move {
            let routed =
                pipeline::route(self.0.program(), &call.operation, Door::ByName, &call.origin);
            let (found, routed) = match routed {
                Ok(routed) => routed,
                Err(error) => return Reply::refused(error),
            };
            let mut corridor = Corridor::new(found, call.origin, call.terms);
            match pipeline::enter(&mut corridor, routed) {
                Ok(throttled) => pipeline::conduct_named!(corridor, throttled, call.input),
                Err(error) => corridor.turned_away(error),
            }
        }
    }

    /// Lets a call in by the operation's facts alone, before its parameters are read: for a
    /// transport that must not read a body which nobody may send.
    ///
    /// # Errors
    ///
    /// The reply of a call to no operation, without the right to it, or past a limit.
    pub fn enter(
        &self,
        operation: &str,
        origin: Origin,
        terms: Terms,
    ) -> Result<Entered, Box<Reply>> {
        match pipeline::route(self.0.program(), operation, Door::ByName, &origin) {
            Ok((found, routed)) => Entered::new(Corridor::new(found, origin, terms), routed),
            Err(error) => Err(Box::new(Reply::refused(error))),
        }
    }

    /// Runs a call with a JSON object, as the program itself.
    ///
    /// # Cancel safety
    ///
    /// As [`Arsenal::call`].
    pub async fn run_json(&self, operation: &str, params: &serde_json::Value) -> Reply {
        self.run(Call::new(operation, params.to_string(), Caller::program())).await
    }

    /// Validates parameters as a call would, and does nothing.
    ///
    /// # Errors
    ///
    /// The name is unknown, or the parameters are refused, with every fault.
    pub fn check(&self, operation: &str, input: &Input) -> Result<(), Error> {
        let registry = &self.0.registry;
        registry.find(operation).and_then(|found| registry.get(&found).check(input))
    }

    /// The operations as they are now.
    #[must_use]
    pub fn operations(&self) -> Arc<Snapshot> {
        self.0.registry.snapshot()
    }

    /// Where dynamic operations are registered and removed.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The jobs.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// Events, gauges and resources.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.0.sources
    }
}
