//! Many callers at once, with every operation there is, on the demonstration: no panic, no error
//! that is not declared, no answer that is not as published, and nothing left over.
//!
//! As a test it is bounded by a number of calls. `cargo xtask full` gives it a time, and then it
//! looks at the memory too.

mod mix;

mod panics;

mod tally;

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

use std::alloc::System;
use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arsenal::ops::entry_point::EntryPoints;
use arsenal::ops::system::LogControl;
use arsenal::process::{ChildSpec, Restart, Runtime, RuntimeConfig, Strategy, SupervisorSpec};
use arsenal::{Arsenal, Call, Caller, Registered, Role, Terms};
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::task::JoinSet;
use tokio::time::interval_at;
use tracing_subscriber::{EnvFilter, Registry, reload};

use super::{TOP, name_of};
use mix::Mix;
use tally::Tally;

/// How many call at the same time.
const CALLERS: u64 = 64;

/// How many calls the test makes.
const CALLS: u64 = 6_400;

/// The time in seconds that it is given instead of a number of calls.
const SECONDS: &str = "ARSENAL_HAMMER_SECONDS";

/// How many jobs are remembered: few enough that they are there after the first while.
const JOBS: usize = 50;

/// After so long, all that is filled while a program warms up is full.
const WARM: Duration = Duration::from_secs(10);

/// How many more bytes may be allocated in the end than after the first while: what the calls
/// under way hold comes and goes.
const GROWTH_MAX: f64 = 0.5e6;

/// The same of what is resident: an allocator does not give all back.
const RESIDENT_GROWTH_MAX: f64 = 2e6;

/// How many looks at the memory a figure is the median of.
const LOOKS: usize = 10;

/// How long the processes may take to end.
const GRACE: Duration = Duration::from_secs(30);

/// When it is over.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Calls(u64),
    Until(Instant),
}

impl Bound {
    fn read() -> Self {
        let seconds = std::env::var(SECONDS).ok();
        let seconds = seconds.map(|text| text.parse().expect("a number of seconds"));
        seconds.map_or(Self::Calls(CALLS), |n| Self::Until(Instant::now() + Duration::from_secs(n)))
    }

    fn is_over(self, n_calls: u64) -> bool {
        match self {
            Self::Calls(most) => most <= n_calls,
            Self::Until(end) => end <= Instant::now(),
        }
    }
}

/// What all callers share.
struct Hammer {
    arsenal: Arsenal,
    bound: Bound,
    tally: Tally,
    n_calls: AtomicU64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_with_every_operation_do_no_harm() {
    let panics = panics::counted();
    let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
    let (_log, handle) = reload::Layer::<_, Registry>::new(EnvFilter::new("info"));
    let entry_points = EntryPoints::linked().build().unwrap();
    let builder = arsenal::builder().jobs_max(JOBS);
    let builder = arsenal::ops::catalogue(builder, &runtime, entry_points).await.unwrap();
    let arsenal = builder.state(LogControl::new(handle)).build().unwrap();
    super::start(&runtime).await.unwrap();
    yard(&runtime).await;
    let bound = Bound::read();
    let tally = Tally::new(&arsenal.operations());
    let hammer = Arc::new(Hammer { arsenal, bound, tally, n_calls: AtomicU64::new(0) });

    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        callers.spawn(Arc::clone(&hammer).call_on(number, runtime.clone()));
    }
    let memory = match bound {
        Bound::Calls(_) => None,
        Bound::Until(end) => Some(hammer.memory_until(end).await),
    };
    callers.join_all().await;

    println!("{}", hammer.tally);
    hammer.print_slowest();
    assert!(runtime.find_supervisor(name_of(TOP)).is_ok(), "the demonstration goes on");
    hammer.tally.assert_clean();
    assert_eq!(panics.seen(), Vec::<String>::new());
    let report = runtime.shutdown(GRACE).await.expect("it is the whole runtime");
    println!("{} processes left, {} killed", runtime.n_processes(), report.killed.len());
    assert_eq!((report.still_running, runtime.n_processes()), (vec![], 0));
    if let Some(memory) = memory {
        memory.assert_steady();
    }
}

/// What was allocated and resident at each look after the first while, in bytes.
#[derive(Default)]
struct Memory {
    allocated: Vec<f64>,
    resident: Vec<f64>,
}

impl Memory {
    fn assert_steady(&self) {
        let bounds = [GROWTH_MAX, RESIDENT_GROWTH_MAX];
        let looks = [("allocated", &self.allocated), ("resident", &self.resident)];
        for ((what, looks), growth_max) in looks.into_iter().zip(bounds) {
            assert!(2 * LOOKS <= looks.len(), "it takes more than 20 s to see whether it grows");
            let (warm, last) = (median(&looks[..LOOKS]), median(&looks[looks.len() - LOOKS..]));
            let [warm_mb, last_mb] = [warm, last].map(|bytes| bytes / 1e6);
            println!("{what} after {WARM:?}: {warm_mb:.2} MB, in the end: {last_mb:.2} MB");
            assert!(last <= warm + growth_max, "{what}: it grew from {warm} to {last} bytes");
        }
    }
}

fn median(looks: &[f64]) -> f64 {
    let mut sorted = looks.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// A supervisor for what the callers start: it bears whatever they do to its children.
async fn yard(runtime: &Runtime) {
    let spec = SupervisorSpec::new(Strategy::OneForOne).intensity(100_000, Duration::from_secs(1));
    let yard = ChildSpec::supervisor_with(mix::YARD, move |starter| {
        starter.supervisor(spec.clone()).name(name_of(mix::YARD))
    });
    let root = runtime.root().unwrap();
    root.start_child(yard.restart(Restart::Temporary)).await.unwrap();
}

impl Hammer {
    /// One caller: the next call as soon as the last is answered.
    async fn call_on(self: Arc<Self>, number: u64, runtime: Runtime) {
        let root = runtime.root().unwrap().pid().to_string();
        let mut mix = Mix::new(number, root, &self.arsenal.operations());
        while !self.bound.is_over(self.n_calls.fetch_add(1, Ordering::Relaxed)) {
            let (name, params) = mix.next();
            let role = if mix.one_in(10) { Role::Admin } else { Role::Operator };
            let caller = Caller::new(format!("caller{number}"), role, "hammer");
            let mut call = Call::new(name.clone(), params.to_string(), caller);
            call.terms = Terms { detach: mix.one_in(500), ..Terms::default() };
            let asked = tally::Asked { name, params, detached: call.terms.detach };
            let outcome = self.arsenal.run(call).await.outcome;
            let answer = outcome.map(|text| serde_json::from_str(&text).expect("JSON"));
            if let Ok(answer) = &answer {
                mix.learn(&asked.name, asked.detached, answer);
            }
            self.tally.add(&asked, &answer);
        }
        // Who waits for what others have suspended would wait for its whole time-out.
        for info in runtime.infos() {
            _ = runtime.resume(info.pid);
        }
    }

    /// The operations whose slowest calls were the slowest.
    fn print_slowest(&self) {
        let operations = self.arsenal.operations();
        let times = |op: &Arc<Registered>| Some((op.times()?, op.spec().name.clone()));
        let mut slowest: Vec<_> = operations.all().iter().filter_map(times).collect();
        slowest.sort_by_key(|(times, _)| Reverse(times.max));
        for (times, name) in slowest.into_iter().take(5) {
            println!("{name}: mean {:?}, slowest {:?}", times.mean, times.max);
        }
    }

    /// Looks at the memory until then, from when the first while is over.
    async fn memory_until(&self, end: Instant) -> Memory {
        let mut memory = Memory::default();
        let mut tick = interval_at((Instant::now() + WARM).into(), Duration::from_millis(500));
        while Instant::now() < end {
            tick.tick().await;
            let heap = HEAP.stats();
            let allocated = heap.bytes_allocated - heap.bytes_deallocated;
            memory.allocated.push(allocated as f64);
            memory.resident.push(self.resident().await);
        }
        memory
    }

    async fn resident(&self) -> f64 {
        let answer = self.arsenal.run_json("get_memory_info", &json!({})).await.outcome;
        let answer: Value = serde_json::from_str(&answer.expect("it is known")).expect("JSON");
        answer["process"]["resident_bytes"].as_f64().expect("a number of bytes")
    }
}
