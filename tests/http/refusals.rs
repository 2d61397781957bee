//! What is refused, with which status, before whom.

use std::time::Duration;

use arsenal::Rate;
use arsenal_http::{PeerRate, Settings};
use serde_json::Value;

use super::client::{Served, ask};
use super::operations::{builder, served, served_with};

#[tokio::test]
async fn who_calls_is_asked_before_what() {
    let served = served().await;
    let bad = "{";
    let fail = "POST /api/v1/operations/fail_as/execute";
    let wrong = ask("", fail).header("authorization", "Bearer wrong");
    let basic = ask("", fail).header("authorization", "Basic dmVyYQ==");
    let public = ask("", "GET /api/v1/greeting").header("authorization", "Bearer wrong");
    let plain = Some(r#"Bearer realm="arsenal""#);
    let invalid = Some(r#"Bearer realm="arsenal", error="invalid_token""#);
    let scope =
        Some(r#"Bearer realm="arsenal", error="insufficient_scope", scope="widgets:write""#);
    let cases = [
        (ask("", fail).json(bad), 401, "UNAUTHENTICATED", plain),
        (wrong.json(bad), 401, "INVALID_CREDENTIALS", invalid),
        (basic.json(bad), 401, "INVALID_CREDENTIALS", invalid),
        (public, 401, "INVALID_CREDENTIALS", invalid),
        (ask("vera", "POST /api/v1/widgets").json(bad), 403, "ROLE_MISSING", None),
        (ask("vera", "POST /api/v1/widgets").body("x"), 403, "ROLE_MISSING", None),
        (ask("vera", "POST /api/v1/widgets?a=%zz").json(bad), 403, "ROLE_MISSING", None),
        (ask("olaf", "PATCH /api/v1/widgets/1").json(bad), 403, "SCOPE_MISSING", scope),
        (ask("wendy", "PATCH /api/v1/widgets/1").json(bad), 400, "MALFORMED_JSON", None),
        (ask("ann", "PATCH /api/v1/widgets/1").json(bad), 400, "MALFORMED_JSON", None),
    ];
    for (asked, status, code, challenge) in cases {
        let answer = served.send(&asked).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", asked.target);
        assert_eq!(answer.header("www-authenticate"), challenge, "{answer:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_400_and_what_breaks_a_rule_is_422() {
    let served = served().await;
    let small = || ask("vera", "POST /api/v1/operations/small/execute");
    let deep = format!("{{\"value\": {}{}}}", "[".repeat(20), "]".repeat(20));
    let cases = [
        (small().json(r#"{"value": 1}"#), 200, ""),
        (small().json(deep), 200, ""),
        (small(), 422, "INVALID_PARAMS"),
        (small().json("{"), 400, "MALFORMED_JSON"),
        (small().json([b'"', 0xff, b'"']), 400, "MALFORMED_JSON"),
        (small().json(r#"{"value": 1e400}"#), 400, "MALFORMED_JSON"),
        (small().json(r#"{"value": 1} x"#), 400, "MALFORMED_JSON"),
        (small().json("null"), 422, "INVALID_PARAMS"),
        (small().body(r#"{"value": 1}"#), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (small().header("content-type", "text/plain").body("{}"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (small().header("accept", "text/html").json("{"), 406, "NOT_ACCEPTABLE"),
        (small().header("accept", "text/html, */*;q=0.1").json(r#"{"value": 1}"#), 200, ""),
        (small().json(format!("{{\"value\": \"{}\"}}", "x".repeat(64))), 413, "BODY_TOO_LARGE"),
        (ask("vera", "GET /api/v1/widgets/%zz"), 400, "MALFORMED_PATH"),
        (ask("vera", "GET /api/v1/widgets/%ff"), 400, "MALFORMED_PATH"),
        (ask("vera", "GET /api/v1/widgets/1?size=%zz"), 400, "MALFORMED_QUERY"),
        (ask("vera", "GET /api/v1/widgets/1?size=1&size=2"), 400, "PARAMETER_TWICE"),
        (ask("vera", "GET /api/v1/widgets/1?id=2"), 400, "PARAMETER_TWICE"),
        (ask("vera", "GET /api/v1/widgets/1").json("{}"), 400, "BODY_NOT_TAKEN"),
        (ask("vera", "GET /api/v1/widgets/none"), 404, "NO_WIDGET"),
        (ask("olaf", "DELETE /api/v1/widgets/1"), 409, "IN_USE"),
        (ask("olaf", "PUT /api/v1/widgets/1"), 428, "PRECONDITION_REQUIRED"),
        (ask("olaf", "PUT /api/v1/widgets/1").header("if-match", "\"1\""), 200, ""),
        (ask("olaf", "PUT /api/v1/widgets/1").header("if-match", "*"), 200, ""),
        (
            ask("olaf", "PUT /api/v1/widgets/1").header("if-match", "\"0\""),
            412,
            "PRECONDITION_FAILED",
        ),
        (ask("olaf", "PUT /api/v1/widgets/1").header("if-match", "1"), 400, "MALFORMED_HEADER"),
        (ask("vera", "POST /api/v1/operations/panics/execute"), 500, "PANICKED"),
    ];
    for (asked, status, code) in cases {
        let answer = served.send(&asked).await;
        assert_eq!(answer.status, status, "{code}: {answer:?}");
        if !code.is_empty() {
            assert_eq!(answer.code(), code, "{answer:?}");
            assert!(!answer.body.contains("secret"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn each_class_has_its_status() {
    let served = served().await;
    for (class, status) in [
        ("malformed", 400),
        ("validation", 422),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("not_found", 404),
        ("conflict", 409),
        ("precondition", 412),
        ("rate_limited", 429),
        ("timeout", 504),
        ("cancelled", 499),
        ("unavailable", 503),
        ("execution", 500),
        ("system", 500),
    ] {
        let asked = ask("vera", "POST /api/v1/operations/fail_as/execute");
        let answer = served.send(&asked.json(format!(r#"{{"class": "{class}"}}"#))).await;
        assert_eq!(answer.status, status, "{class}");
        assert_eq!(answer.code(), "AS_ASKED", "{class}");
        assert_eq!(answer.problem()["operation"], "fail_as", "{class}");
        assert!(!answer.body.contains("secret"), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_without_being_read() {
    let served = served().await;
    let long = format!("GET /api/v1/widgets/{}", "x".repeat(9_000));
    let answer = served.send(&ask("vera", &long)).await;
    assert_eq!((answer.status, answer.code().as_str()), (414, "URI_TOO_LONG"));
    let heavy = (0..10).fold(ask("vera", "GET /api/v1/widgets/1"), |asked, n| {
        asked.header(&format!("x-heavy-{n}"), &"x".repeat(4_000))
    });
    let answer = served.send(&heavy).await;
    assert_eq!((answer.status, answer.code().as_str()), (431, "HEADERS_TOO_LARGE"));

    let widget = |bytes: usize| {
        let name = " ".repeat(bytes);
        ask("olaf", "POST /api/v1/widgets").json(format!(r#"{{"name": "n"{name}}}"#))
    };
    assert_eq!(served.send(&widget((1 << 20) - 13)).await.status, 201);
    assert_eq!(served.send(&widget(1 << 20)).await.status, 413);

    // Without a length, as far as it comes.
    let head = "POST /api/v1/operations/small/execute HTTP/1.1\r\nhost: test\r\n\
        authorization: Bearer token-of-vera\r\ncontent-type: application/json\r\n\
        transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let chunks = "40\r\n".to_owned() + &" ".repeat(64) + "\r\n40\r\n" + &" ".repeat(64) + "\r\n";
    let answer = served.raw(format!("{head}{chunks}0\r\n\r\n").as_bytes()).await;
    assert!(answer.starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&answer));

    // The pipeline reads JSON to a depth; what is deeper is refused, not followed.
    let deep = format!("{{\"value\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let asked = ask("vera", "POST /api/v1/operations/deep_value/execute").json(deep);
    let schema = serde_json::json!({"type": "object"});
    let handler = |params: Value| async move { Ok::<_, arsenal::Error>(params) };
    let operation =
        arsenal::DynamicOperation::new("deep_value", arsenal::Role::Viewer, schema, handler);
    served.arsenal.registry().register(operation).expect("the name is free");
    assert_eq!(served.send(&asked).await.status, 400);
}

#[tokio::test]
async fn a_peer_has_an_allowance_before_anybody_is_known() {
    let rate = Rate { calls: 2, per: Duration::from_secs(600) };
    let peer_rate = Some(PeerRate { rate, loopback: true });
    let served = served_with(Settings { peer_rate, ..Settings::default() }).await;
    let wrong = || ask("", "GET /api/v1/greeting").header("authorization", "Bearer wrong");
    assert_eq!(served.send(&wrong()).await.status, 401);
    assert_eq!(served.send(&wrong()).await.status, 401);
    let third = served.send(&ask("ann", "GET /api/v1/greeting")).await;
    assert_eq!((third.status, third.code().as_str()), (429, "PEER_RATE_LIMITED"));
    assert_eq!(third.problem()["violated-policies"][0], "peer");
    assert!(third.header("retry-after").is_some());
    assert_eq!(served.send(&ask("", "GET /livez")).await.status, 200, "probes are spared");
}

#[tokio::test]
async fn a_problem_leads_to_a_page_that_explains_it() {
    let served = served().await;
    let problem = served.send(&ask("vera", "POST /api/v1/widgets")).await.problem();
    let page = problem["type"].as_str().expect("an address").to_owned();
    let base = format!("http://{}", served.address);
    let path = page.strip_prefix(&base).expect("it is this server's");
    let answer = served.send(&ask("", &format!("GET {path}"))).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("ROLE_MISSING") && answer.body.contains("status: 403"));

    let everywhere =
        Served::start_at("0.0.0.0:0", builder().build().expect("they are sound")).await;
    let problem = everywhere.send(&ask("", "GET /nowhere")).await.problem();
    assert_eq!(problem["type"], "/problems/NO_ROUTE", "relative to where the caller asked");

    let url = Some("https://api.example.com".to_owned());
    let public = served_with(Settings { public_url: url, ..Settings::default() }).await;
    let problem = public.send(&ask("", "GET /nowhere")).await.problem();
    assert_eq!(problem["type"], "https://api.example.com/problems/NO_ROUTE");
}
