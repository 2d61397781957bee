//! The operations of the category `sandbox`, by name.

mod house;

use std::task::Poll;
use std::time::Duration;

use arsenal::{Class, Role};
use arsenal_process::{Authority, CallError, ChildPid, ExitReason, ProcessRef, SendError};
use serde_json::{Value, json};
use tokio::time::{Instant, advance, timeout};

use crate::health::examples_run;
use crate::program::answer;

use house::{BOUND, House, Sink, pid};

#[tokio::test(start_paused = true)]
async fn each_example_is_answered() {
    examples_run(&House::build().await.arsenal, "sandbox").await;
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_without_a_name_is_given_one_that_is_free() {
    let house = House::build().await;
    let unnamed = json!({"entry_points": ["sandbox_idle"]});
    let first = house.ask("create_sandbox", unnamed.clone()).await;
    let number = first["sandbox"].as_str().and_then(|name| name.strip_prefix("sandbox_"));
    let number: u64 = number.and_then(|digits| digits.parse().ok()).expect("a name with a number");
    // The numbers that come next are among these.
    for taken in number + 16..=number + 25 {
        let named = format!("sandbox_{taken}");
        let named = json!({"name": named, "entry_points": ["sandbox_idle"]});
        house.ask("create_sandbox", named).await;
    }
    house.ask("create_sandbox", unnamed).await;
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_is_made_used_and_leaves_nothing_behind() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    let made = house.play(json!({})).await;
    assert_eq!((&made["status"], &made["processes"]), (&json!("running"), &json!(0)));
    assert_eq!((&made["time_left"], &made["limits"]["processes_max"]), (&json!("1h"), &json!(100)));
    let started = house.ask("execute_in_sandbox", json!({
        "sandbox": "play", "entry_point": "sandbox_idle", "args": {"helpers": 3}, "id": "one",
    })).await;
    house.execute("sandbox_sink").await.expect("it starts");
    house.processes(before + 2 + 5).await;

    let seen = house.ask("get_sandbox_info", json!({"sandbox": "play"})).await;
    assert_eq!((&seen["processes"], &seen["members"][0]["pid"]), (&json!(5), &started["pid"]));
    assert_eq!(seen["members"][0]["child_id"], "one");
    let list = house.ask("list_sandboxes", json!({})).await;
    assert_eq!(list["items"][0]["sandbox"], "play");

    let gone = house.ask("destroy_sandbox", json!({"sandbox": "play"})).await;
    assert_eq!((&gone["processes_before"], &gone["processes_left"]), (&json!(6), &json!(0)));
    assert_eq!(gone["killed"], 0, "all of them stopped in order");
    assert_eq!(house.runtime.n_processes(), before, "its supervisor and its keeper are gone too");
    assert!(house.sandboxes.is_empty());
    let again = house.call("destroy_sandbox", json!({"sandbox": "play"})).await;
    assert_eq!(again, Err((Class::NotFound, "NO_SANDBOX".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn each_limit_holds() {
    let house = House::build().await;
    house.play(json!({"processes_max": 2, "starts_per_second": 3, "mailbox_max": 5})).await;
    let sink = house.execute("sandbox_sink").await.expect("the first");
    house.execute("sandbox_idle").await.expect("the second");
    let limit = Err((Class::Unavailable, "LIMIT_REACHED".to_owned()));
    assert_eq!(house.execute("sandbox_idle").await, limit, "two may live in it");

    let sink: ProcessRef<Sink> = house.runtime.process(pid(&sink["pid"])).expect("it is a sink");
    house.runtime.suspend(sink.pid(), Authority::Ordinary).expect("it runs");
    let sent = (0..10).filter(|_| sink.cast(()).is_ok()).count();
    assert_eq!(sent, 5, "the mailbox is as narrow as the sandbox");
    for name in ["sandbox_sink", "sandbox_idle"] {
        house.ask("destroy_sandbox", json!({"sandbox": "play"})).await;
        house.play(json!({"starts_per_second": 3})).await;
        let started = [
            house.execute(name).await.is_ok(),
            house.execute(name).await.is_ok(),
            house.execute(name).await.is_ok(),
            house.execute(name).await.is_ok(),
        ];
        assert_eq!(started, [true, true, true, false], "three a second");
        advance(Duration::from_secs(2)).await;
        house.execute(name).await.expect("a second later it may");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_comes_too_early_is_refused_or_waits_with_its_sender() {
    let house = House::build().await;
    house.play(json!({"messages_per_second": 10})).await;
    let started = house.execute("sandbox_sink").await.expect("it starts");
    let sink: ProcessRef<Sink> = house.runtime.process(pid(&started["pid"])).expect("it is a sink");
    let taken = || (0..50).take_while(|_| sink.cast(()).is_ok()).count();
    assert_eq!(taken(), 10, "what a second is worth");
    let early = sink.cast(()).expect_err("it is too early");
    let tenth = Duration::from_millis(100);
    assert!(matches!(early, SendError::TooFast { early, .. } if early == tenth), "{early:?}");
    advance(Duration::from_millis(250)).await;
    assert_eq!(taken(), 2, "as many as the time is worth");

    let began = Instant::now();
    for _ in 0..20 {
        sink.call((), BOUND).await.expect("it waits for its turn");
    }
    let took = began.elapsed().as_secs_f64();
    assert!((1.8..2.2).contains(&took), "twenty calls at ten a second take {took} s");
    let soon = sink.call((), Duration::from_millis(1)).await;
    assert!(matches!(soon, Err(CallError::TooFast { .. })), "{soon:?}");
    let seen = house.ask("get_sandbox_info", json!({"sandbox": "play"})).await;
    assert_eq!(seen["limits"]["messages_per_second"], 10);
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_lives_as_long_as_it_was_given() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    house.play(json!({"time_to_live": "10s"})).await;
    house.execute("sandbox_idle").await.expect("it starts");
    advance(Duration::from_secs(9)).await;
    let seen = house.ask("get_sandbox_info", json!({"sandbox": "play"})).await;
    assert_eq!(seen["time_left"], "1s");
    advance(Duration::from_secs(2)).await;
    house.processes(before).await;
    let gone = house.call("get_sandbox_info", json!({"sandbox": "play"})).await;
    assert_eq!(gone, Err((Class::NotFound, "NO_SANDBOX".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_restart_begins_anew_with_the_same_children() {
    let house = House::build().await;
    let before = house.play(json!({"time_to_live": "60s"})).await;
    let first = house
        .ask(
            "execute_in_sandbox",
            json!({
                "sandbox": "play", "entry_point": "sandbox_idle", "args": {"helpers": 2},
                "id": "one", "restart": "permanent",
            }),
        )
        .await;
    advance(Duration::from_secs(30)).await;
    let anew = house.ask("restart_sandbox", json!({"sandbox": "play"})).await;
    assert_eq!(anew["ended"], 4, "the child, its two helpers, the supervisor");
    let child = &anew["children"][0];
    assert_eq!(child["id"], "one");
    assert_ne!(child["pid"], first["pid"]);
    let now = &anew["sandbox"];
    assert_ne!(now["supervisor"], before["supervisor"]);
    assert_eq!((&now["time_left"], &now["times_restarted"]), (&json!("1m"), &json!(1)));
    advance(Duration::from_secs(40)).await;
    house.ask("get_sandbox_info", json!({"sandbox": "play"})).await;

    let empty = house.ask("restart_sandbox", json!({"sandbox": "play", "children": false})).await;
    assert_eq!((&empty["children"], &empty["sandbox"]["processes"]), (&json!([]), &json!(0)));
    let gone = house.ask("destroy_sandbox", json!({"sandbox": "play"})).await;
    assert_eq!(gone["processes_left"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_whose_supervisor_gave_up_says_so_and_begins_anew() {
    let house = House::build().await;
    house.play(json!({"max_restarts": 0})).await;
    let started = house
        .ask(
            "execute_in_sandbox",
            json!({
                "sandbox": "play", "entry_point": "sandbox_idle", "restart": "permanent",
            }),
        )
        .await;
    house.runtime.exit(pid(&started["pid"]), ExitReason::custom("a crash")).expect("it runs");
    let seen = house.ended().await;
    assert_eq!(seen["exit_reason"], json!({"reason": "shutdown"}));
    let refused = house.execute("sandbox_idle").await;
    assert_eq!(refused, Err((Class::Conflict, "SANDBOX_ENDED".to_owned())));
    let anew = house.ask("restart_sandbox", json!({"sandbox": "play"})).await;
    assert_eq!(anew["sandbox"]["status"], "running");
    house.execute("sandbox_idle").await.expect("it starts");
}

#[tokio::test(start_paused = true)]
async fn an_ended_sandbox_has_its_time_too() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    let made = house.play(json!({"time_to_live": "60s"})).await;
    let supervisor = pid(&made["supervisor"]);
    house.runtime.kill(supervisor, BOUND, Authority::Ordinary).await.expect("it runs");
    house.ended().await;
    assert_eq!(house.sandboxes.len(), 1, "it can be begun anew until then");
    advance(Duration::from_secs(61)).await;
    house.processes(before).await;
    assert!(house.sandboxes.is_empty(), "it holds no name and no place for ever");
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_comes_too_late_leaves_nothing_behind() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    house.hold_up();
    let params = json!({"name": "play", "entry_points": []});
    for _ in 0..40 {
        // The name and the place are free again each time.
        let late = house.call("create_sandbox", params.clone()).await;
        assert_eq!(late, Err((Class::Unavailable, "SUPERVISOR_FAILED".to_owned())));
    }
    house.go_on();
    house.top_has_answered().await;
    assert_eq!(house.runtime.n_processes(), before, "nothing is begun that nobody waits for");
    assert!(house.sandboxes.is_empty());
    house.ask("create_sandbox", params).await;
    assert_eq!(house.runtime.n_processes(), before + 2, "its supervisor and its keeper");
}

#[tokio::test(start_paused = true)]
async fn a_creation_whose_time_is_over_in_the_middle_is_undone() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    let params = json!({"name": "play", "entry_points": []});
    let (runtime, top) = (house.runtime.clone(), house.top());
    // As a process it has its turn between any two of the supervisor's.
    let watch = std::future::poll_fn(move |cx| {
        if runtime.n_processes() == before + 1 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(runtime.suspend(top, Authority::Forced).is_ok())
    });
    let watch = house.runtime.spawn_task("watch", watch).expect("it starts");
    let late = house.call("create_sandbox", params.clone()).await;
    assert_eq!(watch.await, Ok(true));
    assert_eq!(late, Err((Class::Timeout, "TIMEOUT".to_owned())), "it has a keeper only");
    house.go_on();
    house.top_has_answered().await;
    house.processes(before).await;
    assert!(house.sandboxes.is_empty());
    house.ask("create_sandbox", params).await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_was_called_off_is_brought_to_its_end() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    let made = house.play(json!({"time_to_live": "60s"})).await;
    house
        .ask(
            "execute_in_sandbox",
            json!({
                "sandbox": "play", "entry_point": "sandbox_idle", "id": "one",
                "restart": "permanent",
            }),
        )
        .await;
    house.hold_up();
    let restart = house.call("restart_sandbox", json!({"sandbox": "play"}));
    timeout(Duration::from_secs(10), restart).await.expect_err("it waits for the supervisor");
    house.go_on();
    house.processes(before + 3).await;
    let seen = house.ask("get_sandbox_info", json!({"sandbox": "play"})).await;
    assert_eq!((&seen["status"], &seen["times_restarted"]), (&json!("running"), &json!(1)));
    assert_ne!(seen["supervisor"], made["supervisor"]);
    assert_eq!(seen["members"][0]["child_id"], "one");
    advance(Duration::from_secs(61)).await;
    house.processes(before).await;
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_ends_with_its_keeper() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    house.play(json!({})).await;
    house.execute("sandbox_idle").await.expect("it starts");
    let top = house.runtime.find_supervisor(house.top()).expect("it runs");
    let children = top.which_children().await.expect("it answers");
    let keeper = children.iter().find(|child| child.id.starts_with("keeper_of_play"));
    let ChildPid::Running(keeper) = keeper.expect("it is supervised").pid else {
        panic!("{children:?}")
    };
    let refused = house.runtime.kill(keeper, BOUND, Authority::Ordinary).await;
    assert!(refused.is_err(), "it is protected: {refused:?}");
    house.runtime.kill(keeper, BOUND, Authority::Forced).await.expect("it runs");
    house.processes(before).await;
    assert!(house.sandboxes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn all_that_does_not_stop_is_waited_for_together() {
    let house = House::build().await;
    let before = house.runtime.n_processes();
    house.play(json!({})).await;
    house.ask("execute_in_sandbox", json!({
        "sandbox": "play", "entry_point": "sandbox_idle", "args": {"helpers": 8, "stubborn": true},
    })).await;
    house.processes(before + 2 + 9).await;
    let began = Instant::now();
    let gone = house.ask("destroy_sandbox", json!({"sandbox": "play"})).await;
    let counts = (&gone["processes_before"], &gone["killed"], &gone["processes_left"]);
    assert_eq!(counts, (&json!(10), &json!(8), &json!(0)));
    assert!(began.elapsed() < Duration::from_secs(4), "not each for itself: {:?}", began.elapsed());
    assert_eq!(house.runtime.n_processes(), before);
}

#[tokio::test(start_paused = true)]
async fn each_refusal_of_a_start_has_its_reason() {
    let house = House::build().await;
    let play = json!({"name": "play", "entry_points": ["sandbox_fails", "sandbox_idle"]});
    house.ask("create_sandbox", play).await;
    let taken = json!({"sandbox": "play", "entry_point": "sandbox_idle", "id": "one"});
    house.ask("execute_in_sandbox", taken.clone()).await;
    let of_play = |entry_point: &str, args: Value| json!({"sandbox": "play", "entry_point": entry_point, "args": args});
    let cases = [
        (of_play("sandbox_sink", json!({})), (Class::Forbidden, "NOT_ALLOWED")),
        (of_play("sandbox_idel", json!({})), (Class::NotFound, "NO_ENTRY_POINT")),
        (of_play("sandbox_fails", json!({})), (Class::Execution, "ENDED_IN_START")),
        (of_play("sandbox_fails", json!({"after": "20s"})), (Class::Execution, "ENDED_IN_START")),
        (
            json!({"sandbox": "play", "entry_point": "sandbox_idle", "id": "0.1.0"}),
            (Class::Validation, "BAD_SPECIFICATION"),
        ),
        (of_play("sandbox_idle", json!({"helpers": 101})), (Class::Validation, "INVALID_PARAMS")),
        (taken, (Class::Conflict, "ID_TAKEN")),
    ];
    for (params, (class, code)) in cases {
        let refused = house.call("execute_in_sandbox", params.clone()).await;
        assert_eq!(refused, Err((class, code.to_owned())), "{params}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_reason() {
    let house = House::build().await;
    house.ask("create_sandbox", json!({"name": "play", "entry_points": []})).await;
    let nowhere = json!({"sandbox": "nowhere"});
    let invalid = (Class::Validation, "INVALID_PARAMS");
    let missing = (Class::NotFound, "NO_SANDBOX");
    let cases = [
        ("create_sandbox", json!({}), invalid),
        ("create_sandbox", json!({"name": "No Name", "entry_points": []}), invalid),
        ("create_sandbox", json!({"entry_points": [], "processes_max": 0}), invalid),
        (
            "create_sandbox",
            json!({"name": "play", "entry_points": []}),
            (Class::Conflict, "SANDBOX_EXISTS"),
        ),
        (
            "create_sandbox",
            json!({"entry_points": ["nothing"]}),
            (Class::NotFound, "NO_ENTRY_POINT"),
        ),
        ("list_sandboxes", json!({"page_size": 0}), invalid),
        ("get_sandbox_info", nowhere.clone(), missing),
        ("execute_in_sandbox", json!({"sandbox": "nowhere", "entry_point": "x"}), missing),
        ("restart_sandbox", nowhere.clone(), missing),
        ("destroy_sandbox", nowhere, missing),
    ];
    for (name, params, (class, code)) in cases {
        let refused = house.call(name, params.clone()).await;
        assert_eq!(refused, Err((class, code.to_owned())), "{name} {params}");
    }
    let viewer =
        answer(&house.arsenal, Role::Viewer, "destroy_sandbox", json!({"sandbox": "play"}));
    assert_eq!(viewer.await.expect_err("a viewer may not").0, Class::Forbidden);
    for n in 1..32 {
        house.ask("create_sandbox", json!({"name": format!("s{n}"), "entry_points": []})).await;
        advance(Duration::from_secs(3)).await;
    }
    let full = house.call("create_sandbox", json!({"entry_points": []})).await;
    assert_eq!(full, Err((Class::Unavailable, "TOO_MANY_SANDBOXES".to_owned())));
}
