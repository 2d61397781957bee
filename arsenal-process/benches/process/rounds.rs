//! The rounds: every measure once a round, ours beside the yardsticks, so that a slow moment of
//! the machine falls on all.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::time::{Duration, Instant};

use arsenal_process::{Runtime, RuntimeConfig};

use crate::beam::Beam;
use crate::{memory, ours, raw, report};

const ROUNDS: usize = 7;
const CASTS: u32 = 500_000;
const CALLS: u32 = 100_000;
const SPAWNS: u32 = 50_000;
const RESTARTS: u32 = 20_000;
/// In hundreds for each of sixteen.
const RESTARTS_AT_ONCE: u32 = 32_000;
const LOOK_UPS: u32 = 500_000;
const EXITS: u32 = 20_000;
const MANY: u32 = 100_000;
/// As long as a scheduler of OTP 25 does by default: that of an idle `erl` with two of them takes
/// 0.35 ms of processor time more for each wait than with `+sbwt none`.
const BUSY_WAIT: Duration = Duration::from_micros(175);

/// What each measure came to, a figure a round: nanoseconds for one, unless its name says
/// otherwise.
#[derive(Default)]
pub(crate) struct Samples(BTreeMap<&'static str, Vec<f64>>);

impl Samples {
    pub(crate) fn median(&self, name: &str) -> Option<f64> {
        self.0.get(name).map(|samples| report::median(samples))
    }

    /// The median of the rounds' own ratios: two figures of one round had the same machine.
    pub(crate) fn ratio(&self, above: &str, below: &str) -> Option<f64> {
        let rounds = self.0.get(above)?.iter().zip(self.0.get(below)?);
        let ratios: Vec<f64> = rounds.map(|(above, below)| above / below).collect();
        Some(report::median(&ratios))
    }

    pub(crate) fn print(&self) {
        for (name, samples) in &self.0 {
            println!("{name:>28} {:>12.1}", report::median(samples));
        }
    }

    fn add(&mut self, name: &'static str, figure: f64) {
        self.0.entry(name).or_default().push(figure);
    }
}

pub(crate) fn run(mut beams: Option<&mut [Beam; 2]>) -> Samples {
    let (two, one) = (tokio(2, Duration::ZERO), tokio(1, Duration::ZERO));
    let busy = tokio(2, BUSY_WAIT);
    let mut samples = Samples::default();
    for round in 0..ROUNDS {
        println!("round {} of {ROUNDS}", round + 1);
        for (name, figure) in in_a_task(&two, round_of_ours()) {
            samples.add(name, figure);
        }
        samples.add("restart on one ours", in_a_task(&one, round_of_restarts()));
        samples.add("restart awake ours", in_a_task(&busy, round_of_restarts()));
        if let Some([beam, beam_on_one]) = beams.as_deref_mut() {
            round_of_beam(beam, &mut samples);
            let figure = beam_on_one.measure("restart", RESTARTS) / f64::from(RESTARTS);
            samples.add("restart on one beam", figure);
        }
        if round < 3 {
            for (name, kind) in [("memory ours", "ours"), ("memory raw", "raw")] {
                if let Some(bytes) = memory::per_process(kind, MANY).filter(|is| is.is_finite()) {
                    samples.add(name, bytes);
                }
            }
        }
    }
    samples
}

fn tokio(workers: usize, busy_wait: Duration) -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if !busy_wait.is_zero() {
        arsenal_process::busy_wait(&mut builder, busy_wait);
    }
    builder.worker_threads(workers).enable_all();
    builder.build().expect("a Tokio runtime can be built")
}

/// In a task: what blocks on a runtime is no part of it.
#[expect(clippy::disallowed_methods, reason = "a round has a task of its own")]
fn in_a_task<T: Send + 'static>(
    tokio: &tokio::runtime::Runtime,
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    tokio.block_on(tokio.spawn(work)).expect("it does not panic")
}

async fn round_of_restarts() -> f64 {
    let runtime = Runtime::start(RuntimeConfig::default()).expect("this is inside of Tokio");
    ours::restarts(&runtime, RESTARTS).await / f64::from(RESTARTS)
}

async fn round_of_ours() -> Vec<(&'static str, f64)> {
    let runtime = Runtime::start(RuntimeConfig::default()).expect("this is inside of Tokio");
    let names: Vec<String> = (0..10_000).map(|n| format!("service number {n}")).collect();
    let each = |total: f64, count: u32| total / f64::from(count);
    let mut figures = vec![
        ("cast raw", each(busy(raw::casts(CASTS)).await, CASTS)),
        ("cast ours", each(busy(ours::casts(&runtime, CASTS)).await, CASTS)),
        ("call raw", each(timed(raw::calls(CALLS)).await, CALLS)),
        ("call ours", each(timed(ours::calls(&runtime, CALLS)).await, CALLS)),
        ("spawn raw", each(timed(raw::spawns(SPAWNS)).await, SPAWNS)),
        ("spawn ours", each(timed(ours::spawns(&runtime, SPAWNS)).await, SPAWNS)),
        ("restart ours", each(ours::restarts(&runtime, RESTARTS).await, RESTARTS)),
        (
            "restart at once ours",
            each(ours::restarts_at_once(&runtime, RESTARTS_AT_ONCE).await, RESTARTS_AT_ONCE),
        ),
        ("look-up raw", each(raw::look_ups(&names, LOOK_UPS as usize), LOOK_UPS)),
    ];
    let look_ups = ours::look_ups(&runtime, &names, LOOK_UPS as usize).await;
    figures.extend([
        ("look-up ours", each(look_ups, LOOK_UPS)),
        ("exit among 10 ours", ours::exits(&runtime, 10, EXITS).await),
        ("exit among 100,000 ours", ours::exits(&runtime, MANY, EXITS).await),
        ("top ours", ours::top(&runtime, MANY).await),
    ]);
    figures
}

fn round_of_beam(beam: &mut Beam, samples: &mut Samples) {
    let measures = [
        ("call beam", "call", CALLS),
        ("pair beam", "pair", CALLS),
        ("spawn_exit beam", "spawn_exit", SPAWNS),
        ("restart beam", "restart", RESTARTS),
        ("restart at once beam", "restart_at_once", RESTARTS_AT_ONCE),
    ];
    for (name, what, count) in measures {
        let figure = beam.measure(what, count) / f64::from(count);
        samples.add(name, figure);
    }
    samples.add("memory beam", beam.measure("memory", MANY));
}

/// Nanoseconds on the clock.
async fn timed(work: impl Future<Output = ()>) -> f64 {
    let start = Instant::now();
    work.await;
    start.elapsed().as_nanos() as f64
}

/// Nanoseconds of all threads' processor time; on the clock where the system does not tell.
async fn busy(work: impl Future<Output = ()>) -> f64 {
    let (before, start) = (processor_time(), Instant::now());
    work.await;
    match (before, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_nanos() as f64,
    }
}

fn processor_time() -> Option<f64> {
    let mut total = 0.0;
    for thread in fs::read_dir("/proc/self/task").ok()? {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        total += text.split_whitespace().next()?.parse::<f64>().ok()?;
    }
    Some(total)
}
