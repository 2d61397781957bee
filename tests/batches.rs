//! `execute_batch`, through the registry: what each part may do, how many run, and when it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arsenal::{Arsenal, Builder, Class, Context, Error, Execute, Operation, Role};
use arsenal_ops::registry::ExecuteBatch;
use serde_json::{Value, json};

use crate::program::{Add, Guarded, Panics, SlowRead, SlowWrite, World, answer};

/// How many calls run, and how many ran at most.
#[derive(Debug, Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// Runs for a second, among others.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = usize)]
struct Meet {}

impl Execute for Meet {
    type State = Arc<Crowd>;

    async fn execute(self, cx: &Context<Arc<Crowd>>) -> Result<usize, Error> {
        let crowd = cx.state();
        let now = crowd.now.fetch_add(1, Ordering::SeqCst) + 1;
        crowd.most.fetch_max(now, Ordering::SeqCst);
        // tidy: expect(sleep): slowness is what this operation is for; its tests pause the clock.
        tokio::time::sleep(Duration::from_secs(1)).await;
        crowd.now.fetch_sub(1, Ordering::SeqCst);
        Ok(now)
    }
}

/// Answers with a long text.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = String)]
struct Tell {
    /// How long.
    mebibytes: u32,
}

impl Execute for Tell {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<String, Error> {
        Ok("x".repeat((self.mebibytes as usize) << 20))
    }
}

/// A program whose operations last, are limited, and need rights.
struct Shop {
    arsenal: Arsenal,
    world: Arc<World>,
    crowd: Arc<Crowd>,
}

impl Shop {
    fn build() -> Self {
        let (world, crowd) = (Arc::new(World::default()), Arc::new(Crowd::default()));
        let arsenal = Builder::empty()
            .operation::<Add>()
            .operation::<ExecuteBatch>()
            .operation::<Guarded>()
            .operation::<Meet>()
            .operation::<Panics>()
            .operation::<SlowRead>()
            .operation::<SlowWrite>()
            .operation::<Tell>()
            .state(Arc::clone(&world))
            .state(Arc::clone(&crowd))
            .build()
            .expect("the program is sound");
        Self { arsenal, world, crowd }
    }

    async fn run(&self, role: Role, params: Value) -> Value {
        answer(&self.arsenal, role, "execute_batch", params).await.expect("a batch is answered")
    }

    fn ran(&self) -> (u32, u32) {
        (self.world.ran.load(Ordering::SeqCst), self.world.ended.load(Ordering::SeqCst))
    }
}

/// The code of each part, or how it stands.
fn outcomes(batch: &Value) -> Vec<&str> {
    let items = batch["items"].as_array().expect("a batch has items");
    let word = |item| Value::as_str(item).expect("a text");
    items
        .iter()
        .map(|item| item["error"].get("code").map_or_else(|| word(&item["status"]), word))
        .collect()
}

fn counts(batch: &Value) -> [u64; 3] {
    ["succeeded", "failed", "skipped"].map(|word| batch[word].as_u64().expect("a count"))
}

#[tokio::test]
async fn each_part_has_its_own_outcome() {
    let shop = Shop::build();
    let calls = json!([
        {"operation": "add", "params": {"a": 2}},
        {"operation": "panics"},
        {"operation": "nope"},
        {"operation": "execute_batch", "params": {"calls": [{"operation": "add"}]}},
        {"operation": "batch", "params": {"calls": [{"operation": "add"}]}},
        {"operation": "add", "params": {"a": "x"}},
    ]);
    let batch = shop.run(Role::Viewer, json!({"calls": calls, "parallel": 2})).await;
    let codes =
        ["ok", "PANICKED", "NO_OPERATION", "NESTED_BATCH", "NESTED_BATCH", "INVALID_PARAMS"];
    assert_eq!(outcomes(&batch), codes);
    assert_eq!(counts(&batch), [1, 5, 0]);
    assert_eq!(batch["items"][0], json!({"operation": "add", "status": "ok", "data": 3}));
    assert_eq!(batch["items"][5]["error"]["errors"][0]["pointer"], "/a");
}

#[tokio::test]
async fn what_a_part_alone_fails_with_is_published() {
    let shop = Shop::build();
    let operations = shop.arsenal.operations();
    let codes = operations.get("execute_batch").expect("it is there").codes();
    for code in ["NESTED_BATCH", "PART_TIMED_OUT", "ANSWERS_TOO_LARGE", "PART_ABORTED"] {
        assert!(codes.iter().any(|known| known.code == code), "{code}");
    }
}

#[tokio::test]
async fn a_thousand_parts_are_taken_and_one_more_is_not_and_none_is_not() {
    let shop = Shop::build();
    let calls = |n| json!({"calls": vec![json!({"operation": "add", "params": {"a": 2}}); n]});
    assert_eq!(counts(&shop.run(Role::Viewer, calls(1000)).await), [1000, 0, 0]);
    for n in [0, 1001] {
        let refused = answer(&shop.arsenal, Role::Viewer, "execute_batch", calls(n)).await;
        assert_eq!(refused, Err((Class::Validation, "INVALID_PARAMS".to_owned())), "{n}");
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_parts_run_at_once_as_are_asked_for_and_never_more() {
    for parallel in [1, 7, 64] {
        let shop = Shop::build();
        let calls = vec![json!({"operation": "meet"}); 130];
        let calls = &calls[..if parallel == 1 { 20 } else { 130 }];
        let batch = shop.run(Role::Viewer, json!({"calls": calls, "parallel": parallel})).await;
        assert_eq!(counts(&batch), [calls.len() as u64, 0, 0]);
        assert_eq!(shop.crowd.most.load(Ordering::SeqCst), parallel);
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_has_the_rights_and_the_limits_of_a_call_of_its_own() {
    let shop = Shop::build();
    let guarded = json!({"operation": "guarded", "params": {"wait_ms": 0}});
    let calls = json!({"calls": [guarded, {"operation": "add", "params": {"a": 2}}, guarded],
                       "parallel": 1});
    let batch = shop.run(Role::Viewer, calls.clone()).await;
    assert_eq!(outcomes(&batch), ["ROLE_MISSING", "ok", "ROLE_MISSING"], "a viewer may not");
    let batch = shop.run(Role::Operator, calls).await;
    assert_eq!(outcomes(&batch), ["ok", "ok", "RATE_LIMITED"], "once a minute");
    assert_eq!(shop.ran().0, 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_nothing_further_is_begun_and_what_runs_is_awaited() {
    let slow = json!({"operation": "slow_read", "params": {"wait_ms": 500}});
    let calls = json!([slow, {"operation": "nope"}, slow, slow]);
    let rows = [
        (1, ["ok", "NO_OPERATION", "skipped", "skipped"]),
        (2, ["ok", "NO_OPERATION", "skipped", "skipped"]),
        (3, ["ok", "NO_OPERATION", "ok", "skipped"]),
    ];
    for (parallel, expected) in rows {
        let shop = Shop::build();
        let params = json!({"calls": calls, "parallel": parallel, "stop_on_error": true});
        assert_eq!(outcomes(&shop.run(Role::Viewer, params).await), expected, "{parallel}");
    }
    let shop = Shop::build();
    let batch = shop.run(Role::Viewer, json!({"calls": calls, "parallel": 1})).await;
    assert_eq!(outcomes(&batch), ["ok", "NO_OPERATION", "ok", "ok"], "unless it is asked for");
}

#[tokio::test(start_paused = true)]
async fn a_batch_whose_time_is_over_tells_what_each_part_came_to() {
    let shop = Shop::build();
    let write = |wait_ms: u64| json!({"operation": "slow_write", "params": {"wait_ms": wait_ms}});
    let calls = [write(10), write(25_000), write(25_000), write(25_000), write(10), write(10)];
    let batch = shop.run(Role::Viewer, json!({"calls": calls, "parallel": 1})).await;
    let expected = ["ok", "ok", "ok", "PART_TIMED_OUT", "skipped", "skipped"];
    assert_eq!(outcomes(&batch), expected, "what has written is told of");
    assert_eq!(batch["items"][3]["error"]["class"], "timeout");
    assert_eq!(counts(&batch), [3, 1, 2]);
    assert_eq!(shop.ran(), (4, 3));
}

#[tokio::test]
async fn the_answers_together_have_a_bound_and_a_small_one_still_finds_room() {
    let shop = Shop::build();
    let tell = |mebibytes: u32| json!({"operation": "tell", "params": {"mebibytes": mebibytes}});
    let calls = json!({"calls": [tell(9), tell(9), tell(1)], "parallel": 1});
    let batch = shop.run(Role::Viewer, calls).await;
    assert_eq!(outcomes(&batch), ["ok", "ANSWERS_TOO_LARGE", "ok"]);
}
