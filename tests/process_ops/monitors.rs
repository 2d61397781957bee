//! How many monitors there may be: one for each caller and process, and no caller takes the
//! others' place.

use std::time::Duration;

use arsenal::{Call, Caller, Class, Role};
use serde_json::json;

use super::house::House;

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
