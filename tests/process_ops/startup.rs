//! What a program is configured to start, by the names of entry points.

use arsenal::{Chain, Class, Role};
use arsenal_ops::startup::Startup;
use serde_json::{Value, json};

use super::house::{House, entry_points, name};

fn read(text: &Value) -> Result<Startup, serde_json::Error> {
    serde_json::from_value(text.clone())
}

/// A shop with a ledger, and an idler.
fn shop_and_idler() -> Startup {
    let startup = json!({
        "supervisors": [
            {"id": "shop", "name": "shop", "strategy": "rest_for_one", "max_restarts": 3, "children": [
                {"id": "a", "name": "ledger", "entry_point": "counter", "args": {"start": 7},
                 "restart": "transient", "shutdown": "2s"},
                {"id": "b", "entry_point": "idle"}]}],
        "children": [{"id": "alone", "name": "alone", "entry_point": "idle"}],
    });
    read(&startup).expect("it is sound")
}

/// The error of this configuration, and its causes; nothing is left of it.
async fn refused(house: &House, startup: &Value) -> String {
    let startup = read(startup).expect("it is shaped as it should be");
    let before = house.runtime.n_processes();
    let error = startup.start(&house.runtime, &entry_points()).await;
    assert_eq!(house.runtime.n_processes(), before, "{error:?}");
    Chain(&error.expect_err("it cannot be started")).to_string()
}

#[tokio::test(start_paused = true)]
async fn what_is_configured_runs_from_the_start_and_is_listed_by_its_entry_point() {
    let house = House::configured(&shop_and_idler()).await;
    let call = json!({"process": "ledger", "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 7);
    let children = house.ask("which_children", json!({"process": "shop"})).await;
    let a = &children["items"][0];
    let told = ["id", "entry_point", "args", "restart", "shutdown"].map(|word| &a[word]);
    let expected = json!(["a", "counter", {"start": 7}, "transient", "2s"]);
    assert_eq!(json!(told), expected, "{children}");
    let flags = house.ask("get_supervisor_flags", json!({"process": "shop"})).await;
    assert_eq!((&flags["strategy"], &flags["max_restarts"]), (&json!("rest_for_one"), &json!(3)));
    let configured = house.ask("which_children", json!({"process": "configured"})).await;
    let ids = configured["items"].as_array().expect("a list").iter().map(|child| &child["id"]);
    assert_eq!(ids.collect::<Vec<_>>(), ["shop", "alone"]);
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_names_nothing_that_can_be_started_is_refused_with_its_place() {
    let house = House::build().await;
    let child = |entry_point: &str, args: Value| json!({"id": "a", "entry_point": entry_point, "args": args});
    let shop = |child: Value| json!({"supervisors": [{"id": "shop", "children": [child]}]});
    let rows = [
        (json!({"children": [child("countr", json!({}))]}), "(/children/0)", "named `countr`"),
        (shop(child("countr", json!({}))), "(/supervisors/0)", "named `countr`"),
        (shop(child("counter", json!({"start": "x"}))), "(/children/0)", "/args/start: "),
        (shop(child("counter", json!({"fail": "no ink"}))), "did not start", "no ink"),
    ];
    for (startup, place, why) in rows {
        let said = refused(&house, &startup).await;
        assert!(said.contains(place) && said.contains(why), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_started_of_a_configuration_of_which_a_part_cannot_be() {
    let mut house = House::build().await;
    let shop = json!([{"id": "shop", "name": "shop", "children": []}]);
    let with = |last: Value| json!({"supervisors": shop, "children": [{"id": "a", "entry_point": "idle"}, last]});
    let significant = |restart: &str| json!({"id": "b", "entry_point": "idle", "significant": true, "restart": restart});
    let rows = [
        (with(json!({"id": "b", "entry_point": "nobody"})), "(/children/1)"),
        (with(json!({"id": "a", "entry_point": "idle"})), r#"two children have the id "a""#),
        (with(json!({"id": "shop", "entry_point": "idle"})), r#"two children have the id "shop""#),
        (with(json!({"id": "0.1.0", "entry_point": "idle"})), r#""0.1.0" looks like a pid"#),
        (with(significant("permanent")), r#""b" is significant and permanent"#),
        (with(significant("transient")), r#""b" is significant, but"#),
    ];
    for (startup, why) in rows {
        let said = refused(&house, &startup).await;
        assert!(said.contains(why), "{said}");
    }
    house.start("idle", json!({}), Some("mark")).await;
    let first = house.event("process_spawned").await;
    assert_eq!(first["name"], "mark", "no process was started before it");
}

#[tokio::test(start_paused = true)]
async fn what_is_configured_is_ended_only_by_force_and_comes_back_as_it_was() {
    let mut house = House::configured(&shop_and_idler()).await;
    let before = house.runtime.whereis(&name("ledger")).expect("it runs");
    for (operation, params) in [
        ("stop_supervisor", json!({"process": "configured"})),
        ("kill_process", json!({"process": "configured"})),
        ("add_child", json!({"process": "configured", "id": "x", "entry_point": "counter"})),
    ] {
        let (class, code, _) = house.refusal(operation, params).await;
        assert_eq!((class, code.as_str()), (Class::Forbidden, "PROTECTED"), "{operation}");
    }
    let forced = json!({"process": "configured", "force": true});
    house.call(Role::Admin, "kill_process", forced).await.expect("an admin may force");
    while house.event("process_restarted").await["child_id"] != "configured" {}
    let call = json!({"process": "ledger", "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 7);
    assert_ne!(house.runtime.whereis(&name("ledger")), Some(before));
    let children = house.ask("which_children", json!({"process": "configured"})).await;
    let children = children["items"].as_array().expect("a list").iter();
    let told = children.map(|child| (&child["id"], &child["state"])).collect::<Vec<_>>();
    let running = json!("running");
    assert_eq!(told, [(&json!("shop"), &running), (&json!("alone"), &running)]);
}

#[test]
fn a_configuration_is_held_to_its_declaration_when_it_is_read() {
    let rows = [
        (json!({"childern": []}), "/childern: "),
        (json!({"children": [{"id": "a"}]}), "/children/0/entry_point: is required"),
        (
            json!({"supervisors": [{"id": "a", "within": "0s", "strategy": "one_for_two"}]}),
            "/supervisors/0/strategy: ",
        ),
    ];
    for (startup, place) in rows {
        let said = read(&startup).expect_err("it is not as declared").to_string();
        assert!(said.contains(place), "{said}");
    }
    assert!(read(&json!({})).is_ok_and(|none| none.supervisors.is_empty()), "nothing is no fault");
}
