//! What is shown of processes: one, a page, an order, names, the tree.

use std::time::Duration;

use arsenal::Class;
use serde_json::{Value, json};

use super::house::{House, pointers};

#[tokio::test(start_paused = true)]
async fn info_has_the_fields_asked_for_and_only_these() {
    let house = House::build().await;
    let process = house.start("counter", json!({}), Some("ledger")).await;
    house.ask("send_message", json!({"process": process, "message": 3})).await;
    house.ask("send_message", json!({"process": process, "message": "get", "mode": "call"})).await;
    let query = json!({"process": process, "fields": ["status", "messages_handled", "uptime"]});
    let info = house.ask("get_process_info", query).await;
    let keys: Vec<_> = info.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["status", "messages_handled", "uptime", "uptime_us"]);
    assert_eq!((&info["status"], &info["messages_handled"]), (&json!("waiting"), &json!(2)));

    let whole = house.ask("get_process_info", json!({"process": process})).await;
    assert_eq!(whole["last_messages"], json!(["call", "cast"]));
    assert_eq!(whole["mailbox_capacity"], Value::Null);
    assert_eq!(whole["started_at"].as_str().map(|at| at.ends_with('Z')), Some(true));
    assert!(whole["busy_time_us"].is_u64() && whole["busy_time"].is_string());
    assert!(whole["unknown"]["restarts"].is_string(), "absent with its reason: {whole}");

    let bad = json!({"process": process, "fields": ["mailbox"]});
    let (class, _, error) = house.refusal("get_process_info", bad).await;
    assert_eq!((class, pointers(&error)), (Class::Validation, vec!["/fields/0"]));
}

#[tokio::test(start_paused = true)]
async fn processes_are_filtered_and_sorted() {
    let house = House::build().await;
    let busy = house.start("counter", json!({}), Some("shop.busy")).await;
    let calm = house.start("counter", json!({}), Some("shop.calm")).await;
    house.start("idle", json!({}), Some("other")).await;
    house.ask("suspend_process", json!({"process": busy})).await;
    for n in 0..3 {
        house.ask("send_message", json!({"process": busy, "message": n})).await;
    }
    let cases = [
        (json!({"status": "suspended"}), json!([busy])),
        (json!({"name_prefix": "shop."}), json!([busy, calm])),
        (json!({"entry_point": "counter", "sort": "mailbox_length"}), json!([calm, busy])),
        (json!({"entry_point": "counter", "sort": "-mailbox_length"}), json!([busy, calm])),
        (json!({"min_mailbox": 3}), json!([busy])),
        (json!({"entry_point": "counter", "sort": "age"}), json!([calm, busy])),
        (json!({"kind": "task", "name_prefix": "shop"}), json!([])),
        (json!({"supervisor": "arsenal", "kind": "supervisor"}), json!([])),
    ];
    for (query, expected) in cases {
        let list = house.ask("list_processes", query.clone()).await;
        let pids: Vec<_> = list["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| row["pid"].clone())
            .collect();
        assert_eq!(json!(pids), expected, "{query}");
    }
    for bad in [json!({"sort": "size"}), json!({"status": "asleep"}), json!({"min_mailbox": -1})] {
        let (class, ..) = house.refusal("list_processes", bad).await;
        assert_eq!(class, Class::Validation);
    }
    let (class, ..) = house.refusal("list_processes", json!({"supervisor": "nobody"})).await;
    assert_eq!(class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn each_order_is_that_of_its_figure() {
    let house = House::build().await;
    let children = json!([
        {"id": "calm", "name": "calm", "entry_point": "counter"},
        {"id": "busy", "name": "busy", "entry_point": "counter"},
    ]);
    house
        .ask("start_supervisor", json!({"id": "shop", "name": "shop", "children": children}))
        .await;
    house.ask("restart_process", json!({"process": "busy"})).await;
    for n in 0..20 {
        house.ask("send_message", json!({"process": "busy", "message": n})).await;
        let call = json!({"process": "busy", "message": "get", "mode": "call"});
        house.ask("send_message", call).await;
    }
    house.ask("suspend_process", json!({"process": "busy"})).await;
    house.ask("send_message", json!({"process": "busy", "message": 1})).await;
    for figure in ["mailbox_length", "messages_handled", "polls", "restarts"] {
        for (sign, expected) in [("", ["calm", "busy"]), ("-", ["busy", "calm"])] {
            let query = json!({"supervisor": "shop", "sort": format!("{sign}{figure}")});
            let list = house.ask("list_processes", query).await;
            let names = list["items"].as_array().expect("a list").iter().map(|row| &row["name"]);
            assert_eq!(names.collect::<Vec<_>>(), expected, "{sign}{figure}: {list}");
        }
    }
    // Which of them was inside of polls for longer is the machine's to say.
    let list = house.ask("list_processes", json!({"sort": "-busy_time"})).await;
    let busy = list["items"].as_array().expect("a list").iter().map(|row| &row["busy_time_us"]);
    let busy: Vec<_> = busy.map(|time| time.as_u64().expect("microseconds")).collect();
    assert!(busy.len() > 3 && busy.is_sorted_by(|a, b| a >= b), "{busy:?}");
}

#[tokio::test(start_paused = true)]
async fn pages_are_the_list_and_rates_tell_what_changed() {
    let house = House::build().await;
    for n in 0..7 {
        house.start("counter", json!({}), Some(&format!("worker{n}"))).await;
    }
    let mut query = json!({"name_prefix": "worker", "page_size": 3, "sort": "-age"});
    let mut names = Vec::new();
    loop {
        let page = house.ask("list_processes", query.clone()).await;
        let items = page["items"].as_array().expect("a list");
        names.extend(items.iter().map(|row| row["name"].clone()));
        match page.get("next_page_token") {
            Some(token) => query["page_token"] = token.clone(),
            None => break,
        }
    }
    let expected: Vec<_> = (0..7).map(|n| json!(format!("worker{n}"))).collect();
    assert_eq!(names, expected, "the oldest first");
    query["sort"] = "age".into();
    let (_, code, _) = house.refusal("list_processes", query).await;
    assert_eq!(code, "INVALID_PARAMS", "a token is good for its own query");

    let watch = json!({"name_prefix": "worker0", "rates": true});
    let first = house.ask("list_processes", watch.clone()).await;
    assert_eq!(first["items"][0].get("rates"), None, "there was none before");
    for n in 0..5 {
        house.ask("send_message", json!({"process": "worker0", "message": n})).await;
    }
    house
        .ask("send_message", json!({"process": "worker0", "message": "get", "mode": "call"}))
        .await;
    tokio::time::advance(Duration::from_secs(2)).await;
    let second = house.ask("list_processes", watch).await;
    let rates = &second["items"][0]["rates"];
    assert_eq!((&rates["messages_handled"], &rates["over"]), (&json!(6), &json!("2s")));
    assert!(rates["busy_time"].is_string() && rates["busy_time_us"].is_u64(), "{rates}");
}

#[tokio::test(start_paused = true)]
async fn a_long_list_has_rates_from_its_first_page_to_its_last() {
    let house = House::build().await;
    for _ in 0..2500 {
        house.runtime.task().spawn(std::future::pending::<()>()).expect("it starts");
    }
    let walk = async || {
        let mut query = json!({"kind": "task", "page_size": 1000, "sort": "-age", "rates": true});
        let (mut n, mut n_with_rates) = (0, 0);
        loop {
            let page = house.ask("list_processes", query.clone()).await;
            let items = page["items"].as_array().expect("a list");
            n += items.len();
            n_with_rates += items.iter().filter(|row| row.get("rates").is_some()).count();
            match page.get("next_page_token") {
                Some(token) => query["page_token"] = token.clone(),
                None => return (n, n_with_rates),
            }
        }
    };
    let (n, n_with_rates) = walk().await;
    assert!(2500 <= n && n_with_rates == 0, "{n_with_rates} of {n}");
    assert_eq!(walk().await, (n, n));
}

#[tokio::test(start_paused = true)]
async fn names_entry_points_and_the_tree_are_listed() {
    let house = House::build().await;
    let alone = house.start("counter", json!({}), Some("ledger")).await;
    let names = house.ask("list_registered_processes", json!({"prefix": "led"})).await;
    assert_eq!(names["items"], json!([{"name": "ledger", "pid": alone}]));
    let (class, ..) = house.refusal("list_registered_processes", json!({"prefix": ""})).await;
    assert_eq!(class, Class::Validation);

    let known = house.ask("list_entry_points", json!({})).await;
    assert_eq!(
        (&known["items"][0]["name"], &known["items"][1]["name"]),
        (&json!("counter"), &json!("idle"))
    );
    assert_eq!(known["items"][0]["summary"], "Counts, from where it is told to.");
    let tasks = house.ask("list_entry_points", json!({"kind": "task"})).await;
    assert_eq!(tasks["items"].as_array().map(Vec::len), Some(1));
    let (class, ..) = house.refusal("list_entry_points", json!({"kind": "thread"})).await;
    assert_eq!(class, Class::Validation);

    let tree = house.ask("get_process_tree", json!({})).await;
    assert_eq!(tree["root"]["pid"], json!(house.root()));
    let own = &tree["root"]["children"][0];
    assert_eq!(
        (&own["name"], &own["children"][0]["name"]),
        (&json!("arsenal"), &json!("arsenal_watch"))
    );
    assert_eq!(
        (&tree["unsupervised"][0]["name"], &tree["truncated"]),
        (&json!("ledger"), &json!(false))
    );
    let top = house.ask("get_process_tree", json!({"depth": 0})).await;
    assert_eq!(top["truncated"], true);
    let below = house.ask("get_process_tree", json!({"process": "arsenal"})).await;
    assert_eq!((&below["root"]["name"], below.get("unsupervised")), (&json!("arsenal"), None));
    let (class, ..) = house.refusal("get_process_tree", json!({"process": "nobody"})).await;
    assert_eq!(class, Class::NotFound);
}
