//! Starts by name: what is found, what is refused, and what hangs, fails or goes on for ever.
//! Nobody is left with what they do not know of, and the rest of the program goes on.

use std::time::Duration;

use arsenal::{Call, Caller, Class, Role};
use arsenal_process::Authority;
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::house::{House, name, pid, pointers};

#[tokio::test(start_paused = true)]
async fn a_started_process_is_named_found_and_printed_in_every_form() {
    let house = House::build().await;
    let params = json!({"entry_point": "counter", "args": {"start": 7}, "name": "ledger"});
    let started = house.ask("start_process", params).await;
    assert_eq!((&started["name"], &started["kind"]), (&json!("ledger"), &json!("server")));
    assert_eq!(started.get("exit_reason"), None);
    let printed = started["pid"].as_str().expect("a pid is text").to_owned();
    for form in [printed.as_str(), printed.trim_matches(['<', '>']), "ledger"] {
        let query = json!({"process": form, "fields": ["pid", "name", "entry_point"]});
        let info = house.ask("get_process_info", query).await;
        assert_eq!(info, json!({"pid": printed, "name": "ledger", "entry_point": "counter"}));
    }
    let call = json!({"process": "ledger", "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 7);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_started_is_refused_with_its_reason() {
    let house = House::build().await;
    house.start("counter", json!({}), Some("taken")).await;
    let before = house.runtime.n_processes();
    let cases = [
        ("an unknown one", json!({"entry_point": "countr"}), Class::NotFound, "NO_ENTRY_POINT"),
        (
            "bad arguments",
            json!({"entry_point": "counter", "args": {"start": 5000, "sart": 1}}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
        (
            "a taken name",
            json!({"entry_point": "counter", "name": "taken"}),
            Class::Conflict,
            "NAME_TAKEN",
        ),
        (
            "no caller's process",
            json!({"entry_point": "counter", "link": true}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
        (
            "an end in the start",
            json!({"entry_point": "counter", "args": {"fail": "no ink"}}),
            Class::Execution,
            "ENDED_IN_START",
        ),
        (
            "a name like a pid",
            json!({"entry_point": "counter", "name": "0.1.0"}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
    ];
    for (case, params, class, code) in cases {
        let (got, got_code, error) = house.refusal("start_process", params).await;
        assert_eq!((got, got_code.as_str()), (class, code), "{case}: {error}");
    }
    assert_eq!(house.runtime.n_processes(), before, "nothing is left behind");
}

#[tokio::test(start_paused = true)]
async fn refusals_of_a_start_say_where_and_what_instead() {
    let house = House::build().await;
    let (_, _, unknown) = house.refusal("start_process", json!({"entry_point": "countr"})).await;
    assert_eq!(unknown.details()["suggestion"], "counter");
    assert_eq!(unknown.details()["see"], "list_entry_points");

    let args = json!({"start": 5000, "fail": 1, "sart": 1});
    let params = json!({"entry_point": "counter", "args": args});
    let (_, _, broken) = house.refusal("start_process", params).await;
    assert_eq!(pointers(&broken), ["/args/start", "/args/fail", "/args/sart"]);
    let params = json!({"entry_point": "counter", "args": {"start": -1, "trap": true}});
    let (_, _, rule) = house.refusal("start_process", params).await;
    assert_eq!(pointers(&rule), ["/args"]);

    let params = json!({"entry_point": "counter", "args": {"fail": "no ink"}});
    let (_, _, ended) = house.refusal("start_process", params).await;
    let reason = json!({"reason": "custom", "value": "no ink"});
    assert_eq!(ended.details()["exit_reason"], reason);

    let params = json!({"entry_point": "counter", "link": true});
    let (_, _, no_process) = house.refusal("start_process", params).await;
    assert_eq!(pointers(&no_process), ["/link"]);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_hangs_is_ended_and_leaves_its_name_and_its_supervisor_free() {
    let house = House::build().await;
    house.ask("start_supervisor", json!({"id": "shop", "name": "shop"})).await;
    let before = house.runtime.n_processes();
    let args = json!({"ready_after": "1h"});
    let child = json!({"id": "a", "name": "ledger", "entry_point": "counter", "args": args});
    let mut added = child.clone();
    added["process"] = "shop".into();
    let cases = [
        ("start_process", json!({"entry_point": "counter", "name": "ledger", "args": args})),
        ("add_child", added),
        ("start_supervisor", json!({"id": "b", "name": "bank", "children": [child]})),
    ];
    for (operation, params) in cases {
        let (class, code, error) = house.refusal(operation, params).await;
        assert_eq!((class, code.as_str()), (Class::Execution, "ENDED_IN_START"), "{error}");
        assert_eq!(house.runtime.n_processes(), before, "{operation} leaves nothing");
    }
    assert_eq!(
        (house.runtime.whereis(&name("ledger")), house.runtime.whereis(&name("bank"))),
        (None, None)
    );
    let counts = house.ask("count_children", json!({"process": "shop"})).await;
    assert_eq!(counts["specs"], 0, "and it answers");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_over_before_its_process_is_ready_leaves_none() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    let params = json!({"entry_point": "counter", "name": "ledger", "args": {"ready_after": "5s"}});
    let mut call =
        Call::new("start_process", params.to_string(), Caller::new("ann", Role::Operator, "test"));
    call.origin.deadline = Some(Instant::now() + Duration::from_secs(1));
    let refused = house.arsenal.run(call).await.outcome.expect_err("its time is over");
    assert_eq!(refused.class(), Class::Timeout);
    if let Ok(pid) = house.runtime.resolve(name("ledger")) {
        let ended = timeout(Duration::from_secs(60), house.runtime.wait_end(pid)).await;
        assert_eq!(ended.expect("it ends"), Ok(arsenal_process::ExitReason::Killed));
    }
    assert_eq!(house.runtime.n_processes(), before);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_cannot_be_monitored_is_not_left_behind() {
    let mut house = House::build().await;
    let before = house.runtime.n_processes();
    let params = json!({"entry_point": "counter", "name": "ledger", "monitor": true,
                        "args": {"ready_after": "2s"}});
    let falls_silent = async {
        tokio::time::advance(Duration::from_secs(1)).await;
        let watcher = name("arsenal_watch");
        house.runtime.suspend(watcher, Authority::Forced).expect("it runs");
    };
    let ((class, code, _), ()) =
        tokio::join!(house.refusal("start_process", params.clone()), falls_silent);
    assert_eq!((class, code.as_str()), (Class::Unavailable, "NO_WATCHER"));
    assert_eq!(house.event("process_exited").await["name"], "ledger", "it had been started");
    assert_eq!(house.runtime.n_processes(), before);

    let (_, code, _) = house.refusal("start_process", params).await;
    assert_eq!(code, "NO_WATCHER");
    while let Ok(event) = house.events.try_recv() {
        assert_ne!(event.kind, "process_spawned", "nothing is even started: {:?}", event.data);
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_ever_does_not_take_the_root_down() {
    let mut house = House::build().await;
    let root = house.root();
    let child = json!({"id": "a", "entry_point": "idle", "args": {"at_once": true}});
    let shop = json!({"id": "shop", "restart": "permanent", "children": [child]});
    let shop = pid(&house.ask("start_supervisor", shop).await["supervisor"]);
    let restarts = async {
        // More than the root bears, had they come at once.
        for _ in 0..12 {
            while house.events.recv().await.is_ok_and(|event| event.data["child_id"] != "shop") {}
        }
    };
    timeout(Duration::from_secs(3600), restarts).await.expect("it is started again and again");
    assert_eq!((house.root(), house.runtime.whereis(&name("started"))), (root, Some(shop)));
}
