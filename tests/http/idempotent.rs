//! The same key, the same answer.

use arsenal::{Effect, IdempotencyKey};

use super::client::{Asked, ask};
use super::operations::{builder, served};

fn make(who: &str, key: &str, body: &str) -> Asked {
    ask(who, "POST /api/v1/widgets").header("idempotency-key", key).json(body)
}

#[tokio::test]
async fn a_key_gets_the_answer_of_the_first_call_and_no_second_widget() {
    let served = served().await;
    let body = r#"{"name": "n", "size": 2}"#;
    let first = served.send(&make("olaf", "\"k-1\"", body)).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    // The same parameters, written otherwise; the key as a bare token.
    let again = served.send(&make("olaf", "k-1", r#"{ "size": 2.0, "name": "n" }"#)).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));

    let other = served.send(&make("olaf", "k-1", r#"{"name": "m"}"#)).await;
    assert_eq!((other.status, other.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    assert_eq!(other.problem()["errors"][0]["header"], "Idempotency-Key");
    let another = served.send(&make("wendy", "k-1", body)).await;
    assert_eq!(another.status, 201);
    assert_ne!(another.body, first.body, "each caller has keys of their own");
    let refused = served.send(&make("vera", "k-1", body)).await;
    assert_eq!(refused.status, 403, "rights come before replays");
}

#[tokio::test]
async fn a_refused_call_keeps_no_key() {
    let served = served().await;
    let refused = served.send(&make("olaf", "k-2", r#"{"name": ""}"#)).await;
    assert_eq!(refused.status, 422);
    let good = served.send(&make("olaf", "k-2", r#"{"name": "n"}"#)).await;
    assert_eq!((good.status, good.header("idempotent-replayed")), (201, None));
}

#[tokio::test]
async fn a_header_that_cannot_be_read_and_a_key_that_will_not_do_are_told_apart() {
    let served = served().await;
    let long = "k".repeat(256);
    for (key, code) in [
        ("\"k", "MALFORMED_HEADER"),
        ("a b", "IDEMPOTENCY_KEY_MALFORMED"),
        ("\"\"", "IDEMPOTENCY_KEY_MALFORMED"),
        (long.as_str(), "IDEMPOTENCY_KEY_MALFORMED"),
    ] {
        let answer = served.send(&make("olaf", key, r#"{"name": "n"}"#)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{key}");
        assert_eq!(answer.problem()["errors"][0]["header"], "Idempotency-Key", "{key}");
    }
    let safe = ask("vera", "GET /api/v1/widgets/1").header("idempotency-key", "a b");
    assert_eq!(served.send(&safe).await.status, 200, "on a safe method it is not looked at");
}

#[tokio::test]
async fn a_required_key_is_missed() {
    let arsenal = builder().build().expect("the operations are sound");
    let schema = serde_json::json!({"type": "object"});
    let handler = |params| async move { Ok::<_, arsenal::Error>(params) };
    let mut operation =
        arsenal::DynamicOperation::new("pay", arsenal::Role::Operator, schema, handler);
    operation.spec.idempotency_key = IdempotencyKey::Required;
    operation.spec.effect = Effect::Write;
    arsenal.registry().register(operation).expect("the name is free");
    let served = super::client::Served::start(arsenal, Default::default()).await;
    let line = "POST /api/v1/operations/pay/execute";
    let missing = served.send(&ask("olaf", line).json("{}")).await;
    assert_eq!((missing.status, missing.code().as_str()), (400, "IDEMPOTENCY_KEY_MISSING"));
    assert_eq!(missing.problem()["errors"][0]["header"], "Idempotency-Key");
    let given = ask("olaf", line).header("idempotency-key", "k").json("{}");
    assert_eq!(served.send(&given).await.status, 200);
}
