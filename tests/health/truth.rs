//! The real machine: what is burned, allocated and said by the kernel is what is shown.
//!
//! Each of these runs in a process of its own, where no other test burns or allocates.

use std::process::Command;
use std::time::{Duration, Instant};

use arsenal::{Arsenal, Builder, Role};
use arsenal_ops::analytics::{
    Analytics, AnalyticsConfig, Limit, Metric, Notice, NoticeFilter, Thresholds,
};
use arsenal_ops::system::{GetPerformanceMetrics, SystemHealth};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::runtime;
use crate::program::answer;

const ALONE: &str = "ARSENAL_TESTS_ALONE";

/// Whether this is the process of its own; starts it otherwise.
fn alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("a test is a program");
    let ran = Command::new(program).args([test, "--exact"]).env(ALONE, "1").output();
    let ran = ran.expect("the program starts");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    false
}

/// Analytics of this machine, and the operations that show them.
struct Shown {
    analytics: Analytics,
    arsenal: Arsenal,
}

impl Shown {
    fn build() -> Self {
        let every = Duration::from_secs(1);
        let config = AnalyticsConfig { every, ..AnalyticsConfig::default() };
        let analytics = Analytics::new(&runtime(), config);
        let builder =
            Builder::empty().operation::<GetPerformanceMetrics>().operation::<SystemHealth>();
        let arsenal = analytics.install(builder).build().expect("the program is sound");
        Self { analytics, arsenal }
    }

    async fn ask(&self, name: &str) -> Value {
        answer(&self.arsenal, Role::Viewer, name, json!({})).await.expect(name)
    }

    /// The figure of the latest sample.
    async fn value(&self, metric: Metric) -> Option<f64> {
        let shown = self.ask("get_performance_metrics").await;
        let readings = shown["metrics"].as_array().expect("a list");
        let reading = readings.iter().find(|reading| reading["metric"] == json!(metric));
        reading.and_then(|reading| reading["value"].as_f64())
    }

    /// The figure of a new sample.
    async fn sampled(&self, metric: Metric) -> f64 {
        self.analytics.sample();
        self.value(metric).await.unwrap_or_else(|| panic!("{metric} is known here"))
    }

    /// Whether all is well if so many busy processors are not.
    async fn health(&self, processors: f64) -> Value {
        let limit = Limit { degraded: Some(processors), unhealthy: None };
        let limits = [(Metric::ProcessCpu, limit)].into();
        self.analytics.set_thresholds(Thresholds { limits, over: Duration::ZERO });
        self.ask("system_health").await["status"].clone()
    }
}

/// The time that this process has had processors for, as the kernel says, and when it said so.
fn cpu_time() -> Option<(Instant, Duration)> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let now = Instant::now();
    // The second word is a name in parentheses, which may hold blanks; the 14th and the 15th are
    // hundredths of a second, inside and outside of the program.
    let (_name, after) = stat.rsplit_once(')')?;
    let mut words = after.split_whitespace().skip(11).map(str::parse::<u64>);
    let ticks = words.next()?.ok()? + words.next()?.ok()?;
    Some((now, Duration::from_millis(ticks * 10)))
}

fn burn(span: Duration) {
    let until = Instant::now() + span;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burn_shows_in_the_next_sample_and_is_gone_in_the_one_after() {
    if !alone("health::truth::a_burn_shows_in_the_next_sample_and_is_gone_in_the_one_after") {
        return;
    }
    let shown = Shown::build();
    shown.analytics.sample();
    assert_eq!(shown.value(Metric::ProcessCpu).await, None, "nothing is before it");
    let Some((began, before)) = cpu_time() else { return };
    let burned = tokio::task::spawn_blocking(|| burn(Duration::from_secs(2)));
    burned.await.expect("it burns");
    let burning = shown.sampled(Metric::ProcessCpu).await;
    let (ended, after) = cpu_time().expect("it was there");
    // Others may have had the processor for a while: the kernel knows.
    let had = (after - before).as_secs_f64() / (ended - began).as_secs_f64();
    assert!((burning - had).abs() <= had * 0.1, "{burning} processors are shown, and {had} were");
    assert_eq!(shown.health(burning / 2.0).await, "degraded");

    let mut samples = shown.analytics.subscribe(NoticeFilter::default());
    shown.analytics.start().await.expect("it starts");
    // The first is taken at once; the second has a second of rest behind it.
    for _ in 0..2 {
        let next = async { while !matches!(samples.next().await, Some(Notice::Sample(_))) {} };
        timeout(Duration::from_secs(60), next).await.expect("samples come");
    }
    let rested = shown.value(Metric::ProcessCpu).await;
    assert!(rested < Some(burning / 3.0), "{burning}, then {rested:?}");
    assert_eq!(shown.health(burning / 2.0).await, "healthy", "what is idle is well");
}

#[tokio::test]
async fn what_is_allocated_shows_in_memory() {
    if !alone("health::truth::what_is_allocated_shows_in_memory") {
        return;
    }
    let shown = Shown::build();
    let memory = async || shown.sampled(Metric::ProcessMemory).await / 1e6;
    let before = memory().await;
    let held = vec![1_u8; 100_000_000];
    let with = memory().await - before;
    assert!((95.0..130.0).contains(&with), "{with} MB more, {}", held.len());
    drop(held);
    let without = memory().await - before;
    assert!(without < 20.0, "{without} MB more");
}

#[tokio::test]
async fn the_load_equals_the_kernels() {
    let Ok(before) = std::fs::read_to_string("/proc/loadavg") else { return };
    let shown = Shown::build();
    shown.analytics.sample();
    let after = std::fs::read_to_string("/proc/loadavg").expect("it was there");
    let figures = |text: &str| -> Vec<f64> {
        let words = text.split_whitespace().take(3);
        words.map(|word| word.parse().expect("a figure")).collect()
    };
    let metrics = [Metric::LoadOne, Metric::LoadFive, Metric::LoadFifteen];
    let mut load = Vec::new();
    for metric in metrics {
        load.extend(shown.value(metric).await);
    }
    assert!(load == figures(&before) || load == figures(&after), "{load:?} {before} {after}");
}
