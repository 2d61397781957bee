//! What is done to a process that runs: restarted, suspended, sent messages.

use std::time::Duration;

use arsenal::{Call, Caller, Class, Role, Terms};
use arsenal_process::{ChildSpec, ExitReason, Restart, StartError};
use serde_json::{Value, json};

use super::house::{Counter, House, StartCounter, pid};

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
            "dropped",
            json!({"process": process, "message": "drop", "mode": "call", "wait": "50ms"}),
            Class::Execution,
            "CALL_DROPPED",
        ),
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
