//! The events of a trace as they are read: by the page, and whole in each format.

use arsenal_process::{Authority, ExitReason, Target};
use serde_json::{Value, json};

use super::{BOUND, House, settled};

#[tokio::test(start_paused = true)]
async fn the_events_of_a_trace_are_read_page_by_page() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    house.ask("trace_process", json!({})).await;
    first.cast(20).expect("it runs");
    settled([&first, &second]).await;
    house.ask("stop_trace", json!({"id": "t1"})).await;
    let page = async |params: Value| house.ask("get_trace", params).await["events"].clone();
    let whole = page(json!({"id": "t1"})).await["items"].clone();
    let (mut params, mut seen) = (json!({"id": "t1", "page_size": 7}), Vec::new());
    loop {
        let part = page(params.clone()).await;
        seen.extend(part["items"].as_array().expect("events").iter().cloned());
        let Some(next) = part.get("next_page_token") else { break };
        params["page_token"] = next.clone();
    }
    assert_eq!((json!(seen), seen.len() > 21), (whole, true));
}

#[tokio::test(start_paused = true)]
async fn an_export_is_read_back_in_each_format() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    house.ask("trace_process", json!({"process": "first"})).await;
    first.cast(2).expect("it runs");
    settled([&first, &second]).await;
    let gone = house.runtime.stop(
        "first".parse::<Target>().expect("a name"),
        ExitReason::custom("a, \"b\"\nc"),
        BOUND,
        Authority::Ordinary,
    );
    gone.await.expect("it runs");
    house.ask("stop_trace", json!({"id": "t1"})).await;
    let export = async |format: &str| {
        let params = json!({"id": "t1", "format": format});
        let exported = house.ask("export_trace", params).await;
        (exported["text"].as_str().expect("a text").to_owned(), exported)
    };
    let (text, exported) = export("json").await;
    let events: Vec<Value> = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(
        (&exported["media_type"], &exported["events"]),
        (&json!("application/json"), &json!(events.len()))
    );
    let (text, _) = export("ndjson").await;
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert_eq!(lines, events);
    let (text, _) = export("csv").await;
    let (head, rest) = text.split_once("\r\n").expect("lines");
    assert_eq!(head, "at,at_us,pid,kind,peer,message,server,reason");
    assert_eq!(rest.matches("\r\n").count(), events.len());
    assert!(rest.ends_with(",\"\"\"a, \\\"\"b\\\"\"\\nc\"\"\"\r\n"), "{rest}");
}
