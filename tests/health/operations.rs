//! The operations of the category `system` that stand on the analytics, by name.

use std::sync::Arc;
use std::time::Duration;

use arsenal::{Arsenal, Builder, Class, Role};
use arsenal_ops::analytics::{
    Analytics, AnalyticsConfig, Figures, Limit, Metric, NoticeFilter, NoticeKind, Thresholds,
};
use arsenal_ops::entry_point::EntryPoints;
use arsenal_ops::system::{
    DetectAnomalies, GetHistoricalData, GetLogLevel, GetPerformanceMetrics, GetRuntimeMetrics,
    LogControl, SetLogLevel, SystemHealth,
};
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::{Instant, advance};
use tracing_subscriber::{EnvFilter, Registry, reload};

use super::{Fed, assert_fits, examples_run, fed, idle, runtime};
use crate::program::answer;

type Refused = (Class, String);

/// A program whose machine can be told what to say, and which has 60 samples behind it.
async fn program(log: LogControl) -> (Arsenal, Fed) {
    sampled(AnalyticsConfig::default(), log, 60).await
}

/// The same with its own configuration, and so many samples behind it.
async fn sampled(config: AnalyticsConfig, log: LogControl, n_samples: u32) -> (Arsenal, Fed) {
    let every = config.every;
    let (analytics, machine) = fed(config);
    for _ in 0..n_samples {
        analytics.sample();
        advance(every).await;
    }
    let builder = Builder::empty()
        .operation::<SystemHealth>()
        .operation::<DetectAnomalies>()
        .operation::<GetPerformanceMetrics>()
        .operation::<GetHistoricalData>()
        .operation::<GetRuntimeMetrics>()
        .operation::<GetLogLevel>()
        .operation::<SetLogLevel>();
    let arsenal = analytics.install(builder).state(log).build().expect("the program is sound");
    (arsenal, machine)
}

async fn ask(arsenal: &Arsenal, name: &str, params: Value) -> Value {
    let value = answer(arsenal, Role::Viewer, name, params).await.expect(name);
    let operations = arsenal.operations();
    assert_fits(operations.get(name).expect(name).output_schema(), &value, name);
    value
}

#[tokio::test(start_paused = true)]
async fn each_example_is_answered() {
    let (arsenal, _machine) = program(LogControl::absent()).await;
    examples_run(&arsenal, "system").await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_machine_is_healthy_and_a_full_one_is_not() {
    let (arsenal, machine) = program(LogControl::absent()).await;
    let healthy = ask(&arsenal, "system_health", json!({})).await;
    assert_eq!((&healthy["status"], &healthy["findings"]), (&json!("healthy"), &json!([])));
    assert_eq!(healthy["unknown"], json!(["cgroup_memory"]));

    machine.set(Figures { system_memory: Some(0.99), ..idle() });
    advance(Duration::from_secs(30)).await;
    let full = ask(&arsenal, "system_health", json!({})).await;
    assert_eq!(full["status"], "unhealthy", "an old sample is not believed");
    let finding = &full["findings"][0];
    assert_eq!((&finding["metric"], &finding["value"]), (&json!("system_memory"), &json!(0.99)));
    assert_eq!(finding["detail"], "system_memory is 0.99 share, and 0.97 is unhealthy");
}

#[tokio::test(start_paused = true)]
async fn health_is_judged_by_the_latest_sample_where_sampling_is_slow() {
    let every = Duration::from_secs(30);
    let slow = AnalyticsConfig { every, ..AnalyticsConfig::default() };
    let (arsenal, machine) = sampled(slow, LogControl::absent(), 2).await;
    machine.set(Figures { system_memory: Some(0.99), ..idle() });
    let status = async || {
        let health = ask(&arsenal, "system_health", json!({})).await;
        assert_eq!((&health["over"], &health["over_us"]), (&json!("15s"), &json!(15_000_000)));
        assert_eq!(health["unknown"], json!(["cgroup_memory"]), "the others are known");
        health["status"].clone()
    };
    assert_eq!(status().await, "healthy", "a turn ago it was");
    advance(every + Duration::from_secs(1)).await;
    assert_eq!(status().await, "unhealthy");
    advance(Duration::from_secs(20)).await;
    assert_eq!(status().await, "unhealthy", "for as long as that sample is believed");
    let shown = ask(&arsenal, "get_performance_metrics", json!({"last": "1s"})).await;
    assert_eq!(shown["metrics"][0]["over"]["samples"], 1, "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_program_sets_its_analytics_up_by_a_state_of_its_builder() {
    let runtime = runtime();
    let one = Limit { degraded: Some(1.0), unhealthy: None };
    let config = AnalyticsConfig {
        every: Duration::from_secs(1),
        thresholds: Thresholds::default().limit(Metric::Processes, one),
        ..AnalyticsConfig::default()
    };
    let builder = Builder::empty().operation::<SystemHealth>().state(config);
    let entry_points = EntryPoints::none().build().expect("none is sound");
    let builder = arsenal_ops::catalogue(builder, &runtime, entry_points).await;
    let builder = builder.expect("the catalogue starts");
    let analytics = builder.get_state::<Analytics>().expect("the catalogue brings them").clone();
    let arsenal = builder.build().expect("the program is sound");
    let mut samples = analytics
        .subscribe(NoticeFilter { kinds: vec![NoticeKind::Sample], ..NoticeFilter::default() });
    let began = Instant::now();
    for _ in 0..10 {
        samples.next().await.expect("samples come");
    }
    assert!(began.elapsed() < Duration::from_secs(11), "one a second: {:?}", began.elapsed());
    let health = ask(&arsenal, "system_health", json!({})).await;
    let findings = health["findings"].as_array().expect("a list");
    let mut findings = findings.iter().map(|finding| (&finding["metric"], &finding["limit"]));
    assert!(findings.any(|found| found == (&json!("processes"), &json!(1.0))), "{health}");
}

#[tokio::test(start_paused = true)]
async fn anomalies_performance_and_history_show_the_numbers() {
    let (arsenal, machine) = program(LogControl::absent()).await;
    let none = ask(&arsenal, "detect_anomalies", json!({})).await;
    assert_eq!(none, json!({"items": [], "not_judged": ["cgroup_memory"]}));
    let source = arsenal.sources().events().iter().find(|source| source.name == "health");
    let mut events = source.expect("it is there").sender.subscribe();
    machine.set(Figures { process_memory: Some(150e6), ..idle() });
    advance(Duration::from_secs(30)).await;
    let now = ask(&arsenal, "get_performance_metrics", json!({"last": "10m"})).await;
    let memory = now["metrics"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|reading| reading["metric"] == "process_memory");
    let memory = memory.expect("it is known");
    assert_eq!((&now["every"], &now["every_us"]), (&json!("5s"), &json!(5_000_000)));
    assert_eq!((&memory["value"], &memory["over"]["min"]), (&json!(150e6), &json!(50e6)));

    let found = ask(&arsenal, "detect_anomalies", json!({"metrics": ["process_memory"]})).await;
    let one = &found["items"][0];
    assert_eq!((&one["direction"], &one["mean"]), (&json!("rise"), &json!(50e6)));
    assert_eq!((&one["std_dev"], one.get("sigmas")), (&json!(0.0), None));
    let event = events.try_recv().expect("it was told of");
    assert_eq!((event.kind, &event.data["at"]), ("anomaly", &one["at"]), "by the time of day");
    let other = ask(&arsenal, "detect_anomalies", json!({"metrics": ["load_one"]})).await;
    assert_eq!(other, json!({"items": [], "not_judged": []}));
    let early = json!({"metrics": ["load_one"], "samples_min": 720});
    let early = ask(&arsenal, "detect_anomalies", early).await;
    assert_eq!(early, json!({"items": [], "not_judged": ["load_one"]}), "nothing was compared");

    let asked = json!({"metrics": ["process_memory"], "last": "1h", "points": 10});
    let history = ask(&arsenal, "get_historical_data", asked).await;
    let series = &history["series"][0];
    assert_eq!((&series["unit"], &series["resolution"]), (&json!("bytes"), &json!("fine")));
    let points = series["points"].as_array().expect("points");
    let samples: u64 = points.iter().filter_map(|point| point["samples"].as_u64()).sum();
    assert_eq!((points.len() <= 10, samples), (true, 61));
    assert_eq!(points.last().expect("points")["max"], json!(150e6));
}

#[tokio::test(start_paused = true)]
async fn the_runtimes_own_processes_are_in_its_metrics() {
    let (arsenal, _machine) = program(LogControl::absent()).await;
    let metrics = ask(&arsenal, "get_runtime_metrics", json!({})).await;
    let processes = &metrics["processes"];
    assert_eq!(processes["count"], 1, "the root supervisor");
    assert!(processes["polls"].as_u64() >= Some(1), "{processes}");
    let sum = processes["busiest"][0]["polls"].as_u64();
    assert_eq!(processes["polls"].as_u64(), sum);
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_reason() {
    let (arsenal, _machine) = program(LogControl::absent()).await;
    let cases = [
        ("system_health", json!({"extra": 1}), Class::Validation, "INVALID_PARAMS"),
        ("detect_anomalies", json!({"sigmas": 0}), Class::Validation, "INVALID_PARAMS"),
        ("detect_anomalies", json!({"metrics": ["heat"]}), Class::Validation, "INVALID_PARAMS"),
        ("get_performance_metrics", json!({"last": "2h"}), Class::Validation, "INVALID_PARAMS"),
        ("get_historical_data", json!({"points": 0}), Class::Validation, "INVALID_PARAMS"),
        (
            "get_historical_data",
            json!({"last": "1m", "until": "1m"}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
        ("get_runtime_metrics", json!({"extra": 1}), Class::Validation, "INVALID_PARAMS"),
        ("get_log_level", json!({}), Class::Unavailable, "NO_LOG_CONTROL"),
        ("set_log_level", json!({"level": "info"}), Class::Unavailable, "NO_LOG_CONTROL"),
        ("set_log_level", json!({"level": "loud"}), Class::Validation, "INVALID_PARAMS"),
        (
            "set_log_level",
            json!({"level": "info", "target": "a=b"}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
    ];
    for (name, params, class, code) in cases {
        let refused = answer(&arsenal, Role::Admin, name, params.clone()).await;
        assert_eq!(refused, Err::<Value, Refused>((class, code.to_owned())), "{name} {params}");
    }
    let viewer = answer(&arsenal, Role::Operator, "set_log_level", json!({"level": "info"})).await;
    assert_eq!(viewer.expect_err("an operator may not").0, Class::Forbidden);
}

#[tokio::test(start_paused = true)]
async fn the_log_level_changes_while_the_program_runs() {
    let (_layer, handle) = reload::Layer::<EnvFilter, Registry>::new(EnvFilter::new("info"));
    let (arsenal, _machine) = program(LogControl::new(handle)).await;
    let before = ask(&arsenal, "get_log_level", json!({})).await;
    assert_eq!(before, json!({"directives": "info"}));
    let cases = [
        (json!({"level": "debug", "target": "my_crate::orders"}), "my_crate::orders=debug,info"),
        (json!({"level": "off", "target": "my_crate::orders"}), "my_crate::orders=off,info"),
        (json!({"level": "warn"}), "warn"),
    ];
    let mut was = "info".to_owned();
    for (params, now) in cases {
        let changed = answer(&arsenal, Role::Admin, "set_log_level", params.clone()).await;
        assert_eq!(changed, Ok(json!({"before": was, "now": now})), "{params}");
        assert_eq!(ask(&arsenal, "get_log_level", json!({})).await["directives"], now);
        was = now.to_owned();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_change_of_the_log_level_is_lost_to_another_at_the_same_time() {
    const CALLERS: usize = 20;
    for _ in 0..10 {
        let (_layer, handle) = reload::Layer::<EnvFilter, Registry>::new(EnvFilter::new("info"));
        let builder = Builder::empty().operation::<SetLogLevel>().state(LogControl::new(handle));
        let arsenal = builder.build().expect("the program is sound");
        let together = Arc::new(Barrier::new(CALLERS));
        let mut callers = JoinSet::new();
        for n in 0..CALLERS {
            let (arsenal, together) = (arsenal.clone(), Arc::clone(&together));
            callers.spawn(async move {
                together.wait().await;
                let params = json!({"level": "debug", "target": format!("my_crate{n}")});
                answer(&arsenal, Role::Admin, "set_log_level", params).await
            });
        }
        for changed in callers.join_all().await {
            changed.expect("each is made");
        }
        let last = answer(&arsenal, Role::Admin, "set_log_level", json!({"level": "info"})).await;
        let last: Value = last.expect("it is made");
        let before = last["before"].as_str().expect("a text");
        assert_eq!(before.split(',').count(), CALLERS + 1, "{before}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_takes_so_many_targets_and_no_more() {
    let full: Vec<String> = (1..100).map(|n| format!("crate{n}=debug")).collect();
    let full = EnvFilter::new(format!("info,{}", full.join(",")));
    let (_layer, handle) = reload::Layer::<EnvFilter, Registry>::new(full);
    let (arsenal, _machine) = program(LogControl::new(handle)).await;
    let set = async |params: Value| {
        answer(&arsenal, Role::Admin, "set_log_level", params).await.map(|_| ())
    };
    let many = Err((Class::Conflict, "TOO_MANY_TARGETS".to_owned()));
    let new = json!({"level": "warn", "target": "one_more"});
    assert_eq!(set(new.clone()).await, many);
    assert_eq!(set(json!({"level": "warn", "target": "crate7"})).await, Ok(()), "it has its place");
    assert_eq!(set(json!({"level": "info"})).await, Ok(()), "everywhere makes room");
    assert_eq!(set(new).await, Ok(()));
}
