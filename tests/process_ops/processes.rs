//! Category `process`: the rows of *Processes*, one test each.

use std::time::Duration;

use arsenal::{Call, Caller, Class, Role, Terms};
use arsenal_process::{ChildSpec, ExitReason, Restart, StartError};
use serde_json::{Value, json};

use super::house::{Counter, House, StartCounter, pid};

fn pointers(error: &arsenal::Error) -> Vec<&str> {
    error.faults().iter().map(|fault| fault.pointer.as_str()).collect()
}

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
async fn a_kill_that_is_not_waited_for_is_said_to_be_under_way() {
    let house = House::build().await;
    for args in [json!({}), json!({"trap": true})] {
        let process = house.start("counter", args, None).await;
        let params = json!({"process": process, "reason": "kill", "wait": "0s"});
        let killed = house.ask("kill_process", params).await;
        let said = (&killed["outcome"], &killed["status"], &killed["detail"]);
        let detail = json!("it is ending, and that takes longer than the wait");
        assert_eq!(said, (&json!("still_running"), &json!("stopping"), &detail));
        assert_eq!(house.runtime.wait_end(process).await, Ok(ExitReason::Killed));
    }
    let trapping = house.start("counter", json!({"trap": true}), None).await;
    let params = json!({"process": trapping, "reason": "tired", "wait": "1s"});
    let detail = &house.ask("kill_process", params).await["detail"];
    assert!(
        detail.as_str().is_some_and(|text| text.ends_with("use the reason `kill`")),
        "{detail}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_linked_process_ends_with_its_caller() {
    let house = House::build().await;
    let caller = house.start("counter", json!({}), None).await;
    let params = json!({"entry_point": "idle", "link": true});
    let linked = pid(&house.call_from(caller, "start_process", params).await["pid"]);
    let info = house.ask("get_process_info", json!({"process": linked})).await;
    assert_eq!(info["links"], json!([caller]));
    let kill = house.ask("kill_process", json!({"process": caller, "reason": "tired"}));
    let (end, _) = tokio::join!(house.runtime.wait_end(linked), kill);
    assert_eq!(end, Ok(ExitReason::custom("tired")));
}

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
async fn a_kill_is_verified_and_its_reason_arrives() {
    let house = House::build().await;
    let plain = house.start("counter", json!({}), None).await;
    let killed = house.ask("kill_process", json!({"process": plain, "reason": "audit"})).await;
    let audit = json!({"reason": "custom", "value": "audit"});
    assert_eq!(killed, json!({"pid": plain, "outcome": "ended", "exit_reason": audit}));

    let stubborn = house.start("counter", json!({"trap": true}), Some("stubborn")).await;
    let gentle = json!({"process": "stubborn", "reason": "audit", "wait": "2s"});
    let still = house.ask("kill_process", gentle).await;
    assert_eq!((&still["outcome"], &still["status"]), (&json!("still_running"), &json!("waiting")));
    assert!(still["detail"].as_str().is_some_and(|why| why.contains("traps exits")), "{still}");
    let killed = house.ask("kill_process", json!({"process": stubborn})).await;
    assert_eq!(killed["exit_reason"], json!({"reason": "killed"}));
    assert!(house.is_gone(stubborn));
}

#[tokio::test(start_paused = true)]
async fn a_kill_that_cannot_be_is_refused() {
    let house = House::build().await;
    let ended = house.start("counter", json!({}), None).await;
    house.ask("kill_process", json!({"process": ended})).await;
    let root = house.root();
    let cases = [
        ("nothing named", json!({}), Class::Validation, "INVALID_PARAMS"),
        ("unknown name", json!({"process": "nobody"}), Class::NotFound, "NO_PROCESS"),
        ("never was", json!({"process": "0.77777.0"}), Class::NotFound, "NO_PROCESS"),
        ("ended", json!({"process": ended}), Class::NotFound, "NO_PROCESS"),
        ("the root", json!({"process": root}), Class::Forbidden, "PROTECTED"),
        ("the service's own", json!({"process": "arsenal_watch"}), Class::Forbidden, "PROTECTED"),
        (
            "forced by an operator",
            json!({"process": root, "force": true}),
            Class::Forbidden,
            "FORCE_NEEDS_ADMIN",
        ),
        (
            "too long a wait",
            json!({"process": root, "wait": "1h"}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
    ];
    for (case, params, class, code) in cases {
        let (got, got_code, error) = house.refusal("kill_process", params).await;
        assert_eq!((got, got_code.as_str()), (class, code), "{case}: {error}");
    }
    let missing = house.refusal("kill_process", json!({})).await.2;
    assert_eq!(
        (missing.faults()[0].pointer.as_str(), &*missing.faults()[0].code),
        ("/process", "required")
    );
    let viewer = house.call(Role::Viewer, "kill_process", json!({"process": ended})).await;
    assert_eq!(viewer.expect_err("a viewer only looks").class(), Class::Forbidden);

    let watch =
        house.runtime.resolve("arsenal_watch".parse::<arsenal_process::Target>().expect("a name"));
    let forced = json!({"process": "arsenal_watch", "force": true});
    let killed = house.call(Role::Admin, "kill_process", forced).await.expect("an admin may force");
    assert_eq!(killed["pid"], json!(watch.expect("it ran")));
}

#[tokio::test(start_paused = true)]
async fn an_ended_process_is_told_from_one_that_never_was() {
    let house = House::build().await;
    let process = house.start("counter", json!({}), Some("ledger")).await;
    house.ask("kill_process", json!({"process": process, "reason": "audit"})).await;
    for operation in ["get_process_info", "kill_process"] {
        let (class, _, error) = house.refusal(operation, json!({"process": process})).await;
        assert_eq!(class, Class::NotFound);
        assert!(
            error.sentence().contains("ended at") && error.sentence().contains("\"audit\""),
            "{error}"
        );
        assert_eq!(error.details()["exit_reason"], json!({"reason": "custom", "value": "audit"}));
    }
    let (_, _, error) = house.refusal("get_process_info", json!({"process": "ledgr"})).await;
    assert_eq!(error.details().get("suggestion"), None, "an ended process leaves its name");
    house.start("counter", json!({}), Some("ledger")).await;
    let (_, _, error) = house.refusal("get_process_info", json!({"process": "ledgr"})).await;
    assert_eq!(error.details()["suggestion"], "ledger");
}

#[tokio::test(start_paused = true)]
async fn a_kill_that_is_tried_again_with_its_key_is_answered_as_it_was() {
    let house = House::build().await;
    let process = house.start("counter", json!({}), Some("ledger")).await;
    let kill = |key: Option<&str>| {
        let caller = Caller::new("ann", Role::Operator, "test");
        let mut call = Call::new("kill_process", r#"{"process": "ledger"}"#, caller);
        call.terms = Terms { idempotency_key: key.map(str::to_owned), ..Terms::default() };
        house.arsenal.run(call)
    };
    let first = kill(Some("one")).await.outcome.expect("it runs");
    let named_anew = house.start("counter", json!({}), Some("ledger")).await;
    let again = kill(Some("one")).await.outcome.expect("it is the same call");
    assert_eq!(first, again);
    assert!(!house.is_gone(named_anew), "the name is another's now, who lives on");
    kill(None).await.outcome.expect("another call ends that one too");
    let (class, _, ended) = house.refusal("kill_process", json!({"process": process})).await;
    assert_eq!(class, Class::NotFound);
    assert!(ended.sentence().contains("ended at"), "{ended}");
}

#[tokio::test(start_paused = true)]
async fn info_has_the_fields_asked_for_and_only_these() {
    let house = House::build().await;
    let process = house.start("counter", json!({}), Some("ledger")).await;
    house.ask("send_message", json!({"process": process, "message": 3})).await;
    house.ask("send_message", json!({"process": process, "message": "get", "mode": "call"})).await;
    let query = json!({"process": process, "fields": ["status", "messages_handled", "uptime"]});
    let info = house.ask("get_process_info", query).await;
    let keys: Vec<_> = info.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["status", "messages_handled", "uptime", "uptime_us"]);
    assert_eq!((&info["status"], &info["messages_handled"]), (&json!("waiting"), &json!(2)));

    let whole = house.ask("get_process_info", json!({"process": process})).await;
    assert_eq!(whole["last_messages"], json!(["call", "cast"]));
    assert_eq!(whole["mailbox_capacity"], Value::Null);
    assert_eq!(whole["started_at"].as_str().map(|at| at.ends_with('Z')), Some(true));
    assert!(whole["busy_time_us"].is_u64() && whole["busy_time"].is_string());
    assert!(whole["unknown"]["restarts"].is_string(), "absent with its reason: {whole}");

    let bad = json!({"process": process, "fields": ["mailbox"]});
    let (class, _, error) = house.refusal("get_process_info", bad).await;
    assert_eq!((class, pointers(&error)), (Class::Validation, vec!["/fields/0"]));
}

#[tokio::test(start_paused = true)]
async fn processes_are_filtered_and_sorted() {
    let house = House::build().await;
    let busy = house.start("counter", json!({}), Some("shop.busy")).await;
    let calm = house.start("counter", json!({}), Some("shop.calm")).await;
    house.start("idle", json!({}), Some("other")).await;
    house.ask("suspend_process", json!({"process": busy})).await;
    for n in 0..3 {
        house.ask("send_message", json!({"process": busy, "message": n})).await;
    }
    let cases = [
        (json!({"status": "suspended"}), json!([busy])),
        (json!({"name_prefix": "shop."}), json!([busy, calm])),
        (json!({"entry_point": "counter", "sort": "mailbox_length"}), json!([calm, busy])),
        (json!({"entry_point": "counter", "sort": "-mailbox_length"}), json!([busy, calm])),
        (json!({"min_mailbox": 3}), json!([busy])),
        (json!({"entry_point": "counter", "sort": "age"}), json!([calm, busy])),
        (json!({"kind": "task", "name_prefix": "shop"}), json!([])),
        (json!({"supervisor": "arsenal", "kind": "supervisor"}), json!([])),
    ];
    for (query, expected) in cases {
        let list = house.ask("list_processes", query.clone()).await;
        let pids: Vec<_> = list["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| row["pid"].clone())
            .collect();
        assert_eq!(json!(pids), expected, "{query}");
    }
    for bad in [json!({"sort": "size"}), json!({"status": "asleep"}), json!({"min_mailbox": -1})] {
        let (class, ..) = house.refusal("list_processes", bad).await;
        assert_eq!(class, Class::Validation);
    }
    let (class, ..) = house.refusal("list_processes", json!({"supervisor": "nobody"})).await;
    assert_eq!(class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn each_order_is_that_of_its_figure() {
    let house = House::build().await;
    let children = json!([
        {"id": "calm", "name": "calm", "entry_point": "counter"},
        {"id": "busy", "name": "busy", "entry_point": "counter"},
    ]);
    house
        .ask("start_supervisor", json!({"id": "shop", "name": "shop", "children": children}))
        .await;
    house.ask("restart_process", json!({"process": "busy"})).await;
    for n in 0..20 {
        house.ask("send_message", json!({"process": "busy", "message": n})).await;
        let call = json!({"process": "busy", "message": "get", "mode": "call"});
        house.ask("send_message", call).await;
    }
    house.ask("suspend_process", json!({"process": "busy"})).await;
    house.ask("send_message", json!({"process": "busy", "message": 1})).await;
    for figure in ["mailbox_length", "messages_handled", "polls", "restarts"] {
        for (sign, expected) in [("", ["calm", "busy"]), ("-", ["busy", "calm"])] {
            let query = json!({"supervisor": "shop", "sort": format!("{sign}{figure}")});
            let list = house.ask("list_processes", query).await;
            let names = list["items"].as_array().expect("a list").iter().map(|row| &row["name"]);
            assert_eq!(names.collect::<Vec<_>>(), expected, "{sign}{figure}: {list}");
        }
    }
    // Which of them was inside of polls for longer is the machine's to say.
    let list = house.ask("list_processes", json!({"sort": "-busy_time"})).await;
    let busy = list["items"].as_array().expect("a list").iter().map(|row| &row["busy_time_us"]);
    let busy: Vec<_> = busy.map(|time| time.as_u64().expect("microseconds")).collect();
    assert!(busy.len() > 3 && busy.is_sorted_by(|a, b| a >= b), "{busy:?}");
}

#[tokio::test(start_paused = true)]
async fn pages_are_the_list_and_rates_tell_what_changed() {
    let house = House::build().await;
    for n in 0..7 {
        house.start("counter", json!({}), Some(&format!("worker{n}"))).await;
    }
    let mut query = json!({"name_prefix": "worker", "page_size": 3, "sort": "-age"});
    let mut names = Vec::new();
    loop {
        let page = house.ask("list_processes", query.clone()).await;
        let items = page["items"].as_array().expect("a list");
        names.extend(items.iter().map(|row| row["name"].clone()));
        match page.get("next_page_token") {
            Some(token) => query["page_token"] = token.clone(),
            None => break,
        }
    }
    let expected: Vec<_> = (0..7).map(|n| json!(format!("worker{n}"))).collect();
    assert_eq!(names, expected, "the oldest first");
    query["sort"] = "age".into();
    let (_, code, _) = house.refusal("list_processes", query).await;
    assert_eq!(code, "INVALID_PARAMS", "a token is good for its own query");

    let watch = json!({"name_prefix": "worker0", "rates": true});
    let first = house.ask("list_processes", watch.clone()).await;
    assert_eq!(first["items"][0].get("rates"), None, "there was none before");
    for n in 0..5 {
        house.ask("send_message", json!({"process": "worker0", "message": n})).await;
    }
    house
        .ask("send_message", json!({"process": "worker0", "message": "get", "mode": "call"}))
        .await;
    tokio::time::advance(Duration::from_secs(2)).await;
    let second = house.ask("list_processes", watch).await;
    let rates = &second["items"][0]["rates"];
    assert_eq!((&rates["messages_handled"], &rates["over"]), (&json!(6), &json!("2s")));
    assert!(rates["busy_time"].is_string() && rates["busy_time_us"].is_u64(), "{rates}");
}

#[tokio::test(start_paused = true)]
async fn a_long_list_has_rates_from_its_first_page_to_its_last() {
    let house = House::build().await;
    for _ in 0..2500 {
        house.runtime.task().spawn(std::future::pending::<()>()).expect("it starts");
    }
    let walk = async || {
        let mut query = json!({"kind": "task", "page_size": 1000, "sort": "-age", "rates": true});
        let (mut n, mut n_with_rates) = (0, 0);
        loop {
            let page = house.ask("list_processes", query.clone()).await;
            let items = page["items"].as_array().expect("a list");
            n += items.len();
            n_with_rates += items.iter().filter(|row| row.get("rates").is_some()).count();
            match page.get("next_page_token") {
                Some(token) => query["page_token"] = token.clone(),
                None => return (n, n_with_rates),
            }
        }
    };
    let (n, n_with_rates) = walk().await;
    assert!(2500 <= n && n_with_rates == 0, "{n_with_rates} of {n}");
    assert_eq!(walk().await, (n, n));
}

#[tokio::test(start_paused = true)]
async fn a_supervised_process_is_started_again_in_its_place() {
    let house = House::build().await;
    let root = house.runtime.root().expect("it runs");
    let child = ChildSpec::server_with::<Counter>("till", |starter| {
        starter
            .server(StartCounter { start: 5, fail: None, trap: false, ready_after: Duration::ZERO })
            .json()
    });
    let old = root.start_child(child).await.expect("it starts").expect("it runs");
    let restarted = house.ask("restart_process", json!({"process": old})).await;
    let expected = (&json!(old), &json!("till"), &json!(root.pid()));
    assert_eq!((&restarted["old_pid"], &restarted["child_id"], &restarted["supervisor"]), expected);
    let new = pid(&restarted["new_pid"]);
    assert_ne!(old, new);
    let call = json!({"process": new, "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 5, "it runs when the answer comes");
    let (_, _, gone) = house.refusal("restart_process", json!({"process": old})).await;
    assert_eq!(gone.details()["restarted_as"], json!(new));
    assert!(gone.sentence().contains(&format!("restarted as {new}")), "{gone}");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_would_start_again_is_a_conflict() {
    let house = House::build().await;
    let root = house.runtime.root().expect("it runs");
    let alone = house.start("counter", json!({}), None).await;
    let once = ChildSpec::task("once", std::future::pending::<()>).restart(Restart::Temporary);
    let once = root.start_child(once).await.expect("it starts").expect("it runs");
    let unlucky = ChildSpec::task_with::<()>("unlucky", {
        let first = std::sync::atomic::AtomicBool::new(true);
        move |starter| match first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            true => starter.task().spawn(std::future::pending()),
            false => Err(StartError::Failed { reason: ExitReason::custom("no paper") }),
        }
    });
    let unlucky = root.start_child(unlucky).await.expect("it starts").expect("it runs");
    let cases = [
        ("unsupervised", json!(alone), Class::Conflict, "NOT_SUPERVISED", true),
        ("temporary", json!(once), Class::Conflict, "TEMPORARY_CHILD", true),
        ("unknown", json!("nobody"), Class::NotFound, "NO_PROCESS", false),
        ("protected", json!("arsenal_watch"), Class::Forbidden, "PROTECTED", false),
        ("fails to start", json!(unlucky), Class::Execution, "NOT_STARTED", false),
    ];
    for (case, process, class, code, lives) in cases {
        let (got, got_code, error) =
            house.refusal("restart_process", json!({"process": process})).await;
        assert_eq!((got, got_code.as_str()), (class, code), "{case}: {error}");
        if lives {
            assert!(!house.is_gone(pid(&process)), "{case}: it lives on");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_process_is_not_polled_until_it_is_resumed() {
    let mut house = House::build().await;
    let process = house.start("counter", json!({}), Some("ledger")).await;
    let suspended = house.ask("suspend_process", json!({"process": "ledger"})).await;
    assert_eq!(suspended, json!({"pid": process, "status": "suspended"}));
    assert_eq!(house.event("process_suspended").await, json!({"pid": process}));
    let call = json!({"process": process, "message": "get", "mode": "call", "wait": "1s"});
    let (class, code, _) = house.refusal("send_message", call).await;
    assert_eq!((class, code.as_str()), (Class::Timeout, "NO_REPLY"));
    let query = json!({"process": process, "fields": ["mailbox_length"]});
    assert_eq!(house.ask("get_process_info", query).await["mailbox_length"], 1);
    house.ask("resume_process", json!({"process": process})).await;
    let call = json!({"process": process, "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 0);

    let (class, code, _) = house.refusal("suspend_process", json!({"process": house.root()})).await;
    assert_eq!((class, code.as_str()), (Class::Forbidden, "PROTECTED"));
    for operation in ["suspend_process", "resume_process"] {
        let (class, ..) = house.refusal(operation, json!({"process": "nobody"})).await;
        assert_eq!(class, Class::NotFound, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_cast_called_or_plain_and_a_wrong_one_is_not_sent() {
    let house = House::build().await;
    let process = house.start("counter", json!({}), None).await;
    let task = house.start("idle", json!({}), None).await;
    let send =
        |message: Value, mode: &str| json!({"process": process, "message": message, "mode": mode});
    assert_eq!(house.ask("send_message", send(json!(4), "cast")).await, json!({"pid": process}));
    house.ask("send_message", send(json!({"any": "thing"}), "info")).await;
    assert_eq!(house.ask("send_message", send(json!("get"), "call")).await["reply"], 1004);
    let never = json!({"process": process, "message": "never", "mode": "call", "wait": "50ms"});
    let cases = [
        ("not a message", send(json!("what"), "call"), Class::Validation, "INVALID_PARAMS"),
        ("no such mode", send(json!(1), "shout"), Class::Validation, "INVALID_PARAMS"),
        ("no JSON", json!({"process": task, "message": 1}), Class::Conflict, "TAKES_NO_JSON"),
        ("nobody", json!({"process": "nobody", "message": 1}), Class::NotFound, "NO_PROCESS"),
        (
            "the end of it",
            send(json!({"fail": "ink"}), "call"),
            Class::Execution,
            "ENDED_BEFORE_REPLY",
        ),
    ];
    for (case, params, class, code) in cases {
        let (got, got_code, error) = house.refusal("send_message", params).await;
        assert_eq!((got, got_code.as_str()), (class, code), "{case}: {error}");
    }
    let (class, ..) = house.refusal("send_message", never).await;
    assert_eq!(class, Class::NotFound, "it has ended");
}

#[tokio::test(start_paused = true)]
async fn names_entry_points_and_the_tree_are_listed() {
    let house = House::build().await;
    let alone = house.start("counter", json!({}), Some("ledger")).await;
    let names = house.ask("list_registered_processes", json!({"prefix": "led"})).await;
    assert_eq!(names["items"], json!([{"name": "ledger", "pid": alone}]));
    let (class, ..) = house.refusal("list_registered_processes", json!({"prefix": ""})).await;
    assert_eq!(class, Class::Validation);

    let known = house.ask("list_entry_points", json!({})).await;
    assert_eq!(
        (&known["items"][0]["name"], &known["items"][1]["name"]),
        (&json!("counter"), &json!("idle"))
    );
    assert_eq!(known["items"][0]["summary"], "Counts, from where it is told to.");
    let tasks = house.ask("list_entry_points", json!({"kind": "task"})).await;
    assert_eq!(tasks["items"].as_array().map(Vec::len), Some(1));
    let (class, ..) = house.refusal("list_entry_points", json!({"kind": "thread"})).await;
    assert_eq!(class, Class::Validation);

    let tree = house.ask("get_process_tree", json!({})).await;
    assert_eq!(tree["root"]["pid"], json!(house.root()));
    let own = &tree["root"]["children"][0];
    assert_eq!(
        (&own["name"], &own["children"][0]["name"]),
        (&json!("arsenal"), &json!("arsenal_watch"))
    );
    assert_eq!(
        (&tree["unsupervised"][0]["name"], &tree["truncated"]),
        (&json!("ledger"), &json!(false))
    );
    let top = house.ask("get_process_tree", json!({"depth": 0})).await;
    assert_eq!(top["truncated"], true);
    let below = house.ask("get_process_tree", json!({"process": "arsenal"})).await;
    assert_eq!((&below["root"]["name"], below.get("unsupervised")), (&json!("arsenal"), None));
    let (class, ..) = house.refusal("get_process_tree", json!({"process": "nobody"})).await;
    assert_eq!(class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_checks_and_does_nothing() {
    let house = House::build().await;
    let process = house.start("counter", json!({}), None).await;
    let before = house.runtime.n_processes();
    let cases = [
        ("kill_process", json!({"process": process}), None),
        ("kill_process", json!({"process": "nobody"}), Some(Class::NotFound)),
        ("kill_process", json!({"process": house.root()}), Some(Class::Forbidden)),
        ("start_process", json!({"entry_point": "counter"}), None),
        ("start_process", json!({"entry_point": "nobody"}), Some(Class::NotFound)),
        (
            "start_process",
            json!({"entry_point": "counter", "args": {"start": "x"}}),
            Some(Class::Validation),
        ),
    ];
    for (operation, params, refused) in cases {
        let caller = Caller::new("ann", Role::Operator, "test");
        let mut call = Call::new(operation, params.to_string(), caller);
        call.terms = Terms { dry_run: true, ..Terms::default() };
        let outcome = house.arsenal.run(call).await.outcome;
        assert_eq!(outcome.err().map(|error| error.class()), refused, "{operation} {params}");
    }
    assert_eq!(house.runtime.n_processes(), before);
}
