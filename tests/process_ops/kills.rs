//! Ends that are asked for: verified, refused, told with their reasons.

use arsenal::{Call, Caller, Class, Role, Terms};
use arsenal_process::ExitReason;
use serde_json::json;

use super::house::{House, pid};

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
