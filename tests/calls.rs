//! The path of a call: its order, its limits, its time, and what observers hear.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arsenal::{Builder, Call, Caller, Class, Context, Error, Execute, Operation, Role, Step};
use serde_json::json;
use tokio::time::Instant;

use crate::program::{Add, Guarded, SlowRead, World, answer, assert_idle, builder, call, program};

#[tokio::test(start_paused = true)]
async fn each_step_refuses_with_its_own_code_and_an_earlier_step_goes_first() {
    let (arsenal, _, _) = program();
    let cases = [
        ("route", Role::Admin, "nowhere", json!({}), Class::NotFound, "NO_OPERATION"),
        (
            "permit, a stranger",
            Role::Public,
            "guarded",
            json!({}),
            Class::Unauthenticated,
            "UNAUTHENTICATED",
        ),
        // The parameters are wrong too, and a stranger learns nothing of them.
        (
            "permit, too small a role",
            Role::Viewer,
            "guarded",
            json!({"x": 1}),
            Class::Forbidden,
            "ROLE_MISSING",
        ),
        ("parse", Role::Viewer, "add", json!({"a": "1"}), Class::Validation, "INVALID_PARAMS"),
        (
            "parse, a bound",
            Role::Viewer,
            "add",
            json!({"a": 1001}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
        (
            "parse, a rule",
            Role::Viewer,
            "add",
            json!({"a": 1}),
            Class::Validation,
            "INVALID_PARAMS",
        ),
        (
            "execute, time",
            Role::Operator,
            "guarded",
            json!({"wait_ms": 100}),
            Class::Timeout,
            "TIMEOUT",
        ),
        (
            "throttle",
            Role::Operator,
            "guarded",
            json!({"wait_ms": 0}),
            Class::RateLimited,
            "RATE_LIMITED",
        ),
        ("execute, a panic", Role::Viewer, "panics", json!({}), Class::Execution, "PANICKED"),
    ];
    for (step, role, name, params, class, code) in cases {
        let refused = answer(&arsenal, role, name, params).await;
        assert_eq!(refused, Err((class, code.to_owned())), "{step}");
    }
    assert_idle(&arsenal);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limited_caller_is_told_how_long_to_wait_and_how_much_is_left() {
    let (arsenal, _, _) = program();
    let first = call(&arsenal, Role::Operator, "guarded", json!({"wait_ms": 0})).await;
    let facts = first.facts.rate.expect("a limited operation tells what is left");
    assert_eq!((facts.quota, facts.remaining), (1, 0));
    let second = call(&arsenal, Role::Operator, "guarded", json!({"wait_ms": 0})).await;
    let error = second.outcome.expect_err("one a minute");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    let other =
        Call::new("guarded", r#"{"wait_ms": 0}"#, Caller::new("bob", Role::Operator, "test"));
    assert!(arsenal.run(other).await.outcome.is_ok(), "another caller has an allowance of its own");
}

#[tokio::test(start_paused = true)]
async fn a_typed_call_keeps_the_same_rules_as_a_call_by_name() {
    let (arsenal, _, _) = program();
    assert_eq!(arsenal.call(Add { a: 2, b: 3 }).await.expect("a sum"), 5);
    let error = arsenal.call(Add { a: 1001, b: 3 }).await.expect_err("over the bound");
    assert_eq!(error.faults()[0].pointer, "/a");
    let error = arsenal.call(Add { a: 3, b: 3 }).await.expect_err("the rule");
    assert_eq!(error.sentence(), "the input `a` and `b` must differ");
}

#[tokio::test(start_paused = true)]
async fn a_passing_error_is_tried_again_within_one_deadline_and_the_attempts_are_told() {
    let (arsenal, _, heard) = program();
    let answered = answer(&arsenal, Role::Viewer, "flaky", json!({"failures": 2})).await;
    assert_eq!(answered, Ok(json!(3)));
    assert_eq!(heard.ends(), [("flaky".to_owned(), Step::Settle, None, 3)]);
    // Between the first attempt and the second are 100 ms; the caller has 50.
    let mut hasty = Call::new("flaky", r#"{"failures": 9}"#, Caller::program());
    hasty.origin.deadline = Some(Instant::now() + Duration::from_millis(50));
    let late = arsenal.run(hasty).await.outcome.expect_err("the deadline holds for all attempts");
    assert_eq!(late.code(), "TIMEOUT");
}

#[tokio::test(start_paused = true)]
async fn attempts_end_with_the_declared_number() {
    let (arsenal, world, _) = program();
    let answered = answer(&arsenal, Role::Viewer, "flaky", json!({"failures": 9})).await;
    assert_eq!(answered, Err((Class::Unavailable, "FLAKY".to_owned())));
    assert_eq!(world.ran.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn four_calls_of_300_ms_at_once_take_300_ms() {
    let (arsenal, _, _) = program();
    let began = Instant::now();
    let one = || answer(&arsenal, Role::Viewer, "slow_read", json!({"wait_ms": 300}));
    let look_up = async {
        assert!(arsenal.operations().get("add").is_some());
        began.elapsed()
    };
    let (a, b, c, d, looked_up) = tokio::join!(one(), one(), one(), one(), look_up);
    assert!([a, b, c, d].iter().all(Result::is_ok));
    assert_eq!((began.elapsed(), looked_up), (Duration::from_millis(300), Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_reading_call_is_dropped_with_its_caller_and_a_writing_one_runs_to_its_end() {
    for (name, ends) in [("slow_read", 0), ("slow_write", 1)] {
        let (arsenal, world, heard) = program();
        let caller = answer(&arsenal, Role::Viewer, name, json!({"wait_ms": 100}));
        let gave_up = tokio::time::timeout(Duration::from_millis(10), caller).await;
        assert!(gave_up.is_err(), "{name}: the caller goes first");
        arsenal.drain(Duration::from_secs(1)).await.expect("what runs ends in time");
        assert_eq!(world.ended.load(Ordering::SeqCst), ends, "{name}");
        assert_idle(&arsenal);
        let class = heard.ends()[0].2;
        assert_eq!(class, if ends == 0 { Some(Class::Cancelled) } else { None }, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_steps_are_heard_in_their_order_and_a_refusal_is_the_last() {
    let (arsenal, _, heard) = program();
    answer(&arsenal, Role::Viewer, "add", json!({"a": 5})).await.expect("a sum");
    assert_eq!(
        heard.steps(),
        [
            Step::Route,
            Step::Permit,
            Step::Throttle,
            Step::Parse,
            Step::Authorize,
            Step::Admit,
            Step::Execute,
            Step::Settle
        ]
    );
    let (arsenal, _, heard) = program();
    answer(&arsenal, Role::Public, "add", json!({"a": 5})).await.expect_err("a stranger");
    assert_eq!(heard.steps(), [Step::Route, Step::Permit]);
    assert_eq!(heard.ends()[0].1, Step::Permit);
}

#[tokio::test(start_paused = true)]
async fn a_draining_program_takes_no_call_and_names_what_it_drops() {
    let (arsenal, world, _) = program();
    let caller = arsenal.clone();
    let running = tokio::task::JoinSet::from_iter([async move {
        answer(&caller, Role::Viewer, "slow_write", json!({"wait_ms": 20_000})).await
    }]);
    while world.ran.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let left = arsenal.drain(Duration::from_secs(1)).await.expect_err("20 s is more than 1 s");
    assert_eq!(left.operations, ["slow_write"]);
    let refused = answer(&arsenal, Role::Viewer, "add", json!({"a": 2})).await;
    assert_eq!(refused, Err((Class::Unavailable, "DRAINING".to_owned())));
    let dropped = running.join_all().await;
    assert_eq!(dropped, [Err((Class::Unavailable, "DRAINING".to_owned()))]);
    assert_idle(&arsenal);
}

/// Says what it would do.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = destructive, concurrency = 1, output = String)]
struct Planned {
    /// What to remove.
    #[param(min_len = 1)]
    what: String,
}

impl Execute for Planned {
    type State = Arc<World>;

    async fn authorize(&self, _cx: &Context<Arc<World>>) -> Result<(), Error> {
        if self.what == "theirs" {
            return Err(Error::new(Class::Forbidden, "NOT_YOURS", "it is not yours"));
        }
        Ok(())
    }

    async fn plan(&self, _cx: &Context<Arc<World>>) -> Result<Option<String>, Error> {
        Ok(Some(format!("would remove {}", self.what)))
    }

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<String, Error> {
        cx.state().ran.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(format!("removed {}", self.what))
    }
}

/// Would do it, and has nothing to add.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = write)]
struct PlannedWithoutWords {}

impl Execute for PlannedWithoutWords {
    type State = ();

    async fn plan(&self, _cx: &Context<()>) -> Result<Option<()>, Error> {
        Ok(Some(()))
    }

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_told_from_none_by_what_was_planned_and_not_by_its_text() {
    let world = Arc::new(World::default());
    let builder = builder(&world).operation::<Planned>().operation::<PlannedWithoutWords>();
    let arsenal = builder.build().expect("the program is sound");
    for (name, params, expected) in [
        ("planned", r#"{"what": "x"}"#, r#"{"data":"would remove x","dry_run":true}"#),
        ("planned_without_words", "{}", r#"{"data":null,"dry_run":true}"#),
        ("slow_write", r#"{"wait_ms": 1}"#, r#"{"data":null,"dry_run":true,"planned":false}"#),
    ] {
        let mut call = Call::new(name, params, Caller::new("ann", Role::Viewer, "test"));
        call.terms.dry_run = true;
        assert_eq!(arsenal.run(call).await.document().as_deref(), Some(expected), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_checks_as_a_real_one_and_does_nothing() {
    let world = Arc::new(World::default());
    let arsenal = builder(&world).operation::<Planned>().build().expect("the program is sound");
    let dry = async |name: &str, params: &str| {
        let mut call = Call::new(name, params, Caller::new("ann", Role::Viewer, "test"));
        call.terms.dry_run = true;
        let reply = arsenal.run(call).await;
        (reply.outcome.map_err(|error| error.code().to_owned()), reply.facts.dry_run)
    };
    let cases = [
        ("planned", r#"{"what": "x"}"#, (Ok(r#""would remove x""#.to_owned()), true)),
        ("planned", r#"{"what": ""}"#, (Err("INVALID_PARAMS".to_owned()), false)),
        ("planned", r#"{"what": "theirs"}"#, (Err("NOT_YOURS".to_owned()), false)),
        // No plan of its own: checked, and nothing more can be said.
        ("slow_write", r#"{"wait_ms": 1}"#, (Ok("null".to_owned()), true)),
    ];
    for (name, params, expected) in cases {
        assert_eq!(dry(name, params).await, expected, "{name} {params}");
    }
    assert_eq!(world.ran.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn more_calls_than_may_run_at_once_are_turned_away() {
    let world = Arc::new(World::default());
    let arsenal = builder(&world).operation::<Planned>().build().expect("the program is sound");
    let one = || answer(&arsenal, Role::Viewer, "planned", json!({"what": "x"}));
    let (first, second) = tokio::join!(one(), one());
    assert_eq!(first, Ok(json!("removed x")));
    assert_eq!(second, Err((Class::Unavailable, "TOO_MANY_RUNNING".to_owned())));
    assert_eq!(one().await, Ok(json!("removed x")), "the place is free again");
}

/// Calls itself.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = read, timeout = "5s", output = u32)]
struct Endless {}

impl Execute for Endless {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<u32, Error> {
        let nested =
            cx.call_by_name("endless", arsenal::Input::default(), arsenal::Terms::default());
        let reply = nested.await;
        reply.outcome.map(|_| 0)
    }
}

/// Hands on to what only an operator may do, or to what takes long.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = read, timeout = "1s", output = u32)]
struct Outer {
    /// To whom.
    to: String,
}

impl Execute for Outer {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        match self.to.as_str() {
            "operator" => cx.call(Guarded { wait_ms: 0 }).await,
            _ => cx.call(SlowRead { wait_ms: 60_000 }).await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_calls_another_with_no_more_rights_and_time_and_never_without_end() {
    let world = Arc::new(World::default());
    let builder = builder(&world).operation::<Endless>().operation::<Outer>();
    let arsenal = builder.build().expect("the program is sound");
    let to = |role, to: &'static str| answer(&arsenal, role, "outer", json!({"to": to}));
    let refused = to(Role::Viewer, "operator").await;
    assert_eq!(refused, Err((Class::Forbidden, "ROLE_MISSING".to_owned())));
    assert_eq!(to(Role::Operator, "operator").await, Ok(json!(1)));
    let began = Instant::now();
    let late = to(Role::Viewer, "slow").await;
    assert_eq!(late, Err((Class::Timeout, "TIMEOUT".to_owned())));
    let took = began.elapsed().as_secs_f64().round();
    assert_eq!(took, 1.0, "the inner one has 30 s of its own");
    let endless = answer(&arsenal, Role::Viewer, "endless", json!({})).await;
    assert_eq!(endless, Err((Class::Execution, "CALL_DEPTH".to_owned())));
    assert_idle(&arsenal);
}

/// Renames a thing that the caller has seen; the thing's version is 7.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", method = PUT, path = "/renamed", role = viewer, effect = write,
            timeout = "5s", if_match, output = String)]
struct Rename {}

impl Execute for Rename {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<String, Error> {
        cx.unchanged("7").map(|()| "renamed".to_owned())
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_by_name_needs_the_version_that_is_there_and_a_typed_one_needs_none() {
    let arsenal = Builder::empty().operation::<Rename>().build().expect("the program is sound");
    for (seen, expected) in [
        (None, Err("PRECONDITION_REQUIRED")),
        (Some("\"6\""), Err("PRECONDITION_FAILED")),
        (Some("\"6\", \"7\""), Ok("\"renamed\"")),
        (Some("*"), Ok("\"renamed\"")),
    ] {
        let mut call = Call::new("rename", "{}", Caller::new("vera", Role::Viewer, "test"));
        call.terms.if_match = seen.map(|text: &str| text.parse().expect("versions in quotes"));
        let outcome = arsenal.run(call).await.outcome;
        let told = outcome.as_deref().map_err(|error| error.code());
        assert_eq!(told, expected, "{seen:?}");
    }
    assert_eq!(arsenal.call(Rename {}).await.expect("it names no version"), "renamed");
}
