//! What a success looks like: its status, its body, its headers.

use std::time::Duration;

use arsenal::{Class, DynamicOperation, Effect, Error, Method, Rate, Role};
use arsenal_http::Settings;
use serde_json::json;

use super::client::{ask, until};
use super::operations::{Gate, served, served_with};

#[tokio::test]
async fn a_success_has_its_declared_status_and_says_where_the_new_one_is() {
    let served = served().await;
    let made = served.send(&ask("olaf", "POST /api/v1/widgets").json(r#"{"name": "n"}"#)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.json()["data"]["id"].as_str().expect("an id").replace('/', "%2F");
    assert_eq!(made.header("location"), Some(format!("/api/v1/widgets/{id}").as_str()));
    let there = made.header("location").expect("it says where").to_owned();
    assert_eq!(served.send(&ask("vera", &format!("GET {there}"))).await.status, 200);

    // An item of a fixed name beside the others is in nobody's way.
    let handler = |_params| async { Ok::<_, Error>(json!({})) };
    let schema = json!({"type": "object"});
    let mut newest = DynamicOperation::new("newest_widget", Role::Viewer, schema, handler);
    newest.spec.http.method = Method::Get;
    newest.spec.http.path = Some("/widgets/x".into());
    newest.spec.effect = Effect::Read;
    served.arsenal.registry().register(newest).expect("the address is free");
    let execute = ask("olaf", "POST /api/v1/operations/create_widget/execute");
    let made = served.send(&execute.json(r#"{"name": "n"}"#)).await;
    assert!(made.header("location").is_some_and(|at| at.starts_with("/api/v1/widgets/w%2F")));

    let gone = served.send(&ask("olaf", "DELETE /api/v1/widgets/1?force=true")).await;
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    assert_eq!((gone.header("content-type"), gone.header("content-length")), (None, None));
}

#[tokio::test]
async fn every_answer_has_these_headers_and_a_head_has_no_body() {
    let served = served().await;
    let get = served.send(&ask("", "GET /api/v1/greeting")).await;
    assert_eq!(get.body, r#"{"data":"hello"}"#);
    let head = served.send(&ask("", "HEAD /api/v1/greeting")).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for name in ["content-type", "content-length", "cache-control"] {
        assert_eq!(get.header(name), head.header(name), "{name}");
    }
    assert_eq!(get.header("content-type"), Some("application/json"));
    assert_eq!(get.header("cache-control"), Some("no-store"));
    let refused = served.send(&ask("", "HEAD /nowhere")).await;
    assert_eq!((refused.status, refused.body.as_str()), (404, ""));
}

#[tokio::test]
async fn an_id_is_echoed_or_made_and_the_operation_has_the_same() {
    let served = served().await;
    let line = "POST /api/v1/operations/who_am_i/execute";
    let given = served.send(&ask("vera", line).header("x-request-id", "order-77")).await;
    assert_eq!(given.header("x-request-id"), Some("order-77"));
    let data = given.json()["data"].clone();
    assert_eq!(
        data,
        json!({"principal": "vera", "request_id": "order-77", "address": "127.0.0.1",
               "transport": "http"})
    );
    let made = served.send(&ask("vera", line).header("x-request-id", "no id")).await;
    let id = made.header("x-request-id").expect("one was made");
    assert_eq!((id.len(), id.as_bytes()[14]), (36, b'7'), "a UUID of version 7: {id}");
    assert_eq!(made.json()["data"]["request_id"], id);

    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let refused = ask("vera", "GET /nowhere").header("traceparent", trace);
    let problem = served.send(&refused).await.problem();
    assert_eq!(problem["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(
        problem["instance"],
        format!("urn:uuid:{}", problem["request_id"].as_str().unwrap())
    );
}

#[tokio::test]
async fn an_allowance_is_told_on_successes_too_and_can_be_left_unsaid() {
    let served = served().await;
    let asked = ask("vera", "POST /api/v1/operations/seldom/execute");
    let first = served.send(&asked).await;
    assert_eq!(first.header("ratelimit-policy"), Some(r#""seldom";q=2;w=60"#));
    assert_eq!(first.header("ratelimit"), Some(r#""seldom";r=1;t=30"#));
    assert_eq!(served.send(&asked).await.status, 200);
    let third = served.send(&asked).await;
    let problem = third.problem();
    assert_eq!(third.status, 429);
    assert_eq!(problem["type"], "https://iana.org/assignments/http-problem-types#quota-exceeded");
    assert_eq!(problem["violated-policies"], json!(["seldom"]));
    assert_eq!(problem["retryable"], true);
    let wait: u64 = third.header("retry-after").and_then(|s| s.parse().ok()).expect("seconds");
    assert!((1..=30).contains(&wait), "{wait}");
    let left = third.header("ratelimit").expect("it is told");
    let (left, t) = left.split_once(";t=").expect("it says until when");
    assert_eq!(left, r#""seldom";r=0"#);
    assert!(t.parse::<u64>().is_ok_and(|t| t <= wait), "not sooner than it helps: {t} {wait}");
    assert_eq!(
        served.send(&ask("olaf", "POST /api/v1/operations/seldom/execute")).await.status,
        200
    );

    let silent = served_with(Settings { rate_limit_headers: false, ..Settings::default() }).await;
    assert_eq!(silent.send(&asked).await.header("ratelimit"), None);
}

#[tokio::test]
async fn only_an_allowance_that_was_broken_is_named() {
    let served = served().await;
    let handler = |_params| async { Err(Error::new(Class::RateLimited, "BANK_BUSY", "too much")) };
    let mut operation =
        DynamicOperation::new("ask_bank", Role::Viewer, json!({"type": "object"}), handler);
    operation.spec.limits.rate = Some(Rate { calls: 5, per: Duration::from_secs(60) });
    served.arsenal.registry().register(operation).expect("the name is free");
    let answer = served.send(&ask("vera", "POST /api/v1/operations/ask_bank/execute")).await;
    let problem = answer.problem();
    assert_eq!((answer.status, problem["code"].as_str()), (429, Some("BANK_BUSY")));
    assert_eq!(problem["violated-policies"], json!(null), "the author's is not ours: {answer:?}");
    assert_eq!(answer.header("retry-after"), None, "nobody knows when: {answer:?}");
    assert_eq!(answer.header("ratelimit"), Some(r#""ask_bank";r=4;t=12"#), "there is some left");
}

#[tokio::test]
async fn a_deprecated_operation_says_so() {
    let served = served().await;
    let answer = served.send(&ask("vera", "POST /api/v1/operations/old_way/execute")).await;
    assert_eq!(answer.header("deprecation"), Some("@1767225600"));
    assert_eq!(answer.header("sunset"), Some("Wed, 30 Jun 2027 00:00:00 GMT"));
    let other = served.send(&ask("", "GET /api/v1/greeting")).await;
    assert_eq!((other.header("deprecation"), other.header("sunset")), (None, None));
}

#[tokio::test]
async fn a_kept_answer_is_not_sent_twice() {
    let served = served().await;
    let asked = ask("vera", "GET /api/v1/widgets/1");
    let first = served.send(&asked).await;
    let tag = first.header("etag").expect("it has a tag").to_owned();
    assert!(tag.starts_with('"'), "a strong one: {tag}");
    assert_eq!(first.header("cache-control"), Some("private, max-age=60"));
    for (given, status) in [
        (tag.clone(), 304),
        (format!("W/{tag}, \"x\""), 304),
        ("*".to_owned(), 304),
        ("\"x\"".to_owned(), 200),
    ] {
        let again = served.send(&asked.clone().header("if-none-match", &given)).await;
        assert_eq!(again.status, status, "{given}");
        assert_eq!(again.header("etag"), Some(tag.as_str()), "{given}");
        assert_eq!(again.body.is_empty(), status == 304, "{given}");
    }
    let other = served.send(&ask("vera", "GET /api/v1/widgets/2")).await;
    assert_ne!(other.header("etag"), Some(tag.as_str()));
    let plain = served.send(&ask("", "GET /api/v1/greeting")).await;
    assert_eq!(plain.header("etag"), None, "nothing is kept that is not declared");
}

#[tokio::test]
async fn a_dry_run_does_nothing_and_says_so() {
    let served = served().await;
    let line = "POST /api/v1/widgets?dry_run=true";
    let dry = served.send(&ask("olaf", line).json(r#"{"name": "n"}"#)).await;
    assert_eq!(dry.status, 200, "nothing was made: {dry:?}");
    assert_eq!(dry.json(), json!({"data": null, "dry_run": true, "planned": false}));
    let refused = served.send(&ask("olaf", line).json(r#"{"name": ""}"#)).await;
    assert_eq!(refused.status, 422, "it is refused as a live one");
    let live = ask("olaf", "POST /api/v1/widgets?dry_run=false").json(r#"{"name": "n"}"#);
    assert_eq!(served.send(&live).await.status, 201);
}

#[tokio::test]
async fn a_call_that_need_not_be_waited_for_becomes_a_job() {
    let served = served().await;
    let gate = Gate::register(&served.arsenal, "slow_work", Effect::Write);
    let asked = ask("vera", "POST /api/v1/operations/slow_work/execute")
        .header("prefer", "respond-async, wait=10");
    let answer = served.send(&asked).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("preference-applied"), Some("respond-async"));
    let location = answer.header("location").expect("it says where").to_owned();
    let id = answer.json()["data"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(location, format!("/api/v1/jobs/{id}"));
    until("the job has begun", || gate.begun() == 1).await;
    gate.open.add_permits(1);
    served.arsenal.jobs().ended(&id).await.expect("it is there");
    let job = served.send(&ask("vera", &format!("GET {location}"))).await;
    assert_eq!(job.json()["data"]["status"], "succeeded", "{job:?}");
    let other = served.send(&ask("olaf", &format!("GET {location}"))).await;
    assert_eq!(other.status, 404, "another's job is no job");
}
