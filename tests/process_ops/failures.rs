//! Category `supervisor`: what its operations tell of failures, and of the tree as it is then.

use std::time::Duration;

use arsenal::Class;
use arsenal_process::{ChildSpec, Kind};
use serde_json::json;
use tokio::time::timeout;

use super::house::House;
use super::supervisors::{column, pids, shop};

/// Has a named child fail, and waits until its supervisor has started it again.
async fn crash(house: &mut House, name: &str) {
    let fail = json!({"process": name, "message": {"fail": "ink"}, "mode": "call"});
    let (_, code, _) = house.refusal("send_message", fail).await;
    assert_eq!(code, "ENDED_BEFORE_REPLY");
    let restarted = house.event("process_restarted").await;
    assert_eq!(restarted["exit_reason"]["value"], "ink");
}

#[tokio::test(start_paused = true)]
async fn a_changed_strategy_holds_for_the_next_failure_and_touches_no_child() {
    let mut house = House::build().await;
    shop(&house, "one_for_one").await;
    let before = pids(&house).await;
    crash(&mut house, "a").await;
    let one = pids(&house).await;
    assert_eq!((one[0] == before[0], &one[1..]), (false, &before[1..]), "one_for_one");

    let change = json!({"process": "shop", "strategy": "one_for_all", "max_restarts": 20});
    let flags = house.ask("change_strategy", change).await;
    assert_eq!((&flags["strategy"], &flags["max_restarts"]), (&json!("one_for_all"), &json!(20)));
    assert_eq!(pids(&house).await, one, "no child is touched");
    crash(&mut house, "a").await;
    // The supervisor answers once all of them run again.
    let all = pids(&house).await;
    assert!(one.iter().zip(&all).all(|(before, after)| before != after), "one_for_all");
    let bad = json!({"process": "shop", "strategy": "one_for_two"});
    let (class, ..) = house.refusal("change_strategy", bad).await;
    assert_eq!(class, Class::Validation);
    let own = json!({"process": "arsenal", "strategy": "one_for_all"});
    let (class, ..) = house.refusal("change_strategy", own).await;
    assert_eq!(class, Class::Forbidden);
}

#[tokio::test(start_paused = true)]
async fn a_real_crash_is_counted_with_nobody_calling_anything() {
    let mut house = House::build().await;
    shop(&house, "one_for_one").await;
    for name in ["a", "b", "a"] {
        tokio::time::advance(Duration::from_secs(2)).await;
        crash(&mut house, name).await;
    }
    let stats = house.ask("supervisor_stats", json!({"process": "shop"})).await;
    assert_eq!((&stats["total"], &stats["budget_left"]), (&json!(3), &json!(7)));
    assert_eq!(stats["per_child"], json!({"a": 2, "b": 1}));
    assert_eq!(stats["per_reason"], json!({"custom": 3}));
    let between = stats["mean_between_us"].as_u64().expect("three restarts have two gaps");
    assert!((1_900_000..2_100_000).contains(&between), "{stats}");
    assert!(stats["per_minute"].as_f64().is_some_and(|rate| rate > 1.0), "{stats}");

    let history = house.ask("restart_history", json!({"process": "shop", "page_size": 2})).await;
    assert_eq!(column(&history, "child_id"), ["a", "b"], "the latest first");
    crash(&mut house, "c").await;
    assert_eq!(history["items"][0]["exit_reason"]["value"], "ink");
    assert_eq!(history["items"][0]["new_pid"], pids(&house).await[0]);
    let token = &history["next_page_token"];
    let rest = json!({"process": "shop", "page_size": 2, "page_token": token});
    let rest = column(&house.ask("restart_history", rest).await, "child_id");
    assert_eq!(rest, ["a"], "what came meanwhile moves no page");
    let only = json!({"process": "shop", "child": "b"});
    assert_eq!(column(&house.ask("restart_history", only).await, "child_id"), ["b"]);
    let children = house.ask("which_children", json!({"process": "shop"})).await;
    assert_eq!(column(&children, "restarts"), [2, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn past_its_intensity_a_supervisor_ends_and_says_so() {
    let mut house = House::build().await;
    let params = json!({"id": "shop", "name": "shop", "restart": "temporary", "max_restarts": 0,
                        "children": [{"id": "a", "name": "a", "entry_point": "counter"}]});
    let shop = house.ask("start_supervisor", params).await["pid"].clone();
    house.ask("monitor_process", json!({"process": shop})).await;
    house.ask("kill_process", json!({"process": "a"})).await;
    assert_eq!(house.event("intensity_reached").await["child_id"], "a");
    assert_eq!(house.event("down").await["exit_reason"], json!({"reason": "shutdown"}));
}

#[tokio::test(start_paused = true)]
async fn the_supervision_tree_shows_what_is_kept_by_name_and_by_pid() {
    let house = House::build().await;
    let shop = shop(&house, "rest_for_one").await;
    house.ask("terminate_child", json!({"process": "shop", "child": "b"})).await;
    for process in [json!("shop"), json!(shop)] {
        let tree = house.ask("supervision_tree", json!({"process": process})).await;
        assert_eq!(
            (&tree["pid"], &tree["flags"]["strategy"]),
            (&json!(shop), &json!("rest_for_one"))
        );
        let states =
            tree["children"].as_array().expect("a list").iter().map(|child| &child["state"]);
        assert_eq!(states.collect::<Vec<_>>(), ["running", "stopped", "running"]);
    }
    let whole = house.ask("supervision_tree", json!({})).await;
    assert_eq!(whole["pid"], json!(house.root()));
    let mut children = whole["children"].as_array().expect("a list").iter();
    let started = children.find(|child| child["id"] == "started").expect("it is the root's child");
    assert_eq!(started["supervises"]["children"][0]["supervises"]["name"], "shop");
    assert_eq!(whole["truncated"], false);
    let top = house.ask("supervision_tree", json!({"depth": 1})).await;
    assert_eq!(top["truncated"], true);
}

#[tokio::test(start_paused = true)]
async fn a_tree_with_more_busy_supervisors_than_there_is_time_for_is_shown_in_part() {
    let house = House::build().await;
    for n in 0..40 {
        let name = format!("shop{n:02}");
        house.ask("start_supervisor", json!({"id": name, "name": name})).await;
        let name: arsenal_process::ProcessName = name.parse().expect("a name");
        let shop = house.runtime.find_supervisor(name).expect("it runs");
        let busy = ChildSpec::dynamic("busy", Kind::Task, |_starter| {
            std::future::pending::<Result<arsenal_process::Started, _>>()
        });
        // The supervisor starts its child for as long as it lives, and answers nothing.
        let adding = shop.start_child(busy);
        assert!(timeout(Duration::from_millis(1), adding).await.is_err());
    }
    let tree = house.ask("supervision_tree", json!({"process": "started"})).await;
    let children = tree["children"].as_array().expect("a list");
    assert_eq!((children.len(), &tree["truncated"]), (40, &json!(true)));
    assert!(children.iter().all(|child| child["supervises"]["busy"] == true), "{tree}");
    assert!(children.iter().all(|child| child["supervises"]["name"] == child["id"]), "{tree}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_before_restarts_is_shown_for_people_and_for_programs() {
    let house = House::build().await;
    let shop = json!({"id": "shop", "name": "shop", "backoff": "250ms", "backoff_max": "1m"});
    house.ask("start_supervisor", shop).await;
    let flags = house.ask("get_supervisor_flags", json!({"process": "shop"})).await;
    assert_eq!((&flags["backoff"], &flags["backoff_us"]), (&json!("250ms"), &json!(250_000)));
    let most = (&flags["backoff_max"], &flags["backoff_max_us"]);
    assert_eq!(most, (&json!("1m"), &json!(60_000_000)));
}
