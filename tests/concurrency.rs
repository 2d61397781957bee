//! Many calls at once: each is answered, and nothing is left behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use arsenal::{Call, Caller, Class, DynamicOperation, Error, Reply, Role};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::program::{answer, assert_idle, program};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_bad_calls_among_good_ones_touch_nothing_else() {
    let (arsenal, _, _) = program();
    let mut calls = JoinSet::new();
    for n in 0..12_000_u32 {
        let arsenal = arsenal.clone();
        calls.spawn(async move {
            match n % 6 {
                0 => {
                    let panicked = answer(&arsenal, Role::Viewer, "panics", json!({})).await;
                    assert_eq!(panicked, Err((Class::Execution, "PANICKED".to_owned())));
                }
                1 => {
                    // It hangs, and its caller goes.
                    let hangs =
                        answer(&arsenal, Role::Viewer, "slow_read", json!({"wait_ms": 3_600_000}));
                    assert!(tokio::time::timeout(Duration::from_millis(1), hangs).await.is_err());
                }
                2 => {
                    let bad = answer(&arsenal, Role::Viewer, "add", json!({"a": "bad"})).await;
                    assert_eq!(bad.expect_err("it is not a number").0, Class::Validation);
                }
                3 => {
                    let mut hangs = hanging();
                    hangs.origin.deadline = Some(Instant::now() + Duration::from_millis(1));
                    assert_eq!(code(arsenal.run(hangs).await), "TIMEOUT");
                }
                4 => {
                    let (mut hangs, cancel) = (hanging(), CancellationToken::new());
                    hangs.origin.cancel = Some(cancel.clone());
                    let (reply, ()) = tokio::join!(arsenal.run(hangs), async {
                        tokio::task::yield_now().await;
                        cancel.cancel();
                    });
                    assert_eq!(code(reply), "CANCELLED");
                }
                _ => {
                    let sum =
                        answer(&arsenal, Role::Viewer, "add", json!({"a": n % 900 + 2})).await;
                    assert_eq!(sum, Ok(json!(n % 900 + 3)));
                }
            }
        });
    }
    calls.join_all().await;
    assert_idle(&arsenal);
    assert_eq!(arsenal.operations().get("panics").expect("it is there").calls(), 2_000);
}

fn hanging() -> Call {
    let caller = Caller::new("ann", Role::Viewer, "test");
    Call::new("slow_read", r#"{"wait_ms": 3600000}"#, caller)
}

fn code(reply: Reply) -> String {
    reply.outcome.expect_err("it does not end by itself").code().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_panics_in_parallel_are_a_thousand_errors() {
    let (arsenal, _, _) = program();
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let arsenal = arsenal.clone();
        calls.spawn(async move { answer(&arsenal, Role::Viewer, "panics", json!({})).await });
    }
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|a| *a == Err((Class::Execution, "PANICKED".to_owned()))));
    assert_eq!(answer(&arsenal, Role::Viewer, "add", json!({"a": 2})).await, Ok(json!(3)));
    assert_idle(&arsenal);
}

#[test]
fn a_reader_never_sees_half_a_change() {
    // A list that is not sorted, or a name in the list that the index does not know, is half a
    // change.
    let (arsenal, _, _) = program();
    let writing = AtomicU32::new(2);
    std::thread::scope(|threads| {
        for writer in 0..2 {
            let arsenal = &arsenal;
            let writing = &writing;
            threads.spawn(move || {
                let name = format!("dynamic_{writer}");
                for _ in 0..500 {
                    arsenal.registry().register(echo(&name)).expect("the name is free");
                    arsenal.registry().replace(echo(&name)).expect("it is dynamic");
                    arsenal.registry().unregister(&name).expect("it is there");
                }
                writing.fetch_sub(1, Ordering::Release);
            });
        }
        for _ in 0..2 {
            threads.spawn(|| {
                while 0 < writing.load(Ordering::Acquire) {
                    let seen = arsenal.operations();
                    assert!(seen.all().is_sorted_by_key(|op| op.spec().name.clone()));
                    for operation in seen.all() {
                        let found =
                            seen.get(&operation.spec().name).expect("what is listed is found");
                        assert!(Arc::ptr_eq(found, operation));
                    }
                    assert!(seen.all().len() >= 6 && seen.all().len() <= 8);
                }
            });
        }
    });
    assert_eq!(arsenal.operations().all().len(), 6);
}

fn echo(name: &str) -> DynamicOperation {
    DynamicOperation::new(
        name.to_owned(),
        Role::Viewer,
        json!({"type": "object"}),
        |params: Value| async move { Ok::<_, Error>(params) },
    )
}
