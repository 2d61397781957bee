//! Starts by name that hang, fail or go on for ever: nobody is left with what they do not know of,
//! and the rest of the program goes on.

use std::time::Duration;

use arsenal::{Call, Caller, Class, Role};
use arsenal_process::Authority;
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::house::{House, name, pid};

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
