//! Which operation a request is for, and where its parameters are taken from.

use arsenal::{DynamicOperation, Error, Role};
use serde_json::{Value, json};

use super::client::ask;
use super::operations::served;

#[tokio::test]
async fn an_address_is_an_operations_or_it_is_refused_with_what_would_do() {
    let served = served().await;
    let widgets = Some("POST, OPTIONS");
    let widget = Some("GET, PUT, PATCH, DELETE, HEAD, OPTIONS");
    let cases = [
        ("vera", "GET /api/v1/widgets/1", 200, None),
        ("vera", "HEAD /api/v1/widgets/1", 200, None),
        ("", "OPTIONS /api/v1/widgets/1", 204, widget),
        ("", "POST /api/v1/widgets/1", 405, widget),
        ("", "GET /api/v1/widgets", 405, widgets),
        ("", "TRACE /api/v1/widgets", 405, widgets),
        ("vera", "GET /api/v1/widgets/1/", 404, None),
        ("vera", "GET /api/v1/widgets/", 404, None),
        ("vera", "GET /widgets/1", 404, None),
        ("vera", "GET /", 404, None),
        ("vera", "POST /api/v1/operations/old_way/execute", 200, None),
        ("vera", "POST /api/v1/operations/older_way/execute", 200, None),
        ("vera", "GET /api/v1/operations/old_way/execute", 405, Some("POST, OPTIONS")),
        ("vera", "OPTIONS /api/v1/operations/old_way/execute", 204, Some("POST, OPTIONS")),
        ("vera", "POST /api/v1/operations/old_wya/execute", 404, None),
        ("vera", "POST /api/v1/operations/hidden_one/execute", 404, None),
        ("ann", "GET /api/v1/hidden", 404, None),
        ("", "POST /api/v1/operations/old_wya/execute", 401, None),
        ("vera", "GET /api/v1/operations", 200, None),
        ("vera", "GET /api/v1/operations/old_way", 200, None),
        ("", "GET /api/v1/greeting", 200, None),
        ("", "GET /livez", 200, None),
        ("", "HEAD /readyz", 200, None),
        ("", "POST /livez", 405, Some("GET, HEAD, OPTIONS")),
        ("", "GET /problems/NO_ROUTE", 200, None),
        ("", "GET /problems/NO_OPERATION", 200, None),
        ("", "GET /problems/NEVER_HEARD_OF", 404, None),
    ];
    for (who, line, status, allow) in cases {
        let answer = served.send(&ask(who, line)).await;
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        assert_eq!(answer.header("allow"), allow, "{line}");
        if status >= 400 {
            answer.problem();
        }
    }
}

#[tokio::test]
async fn a_viewer_gets_the_nearest_and_nothing_of_what_is_hidden() {
    let served = served().await;
    let line = "POST /api/v1/operations/old_wya/execute";
    let known = served.send(&ask("vera", line)).await.problem();
    assert_eq!(known["code"], "NO_OPERATION");
    assert_eq!(known["details"]["suggestion"], "old_way");
    let hidden = served.send(&ask("ann", "POST /api/v1/operations/hidden_one/execute")).await;
    assert_eq!(hidden.code(), "NO_OPERATION", "what is hidden is as what is not there");
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_name_that_is_there_from_one_that_is_not() {
    let served = served().await;
    let mut told = Vec::new();
    // Known, known and deprecated, an older name of it, hidden, unknown.
    for name in ["get_widget", "old_way", "older_way", "hidden_one", "old_wya"] {
        let line = format!("POST /api/v1/operations/{name}/execute");
        let answer = served.send(&ask("", &line).header("x-request-id", "one-of-many")).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"), "{name}");
        assert!(!answer.body.contains(name), "{answer:?}");
        told.push(answer.whole());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[tokio::test]
async fn parameters_come_from_the_path_the_query_and_the_body() {
    let served = served().await;
    let widgets = "/api/v1/widgets";
    let get = |target: &str| ask("vera", &format!("GET {widgets}/{target}"));
    for (asked, expected) in [
        (get("7"), json!({"id": "7", "name": "w", "size": 1})),
        (get("7?size=3"), json!({"id": "7", "name": "w", "size": 3})),
        (get("a%2Fb%20c?size=%33"), json!({"id": "a/b c", "name": "w", "size": 3})),
        (
            ask("wendy", &format!("PATCH {widgets}/7")).json(r#"{"name": "n"}"#),
            json!({"id": "7", "name": "n", "size": 1}),
        ),
        (
            ask("wendy", &format!("PATCH {widgets}/7"))
                .header("content-type", "application/merge-patch+json")
                .body(r#"{"name": "n"}"#),
            json!({"id": "7", "name": "n", "size": 1}),
        ),
        (
            ask("vera", "POST /api/v1/operations/get_widget/execute").json(r#"{"id": "7"}"#),
            json!({"id": "7", "name": "w", "size": 1}),
        ),
    ] {
        let answer = served.send(&asked).await;
        assert_eq!(answer.json()["data"], expected, "{} {answer:?}", asked.target);
    }
}

#[tokio::test]
async fn a_fault_names_the_parameter_or_points_into_the_body() {
    let served = served().await;
    let execute = "POST /api/v1/operations/get_widget/execute";
    let cases = [
        (
            ask("vera", "GET /api/v1/widgets/7?size=x&nope=1"),
            422,
            json!([["parameter", "size", "type"], ["parameter", "nope", "unknown_field"]]),
        ),
        (
            ask("wendy", "PATCH /api/v1/widgets/123456789").json(r#"{"name": "", "x~/y": 1}"#),
            422,
            json!([
                ["parameter", "id", "max_len"],
                ["pointer", "#/name", "min_len"],
                ["pointer", "#/x~0~1y", "unknown_field"],
            ]),
        ),
        (
            ask("vera", execute).json(r#"{"size": "3"}"#),
            422,
            json!([["pointer", "#/id", "required"], ["pointer", "#/size", "type"]]),
        ),
        (
            ask("wendy", "PATCH /api/v1/widgets/7?name=n").json("{}"),
            422,
            json!([["parameter", "name", "unknown_field"]]),
        ),
        (
            ask("vera", "GET /api/v1/widgets/7?dry_run=yes"),
            422,
            json!([["parameter", "dry_run", "type"]]),
        ),
        (ask("vera", execute).json("[]"), 422, json!([["pointer", "#", "type"]])),
        (
            ask("vera", execute).json(r#"{"id": "1", "id": "2"}"#),
            422,
            json!([["pointer", "#/id", "duplicate"]]),
        ),
    ];
    for (asked, status, expected) in cases {
        let answer = served.send(&asked).await;
        assert_eq!(answer.status, status, "{} {answer:?}", asked.target);
        let errors = answer.problem()["errors"].clone();
        let found: Vec<Value> = errors
            .as_array()
            .unwrap_or_else(|| panic!("{answer:?}"))
            .iter()
            .map(|fault| {
                let place = if fault["parameter"].is_string() { "parameter" } else { "pointer" };
                json!([place, fault[place], fault["code"]])
            })
            .collect();
        assert_eq!(Value::from(found), expected, "{} {answer:?}", asked.target);
    }
}

#[tokio::test]
async fn a_query_where_none_is_taken_is_refused_by_names_and_not_without_end() {
    let served = served().await;
    let patch = |query: &str| {
        ask("wendy", &format!("PATCH /api/v1/widgets/7?{query}")).json(r#"{"name": "n"}"#)
    };
    let odd = served.send(&patch("a%2Fb~=1")).await.problem();
    assert_eq!(odd["errors"][0]["parameter"], "a/b~");
    assert_eq!(
        odd["detail"],
        "`/a~1b~0` is in the query; this address takes its parameters \
               from the body"
    );
    let many: Vec<_> = (0..300).map(|n| format!("p{n}=1")).collect();
    let problem = served.send(&patch(&many.join("&"))).await.problem();
    assert_eq!(problem["detail"], "300 faults in the parameters");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(256));
    assert_eq!(problem["details"]["omitted"], 44);
}

#[tokio::test]
async fn what_is_registered_appears_and_what_is_removed_vanishes() {
    let served = served().await;
    let operation = |name: &'static str, path: &'static str| {
        let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
        let handler = |params: Value| async move { Ok::<_, Error>(params) };
        let mut operation = DynamicOperation::new(name, Role::Viewer, schema, handler);
        operation.spec.http.path = Some(path.into());
        operation
    };
    let line = "POST /api/v1/operations/echo_now/execute";
    let own = "POST /api/v1/echo/now";
    let statuses = async || {
        let execute = served.send(&ask("vera", line).json(r#"{"n": 1}"#)).await.status;
        let own = served.send(&ask("vera", own).json(r#"{"n": 1}"#)).await.status;
        (execute, own)
    };
    let registry = served.arsenal.registry();
    assert_eq!(statuses().await, (404, 404));
    registry.register(operation("echo_now", "/echo/now")).expect("the name is free");
    assert_eq!(statuses().await, (200, 200));
    let refused = served.send(&ask("vera", own).json(r#"{"n": "1"}"#)).await;
    assert_eq!(refused.problem()["errors"][0]["pointer"], "#/n");
    // Another one wants an address that is taken: whoever has it keeps it.
    registry.register(operation("thief", "/widgets")).expect_err("the address is taken");
    let made = served.send(&ask("olaf", "POST /api/v1/widgets").json(r#"{"name": "n"}"#)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let thief = served.send(&ask("vera", "POST /api/v1/operations/thief/execute")).await;
    assert_eq!(thief.status, 404, "{thief:?}");
    registry.unregister("echo_now").expect("it is there");
    assert_eq!(statuses().await, (404, 404));
}
