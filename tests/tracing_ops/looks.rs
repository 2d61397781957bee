//! What two looks show: how a mailbox goes, and what others wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arsenal_process::{
    Authority, Context, ExitReason, MailboxBound, ProcessRef, ReplyTo, Server, Stop,
};
use serde_json::json;
use tokio::time::{interval, sleep, timeout};

use super::{BOUND, Echo, House};

/// Takes a while over each cast.
struct Slow(Duration);

impl Server for Slow {
    type Args = Duration;
    type Call = ();
    type Reply = ();
    type Cast = u32;

    async fn init(takes: Duration, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self(takes))
    }

    async fn handle_call(
        &mut self,
        _call: (),
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(());
        Ok(())
    }

    async fn handle_cast(&mut self, _n: u32, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        sleep(self.0).await;
        Ok(())
    }
}

/// Sends so many messages at once, and one after the other from then on.
fn fed<S: Server<Cast = u32>>(house: &House, to: ProcessRef<S>, every: Duration, at_once: u32) {
    for _ in 0..at_once {
        to.cast(0).expect("there is room");
    }
    let feed = async move {
        let mut next = interval(every);
        while to.is_alive() {
            next.tick().await;
            to.cast(0)?;
        }
        Ok::<(), ExitReason>(())
    };
    house.runtime.task().spawn(feed).expect("it starts");
}

#[tokio::test(start_paused = true)]
async fn a_trend_is_what_came_less_what_went() {
    // Ten messages a second are handled; the mailbox is looked at twice, two seconds apart.
    let cases = [
        ("growing", Duration::from_millis(50), 20.0, None),
        ("steady", Duration::from_millis(100), 10.0, None),
        ("shrinking", Duration::from_millis(400), 2.5, Some(11.4)),
    ];
    for (trend, every, came, empty_in) in cases {
        let house = House::build();
        let slow = house.runtime.server::<Slow>(Duration::from_millis(100)).start().await;
        let slow = slow.expect("it starts");
        let pid = slow.pid();
        fed(&house, slow, every, 100);
        let asked = json!({"process": pid, "observe": "2s"});
        let seen = house.ask("analyze_message_queue", asked).await;
        assert_eq!(seen["trend"], trend, "{seen}");
        let near = |field: &str, expected: f64| {
            let value = seen[field].as_f64().unwrap_or_default();
            assert!((value - expected).abs() < 1.1, "{trend} {field}: {seen}");
        };
        near("arrived_per_second", came);
        near("handled_per_second", 10.0);
        let seconds = seen["empty_in_us"].as_f64().map(|us| us / 1e6);
        assert_eq!(seconds.is_some(), empty_in.is_some(), "{seen}");
        let left = seconds.zip(empty_in).map(|(seconds, expected): (f64, f64)| seconds - expected);
        assert!(left.is_none_or(|left| left.abs() < 2.0), "{seen}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_is_looked_at_twice() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    let ask = async || house.ask("analyze_message_queue", json!({"process": "second"})).await;
    let empty = ask().await;
    assert_eq!((&empty["trend"], &empty["mailbox_length"]), (&json!("empty"), &json!(0)));
    house.runtime.suspend(second.pid(), Authority::Ordinary).expect("it runs");
    first.cast(40).expect("it runs");
    first.call((), BOUND).await.expect("it answers");
    let stuck = ask().await;
    assert_eq!((&stuck["trend"], &stuck["mailbox_length"]), (&json!("stuck"), &json!(40)));
    assert_eq!((&stuck["handled_per_second"], stuck.get("empty_in")), (&json!(0.0), None));

    let bounded = house.runtime.server::<Echo>(None).mailbox(MailboxBound::Bounded(80));
    let bounded = bounded.start().await.expect("it starts");
    let seen = house.ask("analyze_message_queue", json!({"process": bounded.pid()})).await;
    assert_eq!((&seen["mailbox_capacity"], &seen["used"]), (&json!(80), &json!(0.0)));
}

#[tokio::test(start_paused = true)]
async fn bottlenecks_are_named_with_their_numbers() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    let none = house.ask("detect_bottlenecks", json!({"busy_min": 1.0})).await;
    assert_eq!((&none["items"], &none["processes"]), (&json!([]), &json!(3)));
    house.runtime.suspend(second.pid(), Authority::Ordinary).expect("it runs");
    first.cast(150).expect("it runs");
    first.call((), BOUND).await.expect("it answers");
    let found = house.ask("detect_bottlenecks", json!({"busy_min": 1.0})).await;
    let kinds: Vec<_> = found["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| (item["kind"].as_str(), item["value"].as_f64(), item["name"].as_str()))
        .collect();
    let expected = [
        (Some("mailbox_long"), Some(150.0), Some("second")),
        (Some("suspended"), Some(150.0), Some("second")),
    ];
    assert_eq!(kinds, expected);
    let high = json!({"mailbox_min": 151, "busy_min": 1.0});
    let found = house.ask("detect_bottlenecks", high).await;
    assert_eq!(found["items"][0]["kind"], "suspended", "just under the limit is none");

    fed(&house, second, Duration::from_millis(100), 0);
    let found = house.ask("detect_bottlenecks", json!({"busy_min": 1.0})).await;
    let growing = &found["items"][0];
    assert_eq!(growing["kind"], "mailbox_growing", "{found}");
    let detail = growing["detail"].as_str().expect("a sentence");
    assert!(detail.ends_with("150 before") && growing["value"].as_f64() > Some(150.0), "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_does_not_yield_is_a_bottleneck_for_as_long_as_it_does_not() {
    let house = House::build();
    let stop = Arc::new(AtomicBool::new(false));
    let (seen, name) = (Arc::clone(&stop), "stubborn".parse().expect("a name"));
    let spinning = async move {
        while !seen.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
        std::future::pending::<()>().await;
    };
    house.runtime.task().name(name).spawn(spinning).expect("it starts");
    let asked = json!({"observe": "20ms", "poll_max": "5ms", "busy_min": 0.05});
    let look = async || house.ask("detect_bottlenecks", asked.clone()).await;
    let found = look().await;
    stop.store(true, Ordering::Relaxed);
    let item = &found["items"][0];
    assert_eq!((&item["kind"], &item["name"]), (&json!("not_yielding"), &json!("stubborn")));
    assert_eq!(item["limit"], 5000.0);
    assert!(item["value"].as_f64() >= Some(5000.0), "{item}");
    let ended = async { while !look().await["items"].as_array().expect("a list").is_empty() {} };
    timeout(BOUND, ended).await.expect("what yields again is none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_busy_for_most_of_the_time_is_a_bottleneck() {
    let house = House::build();
    let busy = async {
        loop {
            let until = std::time::Instant::now() + Duration::from_millis(1);
            while std::time::Instant::now() < until {
                std::hint::spin_loop();
            }
            tokio::task::yield_now().await;
        }
    };
    let busy = house.runtime.task().spawn(busy).expect("it starts");
    let asked = json!({"observe": "50ms", "poll_max": "1h", "busy_min": 0.2});
    let found = async {
        loop {
            let found = house.ask("detect_bottlenecks", asked.clone()).await;
            if let Some(item) = found["items"].get(0) {
                return item.clone();
            }
        }
    };
    let item = timeout(BOUND, found).await.expect("it is found");
    assert_eq!((&item["kind"], &item["pid"]), (&json!("busy"), &json!(busy.pid())));
    assert!(item["value"].as_f64() >= Some(0.2) && item["limit"] == 0.2, "{item}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_that_began_before_the_first_look_counts_only_from_there() {
    let house = House::build();
    let ended = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&ended);
    let spinning = async move {
        let until = std::time::Instant::now() + Duration::from_millis(500);
        while std::time::Instant::now() < until {
            std::hint::spin_loop();
        }
        end.store(true, Ordering::Relaxed);
        std::future::pending::<()>().await;
    };
    let pid = house.runtime.task().spawn(spinning).expect("it starts").pid();
    let asked = json!({"observe": "20ms", "poll_max": "1h", "busy_min": 0.01});
    let mut seen = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        let found = house.ask("detect_bottlenecks", asked.clone()).await;
        let items = found["items"].as_array().expect("a list");
        let own = items.iter().find(|item| item["pid"] == json!(pid));
        seen.extend(own.and_then(|item| item["value"].as_f64()));
    }
    // Others may have the processors for a while, but the poll is under way all along.
    assert!(seen.iter().any(|share| *share > 0.5), "{seen:?}");
    assert!(seen.iter().all(|share| *share <= 1.0), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_shown_of_the_bottlenecks_is_told_of() {
    let house = House::build();
    let asked = json!({"mailbox_min": 1, "busy_min": 1.0});
    // Each is found twice: suspended, and with a mailbox that is long.
    for (more, shown, truncated) in [(100, 200, false), (1, 200, true)] {
        for _ in 0..more {
            let echo = house.runtime.server::<Echo>(None).start().await.expect("it starts");
            house.runtime.suspend(echo.pid(), Authority::Ordinary).expect("it runs");
            echo.cast(1).expect("there is room");
        }
        let found = house.ask("detect_bottlenecks", asked.clone()).await;
        let items = found["items"].as_array().map(Vec::len);
        assert_eq!((items, &found["truncated"]), (Some(shown), &json!(truncated)));
    }
}
