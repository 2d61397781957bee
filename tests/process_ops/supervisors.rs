//! Category `supervisor`: the row *Supervisors* of *Processes*, and every operation of it.

use arsenal::{Class, Role};
use arsenal_process::Pid;
use serde_json::{Value, json};

use super::house::{House, pid};

/// A supervisor `shop` with three counters, `a`, `b` and `c`, each registered under its id.
pub(super) async fn shop(house: &House, strategy: &str) -> Pid {
    let child = |id: &str| json!({"id": id, "name": id, "entry_point": "counter"});
    let params = json!({
        "id": "shop", "name": "shop", "strategy": strategy, "max_restarts": 10, "within": "1m",
        "children": [child("a"), child("b"), child("c")],
    });
    pid(&house.ask("start_supervisor", params).await["pid"])
}

pub(super) fn column(list: &Value, name: &str) -> Vec<Value> {
    let items = list["items"].as_array().expect("a list has items");
    items.iter().map(|item| item[name].clone()).collect()
}

pub(super) async fn pids(house: &House) -> Vec<Value> {
    column(&house.ask("which_children", json!({"process": "shop"})).await, "pid")
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_is_started_listed_shown_and_stopped() {
    let house = House::build().await;
    let shop = shop(&house, "rest_for_one").await;
    let rows = house.ask("list_supervisors", json!({"name_prefix": "sho"})).await;
    assert_eq!(
        (column(&rows, "pid"), column(&rows, "children")),
        (vec![json!(shop)], vec![json!(3)])
    );
    let all = house.ask("list_supervisors", json!({})).await;
    assert_eq!(column(&all, "pid")[0], json!(house.root()), "the oldest first");

    let children = house.ask("which_children", json!({"process": "shop"})).await;
    assert_eq!(column(&children, "id"), ["a", "b", "c"]);
    assert_eq!(column(&children, "state"), ["running", "running", "running"]);
    assert_eq!(column(&children, "entry_point"), ["counter", "counter", "counter"]);
    let counts = house.ask("count_children", json!({"process": shop})).await;
    assert_eq!(counts, json!({"specs": 3, "active": 3, "supervisors": 0, "workers": 3}));
    let flags = house.ask("get_supervisor_flags", json!({"supervisor": "shop"})).await;
    assert_eq!((&flags["strategy"], &flags["max_restarts"]), (&json!("rest_for_one"), &json!(10)));
    assert_eq!((&flags["within"], &flags["within_us"]), (&json!("1m"), &json!(60_000_000)));

    let stopped = house.ask("stop_supervisor", json!({"process": "shop"})).await;
    assert_eq!((&stopped["pid"], &stopped["outcome"]), (&json!(shop), &json!("ended")));
    for name in ["shop", "a", "b", "c"] {
        let name: arsenal_process::Target = name.parse().expect("a name");
        assert!(house.is_gone(name), "nothing of it is left");
    }
    let (class, ..) = house.refusal("stop_supervisor", json!({"process": "shop"})).await;
    assert_eq!(class, Class::NotFound);
    let again = json!({"process": "started", "child": "shop"});
    let again = house.ask("restart_child", again).await;
    assert_ne!(pid(&again["pid"]), shop, "its own supervisor remembers it");
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_is_stopped_also_by_who_does_not_wait_for_it() {
    let house = House::build().await;
    for (wait, outcome) in [("0s", "still_running"), ("1us", "ended")] {
        let shop = shop(&house, "one_for_one").await;
        let stopped = house.ask("stop_supervisor", json!({"process": "shop", "wait": wait})).await;
        assert_eq!((&stopped["pid"], &stopped["outcome"]), (&json!(shop), &json!(outcome)));
        if let Ok(reason) = house.runtime.wait_end(shop).await {
            assert_eq!(reason, arsenal_process::ExitReason::Shutdown, "{wait}");
        }
        let child = json!({"process": "started", "child": "shop"});
        house.ask("delete_child", child).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_has_ended_at_once_was_started_all_the_same() {
    let house = House::build().await;
    let child = json!({"id": "a", "entry_point": "idle", "args": {"at_once": true}});
    let params = json!({"id": "brief", "restart": "temporary", "max_restarts": 0,
                        "children": [child]});
    let started = house.ask("start_supervisor", params).await;
    let brief = pid(&started["pid"]);
    assert_eq!((started.get("children"), house.is_gone(brief)), (None, true));
    assert_eq!(started["supervisor"], json!(house.child_of_root("started").await));
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_cannot_be_is_refused_and_leaves_nothing() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    let counter = |id: &str| json!({"id": id, "entry_point": "counter"});
    let failing = json!({"id": "z", "entry_point": "counter", "args": {"fail": "no ink"}});
    let significant =
        json!({"id": "s", "entry_point": "counter", "restart": "transient", "significant": true});
    let cases = [
        (
            "two of one id",
            json!([counter("a"), counter("a")]),
            Class::Validation,
            "BAD_SPECIFICATION",
        ),
        ("an id like a pid", json!([counter("0.7.0")]), Class::Validation, "BAD_SPECIFICATION"),
        ("significant in vain", json!([significant]), Class::Validation, "BAD_SPECIFICATION"),
        ("a failing start", json!([counter("a"), failing]), Class::Execution, "ENDED_IN_START"),
        (
            "unknown entry point",
            json!([{"id": "a", "entry_point": "x"}]),
            Class::NotFound,
            "NO_ENTRY_POINT",
        ),
        ("no id", json!([{"entry_point": "counter"}]), Class::Validation, "INVALID_PARAMS"),
    ];
    for (case, children, class, code) in cases {
        let params = json!({"id": "shop", "children": children});
        let (got, got_code, error) = house.refusal("start_supervisor", params).await;
        assert_eq!((got, got_code.as_str()), (class, code), "{case}: {error}");
    }
    let bad = json!([counter("a"), {"id": "b", "entry_point": "counter", "args": {"start": "x"}}]);
    let (_, _, error) =
        house.refusal("start_supervisor", json!({"id": "shop", "children": bad})).await;
    assert_eq!(error.faults()[0].pointer, "/children/1/args/start");
    let (class, code, _) = house.refusal("start_supervisor", json!({"id": "<0.7.0>"})).await;
    assert_eq!((class, code.as_str()), (Class::Validation, "BAD_SPECIFICATION"));
    assert_eq!(house.runtime.n_processes(), before);
}

#[tokio::test(start_paused = true)]
async fn a_plain_process_is_no_supervisor_and_lives_on() {
    let house = House::build().await;
    let plain = house.start("counter", json!({}), Some("ledger")).await;
    let cases = [
        ("stop_supervisor", json!({})),
        ("which_children", json!({})),
        ("count_children", json!({})),
        ("add_child", json!({"id": "a", "entry_point": "counter"})),
        ("terminate_child", json!({"child": "a"})),
        ("restart_child", json!({"child": "a"})),
        ("delete_child", json!({"child": "a"})),
        ("change_strategy", json!({"strategy": "one_for_all"})),
        ("get_supervisor_flags", json!({})),
        ("supervisor_stats", json!({})),
        ("restart_history", json!({})),
        ("supervision_tree", json!({})),
    ];
    for (operation, mut params) in cases {
        for (process, class, code) in [
            (json!(plain), Class::Conflict, "NOT_A_SUPERVISOR"),
            (json!("ledger"), Class::Conflict, "NOT_A_SUPERVISOR"),
            (json!("nobody"), Class::NotFound, "NO_PROCESS"),
        ] {
            params["process"] = process;
            let (got, got_code, _) = house.refusal(operation, params.clone()).await;
            assert_eq!((got, got_code.as_str()), (class, code), "{operation} {params}");
        }
    }
    assert!(!house.is_gone(plain));
    let params = json!({"id": "x", "process": "ledger"});
    let (_, code, _) = house.refusal("start_supervisor", params).await;
    assert_eq!(code, "NOT_A_SUPERVISOR");
    let (class, ..) = house.refusal("list_supervisors", json!({"page_size": 0})).await;
    assert_eq!(class, Class::Validation);
}

#[tokio::test(start_paused = true)]
async fn a_child_is_added_terminated_restarted_and_deleted() {
    let house = House::build().await;
    let shop = shop(&house, "one_for_one").await;
    let child = json!({"process": "shop", "id": "d", "name": "d", "entry_point": "counter",
                       "args": {"start": 9}, "restart": "transient", "shutdown": "2s"});
    let added = house.ask("add_child", child.clone()).await;
    assert_eq!((&added["id"], &added["supervisor"]), (&json!("d"), &json!(shop)));
    let d = json!({"process": "shop", "child": "d"});
    let refusals = [
        ("add_child", child, "CHILD_EXISTS"),
        ("restart_child", d.clone(), "CHILD_RUNNING"),
        ("delete_child", d.clone(), "CHILD_RUNNING"),
    ];
    for (operation, params, code) in refusals {
        let (class, got, _) = house.refusal(operation, params).await;
        assert_eq!((class, got.as_str()), (Class::Conflict, code), "{operation}");
    }
    house.ask("terminate_child", d.clone()).await;
    assert!(house.is_gone(pid(&added["pid"])));
    let children = house.ask("which_children", json!({"process": "shop"})).await;
    let last = &children["items"][3];
    assert_eq!(last["shutdown_us"], 2_000_000);
    let expected = (&json!("stopped"), &json!("transient"), &json!("2s"), &json!({"start": 9}));
    assert_eq!((&last["state"], &last["restart"], &last["shutdown"], &last["args"]), expected);

    let restarted = house.ask("restart_child", d.clone()).await;
    let call = json!({"process": "d", "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 9, "with its own arguments");
    let by_pid = json!({"process": "shop", "child": restarted["pid"]});
    house.ask("terminate_child", by_pid).await;
    house.ask("delete_child", d.clone()).await;
    for operation in ["terminate_child", "restart_child", "delete_child"] {
        let (class, code, _) = house.refusal(operation, d.clone()).await;
        assert_eq!((class, code.as_str()), (Class::NotFound, "NO_CHILD"), "{operation}");
    }
    assert_eq!(pids(&house).await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_cannot_be_added_leaves_nothing() {
    let house = House::build().await;
    shop(&house, "one_for_one").await;
    let before = house.runtime.n_processes();
    let cases = [
        (json!({"id": "d", "entry_point": "conter"}), Class::NotFound, "NO_ENTRY_POINT"),
        (json!({}), Class::Validation, "INVALID_PARAMS"),
        (
            json!({"id": "d", "entry_point": "counter", "args": {"start": 5000}}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
        (json!({"id": "1.2.3", "entry_point": "counter"}), Class::Validation, "BAD_SPECIFICATION"),
        (json!({"id": "d", "entry_point": "counter", "name": "a"}), Class::Conflict, "NAME_TAKEN"),
        (
            json!({"id": "d", "entry_point": "counter", "args": {"fail": "x"}}),
            Class::Execution,
            "ENDED_IN_START",
        ),
        (
            json!({"id": "d", "entry_point": "counter", "shutdown": "soon"}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
    ];
    for (mut params, class, code) in cases {
        params["process"] = "shop".into();
        let (got, got_code, error) = house.refusal("add_child", params.clone()).await;
        assert_eq!((got, got_code.as_str()), (class, code), "{params}: {error}");
    }
    let (_, _, error) = house.refusal("add_child", json!({"process": "shop"})).await;
    let pointers: Vec<_> = error.faults().iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/id", "/entry_point"]);
    assert_eq!((house.runtime.n_processes(), pids(&house).await.len()), (before, 3));
}

#[tokio::test(start_paused = true)]
async fn a_dynamic_supervisor_makes_its_children_from_the_template() {
    let house = House::build().await;
    let template = json!({"id": "worker", "entry_point": "counter", "restart": "temporary"});
    let params = json!({"id": "pool", "name": "pool", "strategy": "simple_one_for_one",
                        "children": [template]});
    house.ask("start_supervisor", params).await;
    let add = |args: Value| json!({"process": "pool", "args": args});
    let first = house.ask("add_child", add(json!({"start": 1}))).await;
    let second = house.ask("add_child", add(json!({"start": 2}))).await;
    assert_eq!(first["id"], "worker");
    let call = json!({"process": second["pid"], "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 2);
    let counts = house.ask("count_children", json!({"process": "pool"})).await;
    assert_eq!((&counts["specs"], &counts["active"]), (&json!(1), &json!(2)));
    let flags = house.ask("get_supervisor_flags", json!({"process": "pool"})).await;
    assert_eq!(
        (&flags["template"], &flags["template_entry_point"]),
        (&json!("worker"), &json!("counter"))
    );

    let (_, _, error) = house.refusal("add_child", add(json!({"start": "x"}))).await;
    assert_eq!(error.faults()[0].pointer, "/args/start");
    let named = json!({"process": "pool", "name": "own", "entry_point": "idle",
                       "restart": "permanent", "shutdown": "1s", "significant": false});
    let (_, _, error) = house.refusal("add_child", named).await;
    let pointers: Vec<_> = error.faults().iter().map(|fault| fault.pointer.as_str()).collect();
    let all = ["/entry_point", "/name", "/restart", "/shutdown", "/significant"];
    assert_eq!(pointers, all, "the template says all of it");
    let by_id = json!({"process": "pool", "child": "worker"});
    let (class, code, _) = house.refusal("terminate_child", by_id).await;
    assert_eq!((class, code.as_str()), (Class::Conflict, "SIMPLE_ONE_FOR_ONE"));
    house.ask("terminate_child", json!({"process": "pool", "child": first["pid"]})).await;
    assert!(house.is_gone(pid(&first["pid"])) && !house.is_gone(pid(&second["pid"])));
    let strategy = json!({"process": "pool", "strategy": "one_for_all"});
    let (_, code, _) = house.refusal("change_strategy", strategy).await;
    assert_eq!(code, "SIMPLE_ONE_FOR_ONE");
    let (_, code, _) = house.refusal("restart_process", json!({"process": second["pid"]})).await;
    assert_eq!(code, "TEMPORARY_CHILD");
}

#[tokio::test(start_paused = true)]
async fn the_services_own_supervisors_are_touched_only_by_an_admins_force() {
    let house = House::build().await;
    let root = house.root();
    let cases = [
        ("stop_supervisor", json!({"process": root})),
        ("stop_supervisor", json!({"process": "arsenal"})),
        ("stop_supervisor", json!({"process": house.child_of_root("analytics").await})),
        ("stop_supervisor", json!({"process": "sandboxes"})),
        ("terminate_child", json!({"process": root, "child": "arsenal"})),
        ("terminate_child", json!({"process": root, "child": "analytics"})),
        ("terminate_child", json!({"process": root, "child": "sandboxes"})),
        ("terminate_child", json!({"process": "arsenal", "child": "watch"})),
        ("stop_supervisor", json!({"process": "started"})),
        ("change_strategy", json!({"process": "started", "strategy": "one_for_all"})),
        ("add_child", json!({"process": root, "id": "x", "entry_point": "counter"})),
        ("add_child", json!({"process": "arsenal", "id": "x", "entry_point": "counter"})),
        ("start_supervisor", json!({"process": root, "id": "x"})),
        ("start_supervisor", json!({"process": "arsenal", "id": "x"})),
    ];
    for (operation, mut params) in cases {
        let (class, code, _) = house.refusal(operation, params.clone()).await;
        assert_eq!((class, code.as_str()), (Class::Forbidden, "PROTECTED"), "{operation} {params}");
        params["force"] = true.into();
        let (class, code, _) = house.refusal(operation, params).await;
        assert_eq!((class, code.as_str()), (Class::Forbidden, "FORCE_NEEDS_ADMIN"), "{operation}");
    }
    let forced = json!({"process": "arsenal", "child": "events", "force": true});
    house.call(Role::Admin, "terminate_child", forced).await.expect("an admin may force");
    let forced = json!({"process": root, "id": "x", "entry_point": "counter", "force": true});
    house.call(Role::Admin, "add_child", forced).await.expect("an admin may force");
    let open = json!({"process": "started", "id": "x", "entry_point": "counter"});
    house.ask("add_child", open).await;
    let viewer = house.call(Role::Viewer, "stop_supervisor", json!({"process": root})).await;
    assert_eq!(viewer.expect_err("a viewer only looks").class(), Class::Forbidden);
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_outside_of_the_tree_is_stopped_in_order_too() {
    let house = House::build().await;
    let spec = arsenal_process::SupervisorSpec::new(arsenal_process::Strategy::OneForOne)
        .child(arsenal_process::ChildSpec::task("idle", std::future::pending::<()>));
    let alone = house.runtime.supervisor(spec).start().await.expect("it starts");
    let before = house.runtime.n_processes();
    let stopped = house.ask("stop_supervisor", json!({"process": alone.pid()})).await;
    assert_eq!(stopped["exit_reason"], json!({"reason": "shutdown"}));
    assert_eq!(house.runtime.n_processes(), before - 2, "it and its child");
}
