//! The same key again: the same answer, once done.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arsenal::{Arsenal, Builder, Call, Caller, Class, Context, Error, Execute, Operation, Role};
use serde_json::Value;

use crate::program::World;

/// Charges an account.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = write, idempotency_key = required,
            timeout = "1s", output = u32)]
struct Charge {
    /// How much.
    #[param(max = 100)]
    amount: u32,
    /// For what.
    #[param(default = "goods")]
    purpose: String,
}

impl Execute for Charge {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        let n = cx.state().ran.fetch_add(1, Ordering::SeqCst) + 1;
        let _ = self.purpose;
        match self.amount {
            7 => Err(Error::new(Class::Conflict, "NO_FUNDS", "nothing was charged")),
            8 => Err(Error::new(Class::Execution, "LOST", "the bank did not answer")),
            9 => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Ok(n)
            }
            _ => Ok(n),
        }
    }
}

fn bank() -> (Arsenal, Arc<World>) {
    let world = Arc::new(World::default());
    let builder = Builder::empty().operation::<Charge>().state(Arc::clone(&world));
    (builder.build().expect("the program is sound"), world)
}

async fn charge(
    arsenal: &Arsenal,
    who: &str,
    key: Option<&str>,
    params: &str,
) -> (Result<Value, String>, bool) {
    let caller = Caller::new(who.to_owned(), Role::Viewer, "test");
    let mut call = Call::new("charge", params, caller);
    call.terms.idempotency_key = key.map(str::to_owned);
    let reply = arsenal.run(call).await;
    let outcome = reply.outcome.map(|text| serde_json::from_str(&text).expect("an answer is JSON"));
    (outcome.map_err(|error| error.code().to_owned()), reply.facts.replayed)
}

#[tokio::test(start_paused = true)]
async fn a_key_is_answered_by_the_first_call_with_the_same_parameters() {
    let (arsenal, world) = bank();
    let long = "k".repeat(256);
    let cases = [
        ("missing", "ann", None, r#"{"amount": 1}"#, Err("IDEMPOTENCY_KEY_MISSING"), false),
        (
            "not visible",
            "ann",
            Some("a b"),
            r#"{"amount": 1}"#,
            Err("IDEMPOTENCY_KEY_MALFORMED"),
            false,
        ),
        (
            "too long",
            "ann",
            Some(long.as_str()),
            r#"{"amount": 1}"#,
            Err("IDEMPOTENCY_KEY_MALFORMED"),
            false,
        ),
        ("refused before", "ann", Some("k1"), r#"{"amount": 101}"#, Err("INVALID_PARAMS"), false),
        ("first", "ann", Some("k1"), r#"{"amount": 1}"#, Ok(1), false),
        ("again", "ann", Some("k1"), r#"{"amount": 1}"#, Ok(1), true),
        (
            "the default is the same",
            "ann",
            Some("k1"),
            r#"{"purpose": "goods", "amount": 1.0}"#,
            Ok(1),
            true,
        ),
        (
            "other parameters",
            "ann",
            Some("k1"),
            r#"{"amount": 2}"#,
            Err("IDEMPOTENCY_KEY_REUSED"),
            false,
        ),
        ("another caller", "bob", Some("k1"), r#"{"amount": 1}"#, Ok(2), false),
        ("nothing was done", "ann", Some("k2"), r#"{"amount": 7}"#, Err("NO_FUNDS"), false),
        ("so it may be tried again", "ann", Some("k2"), r#"{"amount": 1}"#, Ok(4), false),
        ("who knows what was done", "ann", Some("k3"), r#"{"amount": 8}"#, Err("LOST"), false),
        ("is not done again", "ann", Some("k3"), r#"{"amount": 8}"#, Err("LOST"), true),
        ("out of time", "ann", Some("k4"), r#"{"amount": 9}"#, Err("TIMEOUT"), false),
        (
            "is not done again either",
            "ann",
            Some("k4"),
            r#"{"amount": 9}"#,
            Err("OUTCOME_UNKNOWN"),
            true,
        ),
    ];
    for (case, who, key, params, expected, replayed) in cases {
        let expected = expected.map(Value::from).map_err(str::to_owned);
        assert_eq!(charge(&arsenal, who, key, params).await, (expected, replayed), "{case}");
    }
    assert_eq!(world.ran.load(Ordering::SeqCst), 6);
}

#[tokio::test(start_paused = true)]
async fn a_second_call_while_the_first_runs_is_a_conflict() {
    let (arsenal, _) = bank();
    let one = || charge(&arsenal, "ann", Some("k"), r#"{"amount": 9}"#);
    let (first, second) = tokio::join!(one(), one());
    assert_eq!(first.0, Err("TIMEOUT".to_owned()));
    assert_eq!(second.0, Err("IDEMPOTENCY_KEY_IN_FLIGHT".to_owned()));
}

/// Makes a report as a job.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = write, mode = job, timeout = "60s",
            idempotency_key = taken, output = u32)]
struct Report {}

impl Execute for Report {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        Ok(cx.state().ran.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

fn report(key: &str) -> Call {
    let mut call = Call::new("report", "{}", Caller::new("ann", Role::Viewer, "test"));
    call.terms.idempotency_key = Some(key.to_owned());
    call
}

#[tokio::test(start_paused = true)]
async fn the_key_of_a_job_finds_the_job_again() {
    let world = Arc::new(World::default());
    let builder = Builder::empty().operation::<Report>().state(Arc::clone(&world));
    let arsenal = builder.build().expect("the program is sound");
    let first = arsenal.run(report("k")).await;
    let id = first.facts.job.clone().expect("it is a job");
    let running = arsenal.run(report("k")).await;
    arsenal.jobs().ended(&id).await.expect("it is there");
    let ended = arsenal.run(report("k")).await;
    for again in [running, ended] {
        assert_eq!((again.facts.success, &again.facts.job), (202, &Some(id.clone())));
        assert!(again.facts.replayed);
        assert_eq!(again.outcome.expect("the job"), *first.outcome.as_ref().expect("the job"));
    }
    assert_eq!(world.ran.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_never_began_leaves_its_key_free() {
    let world = Arc::new(World::default());
    let builder = Builder::empty().operation::<Report>().state(Arc::clone(&world)).jobs_max(0);
    let arsenal = builder.build().expect("the program is sound");
    for attempt in ["first", "second"] {
        let refused = arsenal.run(report("k")).await.outcome.expect_err("there is no room");
        assert_eq!(refused.code(), "TOO_MANY_JOBS", "{attempt}");
        assert!(refused.retry_after().is_some(), "{attempt}");
    }
    assert_eq!(arsenal.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_typed_call_needs_no_key() {
    let (arsenal, _) = bank();
    let charged = arsenal.call(Charge { amount: 1, purpose: "goods".to_owned() }).await;
    assert_eq!(charged.expect("its caller holds the answer"), 1);
}
