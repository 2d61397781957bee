//! The real machine: what is burned, allocated and said by the kernel is what is shown.
//!
//! Each of these runs in a process of its own, where no other test burns or allocates.

use std::process::Command;
use std::time::{Duration, Instant};

use arsenal_ops::analytics::{Analytics, AnalyticsConfig, Metric, Notice, NoticeFilter, Sample};
use tokio::time::timeout;

use super::runtime;

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

fn value(sample: &Sample, metric: Metric) -> f64 {
    sample.value(metric).unwrap_or_else(|| panic!("{metric} is known here"))
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
    let config = AnalyticsConfig { every: Duration::from_secs(1), ..AnalyticsConfig::default() };
    let analytics = Analytics::new(&runtime(), config);
    assert_eq!(analytics.sample().value(Metric::ProcessCpu), None, "nothing is before it");
    let burned = tokio::task::spawn_blocking(|| burn(Duration::from_secs(2)));
    burned.await.expect("it burns");
    let burning = value(&analytics.sample(), Metric::ProcessCpu);
    // Others may have had the processor for most of the time, but not for all of it.
    assert!((0.1..1.5).contains(&burning), "{burning} processors");

    let mut samples = analytics.subscribe(NoticeFilter::default());
    analytics.start().await.expect("it starts");
    let mut after = Vec::new();
    while after.len() < 2 {
        let heard = timeout(Duration::from_secs(60), samples.next()).await.expect("samples come");
        if let Some(Notice::Sample(sample)) = heard {
            after.push(value(&sample, Metric::ProcessCpu));
        }
    }
    // The first is taken at once; the second has a second of rest behind it.
    assert!(after[1] < burning / 3.0, "{burning}, then {after:?}");
}

#[tokio::test]
async fn what_is_allocated_shows_in_memory() {
    if !alone("health::truth::what_is_allocated_shows_in_memory") {
        return;
    }
    let analytics = Analytics::new(&runtime(), AnalyticsConfig::default());
    let memory = || value(&analytics.sample(), Metric::ProcessMemory) / 1e6;
    let before = memory();
    let held = vec![1_u8; 100_000_000];
    let with = memory() - before;
    assert!((95.0..130.0).contains(&with), "{with} MB more, {}", held.len());
    drop(held);
    let without = memory() - before;
    assert!(without < 20.0, "{without} MB more");
}

#[tokio::test]
async fn the_load_equals_the_kernels() {
    let Ok(before) = std::fs::read_to_string("/proc/loadavg") else { return };
    let analytics = Analytics::new(&runtime(), AnalyticsConfig::default());
    let sample = analytics.sample();
    let after = std::fs::read_to_string("/proc/loadavg").expect("it was there");
    let figures = |text: &str| -> Vec<f64> {
        let words = text.split_whitespace().take(3);
        words.map(|word| word.parse().expect("a figure")).collect()
    };
    let metrics = [Metric::LoadOne, Metric::LoadFive, Metric::LoadFifteen];
    let shown = metrics.map(|metric| value(&sample, metric));
    assert!(shown == *figures(&before) || shown == *figures(&after), "{shown:?} {before} {after}");
}
