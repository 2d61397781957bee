//! The registry's own operations and the first of the system's, through the registry.

use arsenal::{Arsenal, Builder, Class, Role};
use arsenal_ops::analytics::{Analytics, AnalyticsConfig};
use arsenal_ops::registry::{
    DescribeOperation, ExecuteBatch, ListCategories, ListOperations, OperationStats,
    SearchOperations, ValidateParams,
};
use arsenal_ops::system::{GetMemoryInfo, GetRuntimeMetrics, GetSystemInfo};
use arsenal_process::{Runtime, RuntimeConfig};
use serde_json::{Value, json};

use crate::program::{Add, Panics, answer};

fn catalogue() -> Arsenal {
    let runtime = Runtime::start(RuntimeConfig::default()).expect("a test runs on Tokio");
    Builder::empty()
        .state(Analytics::new(&runtime, AnalyticsConfig::default()))
        .operation::<Add>()
        .operation::<Panics>()
        .operation::<DescribeOperation>()
        .operation::<ExecuteBatch>()
        .operation::<ListCategories>()
        .operation::<ListOperations>()
        .operation::<OperationStats>()
        .operation::<SearchOperations>()
        .operation::<ValidateParams>()
        .operation::<GetMemoryInfo>()
        .operation::<GetRuntimeMetrics>()
        .operation::<GetSystemInfo>()
        .build()
        .expect("the program is sound")
}

async fn ask(arsenal: &Arsenal, name: &str, params: Value) -> Value {
    answer(arsenal, Role::Viewer, name, params).await.expect(name)
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("a list has items");
    items.iter().map(|item| item["name"].as_str().expect("an item has a name")).collect()
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_paged() {
    let arsenal = catalogue();
    let all = ask(&arsenal, "list_operations", json!({})).await;
    assert!(names(&all).is_sorted() && names(&all).len() == 12, "{all}");
    let one = ask(&arsenal, "list_operations", json!({"category": "system"})).await;
    assert_eq!(names(&one), ["get_memory_info", "get_runtime_metrics", "get_system_info"]);
    let writing = ask(&arsenal, "list_operations", json!({"effect": "write"})).await;
    assert_eq!(names(&writing), ["execute_batch"]);

    let mut seen = Vec::new();
    let mut query = json!({"page_size": 5});
    loop {
        let page = ask(&arsenal, "list_operations", query.clone()).await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        match page.get("next_page_token") {
            Some(token) => query["page_token"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, names(&all), "the pages are the list");
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_query_only() {
    let arsenal = catalogue();
    let page = ask(&arsenal, "list_operations", json!({"page_size": 2})).await;
    let token = page["next_page_token"].clone();
    let cases = [
        ("other filters", json!({"page_token": token, "category": "test"})),
        ("forged", json!({"page_token": "61.00"})),
        ("nonsense", json!({"page_token": "zz"})),
    ];
    for (case, query) in cases {
        let refused = answer(&arsenal, Role::Viewer, "list_operations", query).await;
        assert_eq!(refused, Err((Class::Validation, "INVALID_PARAMS".to_owned())), "{case}");
    }
    let negative =
        answer(&arsenal, Role::Viewer, "list_operations", json!({"page_size": -1})).await;
    assert_eq!(negative.expect_err("a size is not negative").0, Class::Validation);
    let many = ask(&arsenal, "list_operations", json!({"page_size": 4_000_000})).await;
    assert_eq!(names(&many).len(), 12, "a greater size is taken for the greatest");
}

#[tokio::test]
async fn an_operation_is_described_whole_and_a_near_miss_is_suggested() {
    let arsenal = catalogue();
    let add = ask(&arsenal, "describe_operation", json!({"name": "add"})).await;
    assert_eq!(add["summary"], "Adds two numbers.");
    assert_eq!(add["input_schema"]["properties"]["b"]["default"], 1);
    assert_eq!(add["output_schema"]["type"], "integer");
    assert_eq!(add["path"], "/operations/add/execute");
    let reply = arsenal.run_json("describe_operation", &json!({"name": "ad"})).await;
    let error = reply.outcome.expect_err("nobody has that name");
    assert_eq!((error.class(), &error.details()["suggestion"]), (Class::NotFound, &json!("add")));
}

#[tokio::test]
async fn search_and_categories_show_what_there_is() {
    let arsenal = catalogue();
    let found = ask(&arsenal, "search_operations", json!({"query": "memory"})).await;
    assert_eq!(names(&found), ["get_memory_info"]);
    let categories = ask(&arsenal, "list_categories", json!({})).await;
    assert_eq!(names(&categories), ["registry", "system", "test"]);
    assert_eq!(categories["items"][2]["operations"], 2);
}

#[tokio::test]
async fn parameters_are_judged_without_running_anything() {
    let arsenal = catalogue();
    let params = json!({"operation": "add", "params": {"a": "x", "c": 1}});
    let verdict = ask(&arsenal, "validate_params", params).await;
    assert_eq!(verdict["valid"], false);
    let pointers: Vec<_> = verdict["errors"]
        .as_array()
        .expect("errors are a list")
        .iter()
        .map(|error| error["pointer"].as_str().expect("an error has a place"))
        .collect();
    assert_eq!(pointers, ["/a", "/c"]);
    let good = json!({"operation": "add", "params": {"a": 2}});
    assert_eq!(ask(&arsenal, "validate_params", good).await, json!({"valid": true, "errors": []}));
    let reply =
        arsenal.run_json("validate_params", &json!({"operation": "ad", "params": {}})).await;
    let unknown = reply.outcome.expect_err("nobody has that name");
    assert_eq!(
        (unknown.class(), &unknown.details()["suggestion"]),
        (Class::NotFound, &json!("add"))
    );
}

#[tokio::test]
async fn calls_are_counted_by_how_they_ended() {
    let arsenal = catalogue();
    for n in 0..3 {
        ask(&arsenal, "add", json!({"a": n + 2})).await;
    }
    answer(&arsenal, Role::Viewer, "add", json!({})).await.expect_err("`a` is missing");
    let stats = ask(&arsenal, "operation_stats", json!({"operation": "add"})).await;
    let add = &stats["items"][0];
    assert_eq!(
        (&add["calls"], &add["failed"], &add["in_flight"]),
        (&json!(4), &json!(1), &json!(0))
    );
    assert_eq!(add["failures"], json!([{"class": "validation", "count": 1}]));
    assert!(add["mean_us"].as_f64() <= add["max_us"].as_f64());
}

#[tokio::test]
async fn the_systems_figures_are_real() {
    let arsenal = catalogue();
    let system = ask(&arsenal, "get_system_info", json!({})).await;
    assert_eq!(system["os_pid"], json!(std::process::id()));
    assert_eq!(system["operations"], 12);
    for uptime in ["uptime", "machine_uptime"] {
        let micros = system[format!("{uptime}_us")].as_u64().expect("microseconds");
        assert!(system[uptime].is_string() && micros.is_multiple_of(1_000_000), "{system}");
    }
    let memory = ask(&arsenal, "get_memory_info", json!({})).await;
    let bytes = |at: &str| memory.pointer(at).and_then(Value::as_u64).expect("bytes");
    assert!(bytes("/process/resident_bytes") > 1_000_000);
    assert!(bytes("/system/total_bytes") > bytes("/process/resident_bytes"));
    let runtime = ask(&arsenal, "get_runtime_metrics", json!({})).await;
    assert_eq!((&runtime["workers"], &runtime["calls_in_flight"]), (&json!(1), &json!(1)));
    for busy in ["/processes", "/processes/busiest/0", "/per_worker/0"] {
        let busy = runtime.pointer(busy).expect("it is told");
        assert!(busy["busy_time"].is_string() && busy["busy_time_us"].is_u64(), "{busy}");
    }
}
