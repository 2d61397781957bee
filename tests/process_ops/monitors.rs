//! Monitors: whom they tell, and how many there may be, one for each caller and process.

use std::time::Duration;

use arsenal::{Call, Caller, Class, Role};
use serde_json::json;

use super::house::House;

#[tokio::test(start_paused = true)]
async fn a_monitor_tells_the_end_on_the_event_stream() {
    let mut house = House::build().await;
    let params = json!({"entry_point": "counter", "monitor": true});
    let started = house.ask("start_process", params).await;
    let process = &started["pid"];
    let reference = json!({"reference": started["monitor"]});
    let removed = house.ask("demonitor_process", reference.clone()).await;
    assert_eq!(&removed["pid"], process);
    let (class, ..) = house.refusal("demonitor_process", reference).await;
    assert_eq!(class, Class::NotFound);
    let second = house.ask("monitor_process", json!({"process": process})).await;
    assert_ne!(second["reference"], started["monitor"], "no reference is given twice");

    house.ask("kill_process", json!({"process": process, "reason": "bored"})).await;
    let down = house.event("down").await;
    assert_eq!((&down["process"], &down["reference"]), (process, &second["reference"]));
    assert_eq!(down["exit_reason"], json!({"reason": "custom", "value": "bored"}));

    let gone = house.ask("monitor_process", json!({"process": process})).await;
    let down = house.event("down").await;
    assert_eq!(down["reference"], gone["reference"]);
    assert_eq!(down["exit_reason"], json!({"reason": "no_proc"}), "as OTP answers at once");
    let (class, ..) = house.refusal("monitor_process", json!({"process": "nobody"})).await;
    assert_eq!(class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_at_once_is_told_with_its_own_reason() {
    let mut house = House::build().await;
    let params = json!({"entry_point": "idle", "args": {"at_once": true}, "monitor": true});
    let started = house.ask("start_process", params).await;
    let down = house.event("down").await;
    assert_eq!(down["reference"], started["monitor"]);
    assert_eq!(down["exit_reason"], json!({"reason": "normal"}), "not `no_proc`");
}

#[tokio::test(start_paused = true)]
async fn monitors_outlive_the_watcher_that_keeps_them() {
    let mut house = House::build().await;
    let early = house.start("idle", json!({}), None).await;
    let late = house.start("idle", json!({}), None).await;
    let mut references = Vec::new();
    for process in [early, late] {
        let monitor = house.ask("monitor_process", json!({"process": process})).await;
        references.push(monitor["reference"].clone());
    }
    let watch = json!({"process": "arsenal", "child": "watch", "force": true});
    house.call(Role::Admin, "terminate_child", watch.clone()).await.expect("an admin may force");
    let (class, code, _) = house.refusal("monitor_process", json!({"process": late})).await;
    assert_eq!((class, code.as_str()), (Class::Unavailable, "NO_WATCHER"));
    house.ask("kill_process", json!({"process": early, "reason": "unseen"})).await;
    house.ask("restart_child", json!({"process": "arsenal", "child": "watch"})).await;
    let down = house.event("down").await;
    assert_eq!((&down["reference"], &down["process"]), (&references[0], &json!(early)));
    assert_eq!(down["exit_reason"]["value"], "unseen", "it ended while nobody watched");

    let crash = json!({"process": "arsenal_watch", "force": true});
    house.call(Role::Admin, "kill_process", crash).await.expect("an admin may force");
    house.ask("kill_process", json!({"process": late, "reason": "seen"})).await;
    let down = house.event("down").await;
    assert_eq!((&down["reference"], &down["process"]), (&references[1], &json!(late)));
    assert_eq!(down["exit_reason"]["value"], "seen");
    let gone = json!({"reference": references[1]});
    let monitored = house.ask("monitor_process", json!({"process": house.root()})).await;
    assert_ne!(monitored["reference"], references[1], "no reference is given twice");
    let (class, ..) = house.refusal("demonitor_process", gone).await;
    assert_eq!(class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_monitor_is_taken_away_by_its_owner_or_an_admin() {
    let house = House::build().await;
    let process = house.start("idle", json!({}), None).await;
    let monitor = house.ask("monitor_process", json!({"process": process})).await;
    let params = json!({"reference": monitor["reference"]});
    let by = |principal: &'static str, role| {
        let call = Call::new(
            "demonitor_process",
            params.to_string(),
            Caller::new(principal, role, "test"),
        );
        house.arsenal.run(call)
    };
    let stranger = by("bob", Role::Operator).await.outcome.expect_err("it is ann's");
    assert_eq!(stranger.class(), Class::NotFound);
    by("root", Role::Admin).await.outcome.expect("an admin may");
}

#[tokio::test(start_paused = true)]
async fn a_caller_has_one_monitor_of_a_process() {
    let mut house = House::build().await;
    let params = json!({"entry_point": "idle", "name": "ledger", "monitor": true});
    let started = house.ask("start_process", params).await;
    for process in [&started["pid"], &json!("ledger")] {
        let again = house.ask("monitor_process", json!({"process": process})).await;
        assert_eq!(again["reference"], started["monitor"]);
    }
    let bobs = Call::new(
        "monitor_process",
        r#"{"process": "ledger"}"#,
        Caller::new("bob", Role::Viewer, "test"),
    );
    let bobs = house.arsenal.run(bobs).await.outcome.expect("it is another caller's");
    assert!(!bobs.contains(&format!("\"reference\":{}", started["monitor"])), "{bobs}");
    house.ask("kill_process", json!({"process": "ledger"})).await;
    let mut told = Vec::new();
    for _ in 0..2 {
        told.push(house.event("down").await["principal"].clone());
    }
    assert_eq!(told, ["ann", "bob"]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_with_too_many_monitors_leaves_room_for_others() {
    let house = House::build().await;
    let mut monitors = Vec::new();
    for n in 0..1001 {
        if n % 500 == 0 {
            tokio::time::advance(Duration::from_secs(60)).await;
        }
        let task = house.runtime.task().spawn(std::future::pending::<()>()).expect("it starts");
        let params = json!({"process": task.pid()});
        monitors.push(house.call(Role::Viewer, "monitor_process", params).await);
    }
    let refused = monitors.pop().expect("the last one").expect_err("it is one too many");
    assert_eq!((refused.class(), refused.code()), (Class::Unavailable, "TOO_MANY_MONITORS"));
    assert!(monitors.iter().all(Result::is_ok));
    let watched = json!({"process": house.root()});
    let bobs =
        Call::new("monitor_process", watched.to_string(), Caller::new("bob", Role::Viewer, "test"));
    house.arsenal.run(bobs).await.outcome.expect("there is room for bob");

    let first = monitors.swap_remove(0).expect("it was taken");
    house.ask("demonitor_process", json!({"reference": first["reference"]})).await;
    house.ask("monitor_process", watched).await;
}

#[tokio::test(start_paused = true)]
async fn the_watcher_cannot_be_asked_to_tell_its_own_end() {
    let house = House::build().await;
    let watcher = house.ask("get_process_info", json!({"process": "arsenal_watch"})).await;
    for process in [&json!("arsenal_watch"), &watcher["pid"]] {
        let (class, code, _) = house.refusal("monitor_process", json!({"process": process})).await;
        assert_eq!((class, code.as_str()), (Class::Conflict, "THE_WATCHER_ITSELF"));
    }
}
