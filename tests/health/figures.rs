//! Figures that are fed: history, health, anomalies, subscriptions, under a paused clock.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use arsenal::Builder;
use arsenal_ops::analytics::{
    Analytics, AnalyticsConfig, AnomalyRule, Direction, Figures, HealthStatus, Limit, Machine,
    Metric, Notice, NoticeFilter, NoticeKind, Resolution, Severity, Thresholds,
};
use arsenal_ops::system::SystemHealth;
use arsenal_process::{
    Authority, ChildPid, ChildSpec, Event, ExitReason, Heard, Strategy, SupervisorSpec,
};
use tokio::time::{advance, timeout};

use super::{fed, idle};

const TURN: Duration = Duration::from_secs(5);

/// No wait of a test takes longer, by the paused clock.
const BOUND: Duration = Duration::from_secs(600);

#[tokio::test(start_paused = true)]
async fn a_day_is_kept_and_no_more() {
    let (analytics, machine) = fed(AnalyticsConfig::default());
    for n in 0..26 * 720 {
        machine.set(Figures { process_cpu: Some(f64::from(n % 12)), ..idle() });
        analytics.sample();
        advance(TURN).await;
    }
    let whole = (Duration::ZERO, analytics.now());
    let series = |resolution| {
        analytics.series(Metric::ProcessCpu, whole, Some(resolution), usize::MAX).points
    };
    let (fine, coarse) = (series(Resolution::Fine), series(Resolution::Coarse));
    assert_eq!((fine.len(), coarse.len()), (720, 1440));
    let minute = coarse[700];
    assert_eq!((minute.samples, minute.mean, minute.min, minute.max), (12, 5.5, 0.0, 11.0));
    let day = Duration::from_secs(24 * 60 * 60);
    assert!(day <= analytics.now() - coarse[0].at, "a whole day is there");

    let thin = analytics.series(Metric::ProcessCpu, whole, None, 100);
    assert_eq!(thin.resolution, Resolution::Coarse, "an hour does not reach back a day");
    assert!(thin.points.len() <= 100);
    assert_eq!(thin.points.iter().map(|point| point.samples).sum::<u32>(), 1440 * 12);
    let hour = (analytics.now() - Duration::from_secs(3000), analytics.now());
    let last = analytics.series(Metric::ProcessCpu, hour, None, usize::MAX);
    assert_eq!((last.resolution, last.points.len()), (Resolution::Fine, 600));
}

#[tokio::test(start_paused = true)]
async fn health_is_judged_by_limits_with_the_numbers() {
    let cases = [
        ("idle", idle(), HealthStatus::Healthy, None),
        (
            "a full machine",
            Figures { system_memory: Some(0.92), ..idle() },
            HealthStatus::Degraded,
            Some((Metric::SystemMemory, Severity::Degraded, 0.9)),
        ),
        (
            "a fuller one",
            Figures { system_memory: Some(0.98), ..idle() },
            HealthStatus::Unhealthy,
            Some((Metric::SystemMemory, Severity::Unhealthy, 0.97)),
        ),
        (
            "a busy one",
            Figures { system_cpu: Some(0.95), ..idle() },
            HealthStatus::Degraded,
            Some((Metric::SystemCpu, Severity::Degraded, 0.95)),
        ),
        ("just below", Figures { system_cpu: Some(0.949), ..idle() }, HealthStatus::Healthy, None),
    ];
    for (case, figures, status, finding) in cases {
        let (analytics, machine) = fed(AnalyticsConfig::default());
        machine.set(figures);
        analytics.sample();
        let health = analytics.health();
        assert_eq!(health.status, status, "{case}");
        let found = health.findings.first().map(|one| (one.metric, one.severity, one.limit));
        assert_eq!(found, finding, "{case}");
        assert_eq!(health.unknown, [Metric::CgroupMemory], "{case}: it says so");
    }
}

#[tokio::test(start_paused = true)]
async fn thresholds_can_be_changed_while_it_runs() {
    let (analytics, _machine) = fed(AnalyticsConfig::default());
    analytics.sample();
    assert_eq!(analytics.health().status, HealthStatus::Healthy);
    let limit = Limit { degraded: None, unhealthy: Some(0.25) };
    analytics.set_thresholds(Thresholds::default().limit(Metric::SystemMemory, limit));
    let health = analytics.health();
    assert_eq!((health.status, health.findings[0].value), (HealthStatus::Unhealthy, 0.3));
    analytics.set_thresholds(Thresholds { limits: [].into(), ..Thresholds::default() });
    assert_eq!(analytics.health().status, HealthStatus::Healthy);
}

#[tokio::test(start_paused = true)]
async fn anomalies_rise_and_fall_and_say_their_numbers() {
    let cases = [
        ("a rise", 40, 0.9, Some(Direction::Rise)),
        ("a fall", 40, 0.0, Some(Direction::Fall)),
        ("within the noise", 40, 0.56, None),
        ("too few before", 8, 0.9, None),
    ];
    for (case, n_before, value, expected) in cases {
        let (analytics, machine) = fed(AnalyticsConfig::default());
        for n in 0..n_before {
            let noise = if n % 2 == 0 { 0.45 } else { 0.55 };
            machine.set(Figures { system_cpu: Some(noise), ..idle() });
            analytics.sample();
            advance(TURN).await;
        }
        machine.set(Figures { system_cpu: Some(value), ..idle() });
        analytics.sample();
        let found = analytics.anomalies(&AnomalyRule::default()).found;
        assert_eq!(found.first().map(|one| one.direction), expected, "{case}: {found:?}");
        if let [one] = found.as_slice() {
            assert_eq!((one.metric, one.value), (Metric::SystemCpu, value), "{case}");
            assert!((one.baseline.mean - 0.5).abs() < 1e-9, "{case}");
            let sigmas = (value - 0.5).abs() / 0.05;
            assert!((one.sigmas.expect(case) - sigmas).abs() < 1e-6, "{case}: {one:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_subscriber_gets_one_copy_of_what_its_filter_lets_through() {
    let (analytics, machine) = fed(AnalyticsConfig::default());
    let mut all = analytics.subscribe(NoticeFilter::default());
    let mut twice = analytics.subscribe(NoticeFilter::default());
    let kinds = vec![NoticeKind::Finding];
    let mut findings =
        analytics.subscribe(NoticeFilter { kinds: kinds.clone(), ..NoticeFilter::default() });
    let mut other = analytics.subscribe(NoticeFilter { kinds, metrics: vec![Metric::MailboxMax] });
    analytics.sample();
    machine.set(Figures { system_memory: Some(1.0), ..idle() });
    advance(4 * TURN).await;
    analytics.sample();
    analytics.sample();
    for subscription in [&mut all, &mut twice] {
        let mut kinds = Vec::new();
        while let Ok(Some(notice)) = timeout(TURN, subscription.next()).await {
            kinds.push(match notice {
                Notice::Sample(_) => "sample",
                Notice::Anomaly(_) => "anomaly",
                Notice::Finding(_) => "finding",
                Notice::Status { .. } => "status",
            });
        }
        assert_eq!(kinds, ["sample", "sample", "finding", "status", "sample"]);
    }
    let Ok(Some(Notice::Finding(found))) = timeout(TURN, findings.next()).await else {
        panic!("a finding comes")
    };
    assert_eq!((found.metric, found.value, found.limit), (Metric::SystemMemory, 1.0, 0.97));
    assert!(timeout(TURN, findings.next()).await.is_err(), "it comes once");
    assert!(timeout(TURN, other.next()).await.is_err(), "its filter lets nothing through");
}

#[tokio::test(start_paused = true)]
async fn a_slow_or_panicking_subscriber_hurts_nobody() {
    let (analytics, _machine) = fed(AnalyticsConfig::default());
    let slow = analytics.subscribe(NoticeFilter::default());
    let mut panicking = analytics.subscribe(NoticeFilter::default());
    let mut good = analytics.subscribe(NoticeFilter::default());
    let task = analytics.runtime().spawn_task("panicking", async move {
        panicking.next().await;
        panic!("a subscriber with a fault");
    });
    analytics.sample();
    assert!(timeout(BOUND, task.expect("it starts")).await.expect("it ends").is_err());
    for _ in 0..1000 {
        analytics.sample();
        let heard = timeout(BOUND, good.next()).await.expect("it is not slow");
        assert!(matches!(heard, Some(Notice::Sample(_))));
    }
    assert_eq!((slow.dropped(), good.dropped()), (1001 - 256, 0));
    assert_eq!(analytics.n_subscribers(), 2, "the one that panicked is forgotten");
}

#[tokio::test(start_paused = true)]
async fn restarts_are_judged_by_the_minute_where_sampling_is_slow_too() {
    // Five a minute are worse than there should be; a sample counts those since the one before.
    let cases: [(u64, &[usize], HealthStatus); 4] = [
        (300, &[10], HealthStatus::Healthy),
        (300, &[30], HealthStatus::Degraded),
        (45, &[3, 3], HealthStatus::Healthy),
        (45, &[5, 5], HealthStatus::Degraded),
    ];
    for (every, crashes, status) in cases {
        let every = Duration::from_secs(every);
        let (analytics, _machine) = fed(AnalyticsConfig { every, ..AnalyticsConfig::default() });
        let kinds = vec![NoticeKind::Sample];
        let mut samples = analytics.subscribe(NoticeFilter { kinds, ..NoticeFilter::default() });
        analytics.start().await.expect("it starts");
        samples.next().await.expect("one is taken at once");
        let spec = SupervisorSpec::new(Strategy::OneForOne).intensity(100, BOUND);
        let failing = ChildSpec::task("failing", std::future::pending::<()>);
        let supervisor = analytics.runtime().supervisor(spec.child(failing));
        let supervisor = supervisor.start().await.expect("it starts");
        for n_crashes in crashes {
            for _ in 0..*n_crashes {
                let children = supervisor.which_children().await.expect("it answers");
                let ChildPid::Running(pid) = children[0].pid else { panic!("{children:?}") };
                analytics.runtime().exit(pid, ExitReason::custom("a crash")).expect("it runs");
                analytics.runtime().wait_end(pid).await.ok();
            }
            samples.next().await.expect("samples come");
        }
        for _ in 0..2 {
            assert_eq!(analytics.health().status, status, "{crashes:?}, each within {every:?}");
            advance(every.mul_f64(0.3)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_supervised_crash_is_counted_with_nobody_calling_anything() {
    let (analytics, _machine) = fed(AnalyticsConfig::default());
    analytics.start().await.expect("it starts");
    let runtime = analytics.runtime();
    let mut notices = analytics.subscribe(NoticeFilter::default());
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .intensity(10, TURN)
        .child(ChildSpec::task("worker", std::future::pending::<()>));
    let supervisor = runtime.supervisor(spec).start().await.expect("it starts");
    let worker = || async {
        let children = supervisor.which_children().await.expect("it answers");
        match children[0].pid {
            ChildPid::Running(pid) => pid,
            other => panic!("{other:?}"),
        }
    };
    for n in 1..=3 {
        runtime.exit(worker().await, ExitReason::custom("a crash")).expect("it runs");
        let counted = async {
            while analytics.restarts().total < n {
                notices.next().await;
            }
        };
        timeout(BOUND, counted).await.expect("a restart is counted");
    }
    let seen = async {
        loop {
            if let Some(Notice::Sample(sample)) = notices.next().await
                && sample.value(Metric::Restarts) == Some(0.0)
            {
                break;
            }
        }
    };
    timeout(BOUND, seen).await.expect("a sample without restarts comes");
    let minute = analytics.summary(Metric::Restarts, BOUND).expect("there are samples");
    assert_eq!(minute.mean * minute.samples as f64, 3.0, "each is in one sample");
    assert_eq!(analytics.restarts().events_missed, 0);
}

#[tokio::test(start_paused = true)]
async fn only_what_failed_is_counted_as_a_restart() {
    let (analytics, _machine) = fed(AnalyticsConfig::default());
    analytics.start().await.expect("it starts");
    let runtime = analytics.runtime();
    let spec = ["first", "second", "third"]
        .into_iter()
        .fold(SupervisorSpec::new(Strategy::OneForAll).intensity(10, TURN), |spec, id| {
            spec.child(ChildSpec::task(id, std::future::pending::<()>))
        });
    let supervisor = runtime.supervisor(spec).start().await.expect("it starts");
    let mut events = runtime.events();
    let mut seen = async |wanted: usize| {
        let mut n = 0;
        while n < wanted {
            let heard = timeout(BOUND, events.next()).await.expect("an event comes");
            n += usize::from(matches!(heard, Some(Heard::Event(Event::Restarted { .. }))));
        }
    };
    supervisor.recycle_child("first").await.expect("it runs");
    seen(1).await;
    let children = supervisor.which_children().await.expect("it answers");
    let ChildPid::Running(second) = children[1].pid else { panic!("{children:?}") };
    runtime.exit(second, ExitReason::custom("a crash")).expect("it runs");
    seen(3).await;
    // What the analytics heard before this sample is in it.
    advance(TURN).await;
    let mut samples = analytics.subscribe(NoticeFilter::default());
    timeout(BOUND, samples.next()).await.expect("a sample comes");
    assert_eq!(analytics.restarts().total, 1, "neither its siblings nor what was asked for");

    let arsenal = analytics
        .install(Builder::empty().operation::<SystemHealth>())
        .build()
        .expect("the program is sound");
    let mut gauges = arsenal.sources().gauges().iter();
    let gauge = gauges.find(|gauge| gauge.name == "arsenal_restarts").expect("it is there");
    for _ in 0..2 {
        analytics.sample();
        let value = (gauge.read)().first().map(|reading| reading.value);
        assert_eq!(value, Some(1.0), "whoever reads it seldom misses none");
    }
}

#[tokio::test(start_paused = true)]
async fn events_without_an_end_keep_no_sample_from_being_taken() {
    let (analytics, _machine) = fed(AnalyticsConfig::default());
    analytics.start().await.expect("it starts");
    let runtime = analytics.runtime().clone();
    let busy = runtime.task().spawn(std::future::pending::<()>()).expect("it starts").pid();
    let flood = async move {
        loop {
            for _ in 0..1000 {
                runtime.suspend(busy, Authority::Ordinary).expect("it runs");
                runtime.resume(busy).expect("it runs");
            }
            tokio::task::yield_now().await;
        }
    };
    let flood = analytics.runtime().task().spawn(flood).expect("it starts").pid();
    let mut latest = Vec::new();
    for _ in 0..5 {
        advance(TURN).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        latest.extend(analytics.latest().map(|sample| sample.at));
    }
    latest.dedup();
    assert_eq!(latest.len(), 5, "one each turn: {latest:?}");
    assert!(0 < analytics.restarts().events_missed, "there were more than it can hear");
    analytics.runtime().kill(flood, BOUND, Authority::Ordinary).await.expect("it runs");
}

#[tokio::test]
async fn many_that_ask_at_once_take_one_sample() {
    struct Slow(Arc<(Barrier, AtomicU32)>);

    impl Machine for Slow {
        fn read(&mut self) -> Figures {
            let (others, n_reads) = &*self.0;
            if n_reads.fetch_add(1, Ordering::SeqCst) == 0 {
                others.wait();
                // Time for the others to find no sample, and to wait for this one.
                (0..10_000).for_each(|_| std::thread::yield_now());
            }
            idle()
        }
    }

    const N_OTHERS: usize = 4;
    let machine = Arc::new((Barrier::new(N_OTHERS + 1), AtomicU32::new(0)));
    let slow = Slow(Arc::clone(&machine));
    let analytics = Analytics::with_machine(&super::runtime(), AnalyticsConfig::default(), slow);
    std::thread::scope(|threads| {
        threads.spawn(|| analytics.fresh());
        for _ in 0..N_OTHERS {
            threads.spawn(|| {
                machine.0.wait();
                analytics.fresh()
            });
        }
    });
    assert_eq!(machine.1.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn it_samples_by_itself_and_survives_a_machine_that_panics() {
    struct Broken(u32);

    impl Machine for Broken {
        fn read(&mut self) -> Figures {
            self.0 += 1;
            assert!(self.0 != 2, "a fault of the machine");
            idle()
        }
    }

    let runtime = super::runtime();
    let config = AnalyticsConfig::default();
    let analytics = Analytics::with_machine(&runtime, config, Broken(0));
    let mut samples = analytics
        .subscribe(NoticeFilter { kinds: vec![NoticeKind::Sample], ..NoticeFilter::default() });
    analytics.start().await.expect("it starts");
    for n in 0..4 {
        let heard = timeout(BOUND, samples.next()).await;
        assert!(matches!(heard, Ok(Some(Notice::Sample(_)))), "sample {n}");
    }
    let lives = timeout(BOUND, analytics.runtime().shutdown(TURN)).await.expect("it ends");
    assert_eq!(lives.expect("the handle is whole").still_running, []);
}
