//! Many callers at once: one of them wins, and nothing is left over.

use std::sync::Arc;

use arsenal::{Class, Role};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::house::House;

/// The same call from many callers at once: how many were answered, and the codes of the others.
async fn at_once(
    house: &Arc<House>,
    n: usize,
    name: &'static str,
    params: Value,
) -> (usize, Vec<String>) {
    let mut calls = JoinSet::new();
    for _ in 0..n {
        let (house, params) = (Arc::clone(house), params.clone());
        calls.spawn(async move { house.call(Role::Operator, name, params).await });
    }
    let (mut answered, mut codes) = (0, Vec::new());
    for outcome in calls.join_all().await {
        match outcome {
            Ok(_) => answered += 1,
            Err(error) => {
                assert_ne!(error.class(), Class::System, "{error}");
                codes.push(error.code().to_owned());
            }
        }
    }
    codes.sort_unstable();
    codes.dedup();
    (answered, codes)
}

#[tokio::test(start_paused = true)]
async fn a_name_that_has_gone_to_the_next_is_not_suggested_to_who_meant_the_one_before() {
    let house = House::build().await;
    let child = json!({"id": "a", "name": "a", "entry_point": "counter"});
    house.ask("start_supervisor", json!({"id": "shop", "children": [child]})).await;
    let restart = || house.call(Role::Operator, "restart_process", json!({"process": "a"}));
    let (first, second) = tokio::join!(restart(), restart());
    let first = first.expect("the first restarts it");
    let error = second.expect_err("what it meant has ended");
    assert_eq!((error.class(), error.code()), (Class::NotFound, "NO_PROCESS"));
    assert_eq!(error.details()["restarted_as"], first["new_pid"], "{error}");
    assert_eq!(error.details().get("suggestion"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_starts_under_one_name_one_wins() {
    let house = Arc::new(House::build().await);
    let before = house.runtime.n_processes();
    let start = json!({"entry_point": "counter", "name": "ledger"});
    let (answered, codes) = at_once(&house, 32, "start_process", start).await;
    assert_eq!((answered, codes), (1, vec!["NAME_TAKEN".to_owned()]));
    assert_eq!(house.runtime.n_processes(), before + 1);
    let (answered, codes) = at_once(&house, 32, "kill_process", json!({"process": "ledger"})).await;
    assert!(answered >= 1 && codes.iter().all(|code| code == "NO_PROCESS"), "{codes:?}");
    assert_eq!(house.runtime.n_processes(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_changes_of_one_child_leave_one_child() {
    let house = Arc::new(House::build().await);
    let params = json!({"id": "shop", "name": "shop", "max_restarts": 1000,
                        "children": [{"id": "a", "name": "a", "entry_point": "counter"}]});
    house.ask("start_supervisor", params).await;
    let before = house.runtime.n_processes();
    let (answered, codes) = at_once(&house, 32, "restart_process", json!({"process": "a"})).await;
    assert!(answered >= 1 && codes.iter().all(|code| code == "NO_PROCESS"), "{codes:?}");
    let add = json!({"process": "shop", "id": "b", "entry_point": "idle"});
    let (answered, codes) = at_once(&house, 32, "add_child", add).await;
    assert_eq!((answered, codes), (1, vec!["CHILD_EXISTS".to_owned()]));
    let b = json!({"process": "shop", "child": "b"});
    at_once(&house, 32, "terminate_child", b.clone()).await;
    let (answered, codes) = at_once(&house, 32, "delete_child", b).await;
    assert_eq!((answered, codes), (1, vec!["NO_CHILD".to_owned()]));
    assert_eq!(house.runtime.n_processes(), before);
}
