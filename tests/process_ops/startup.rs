//! What a program is configured to start, by the names of entry points.

use arsenal::Chain;
use arsenal_ops::CatalogueError;
use arsenal_ops::startup::{Startup, StartupError};
use serde_json::{Value, json};

use super::house::House;

fn read(text: &Value) -> Result<Startup, serde_json::Error> {
    serde_json::from_value(text.clone())
}

/// The error of a program with this configuration, and its causes.
async fn refused(startup: &Value) -> String {
    let startup = read(startup).expect("it is shaped as it should be");
    let error = House::configured(startup).await.err().expect("it cannot be started");
    assert!(matches!(error, CatalogueError::Startup(_)), "{error:?}");
    Chain(&error).to_string()
}

#[tokio::test(start_paused = true)]
async fn what_is_configured_runs_from_the_start_and_is_listed_by_its_entry_point() {
    let startup = json!({
        "supervisors": [
            {"id": "shop", "name": "shop", "strategy": "rest_for_one", "max_restarts": 3, "children": [
                {"id": "a", "name": "ledger", "entry_point": "counter", "args": {"start": 7},
                 "restart": "transient", "shutdown": "2s"},
                {"id": "b", "entry_point": "idle"}]}],
        "children": [{"id": "alone", "entry_point": "idle"}],
    });
    let house = House::configured(read(&startup).expect("it is sound")).await;
    let house = house.expect("it starts");
    let call = json!({"process": "ledger", "message": "get", "mode": "call"});
    assert_eq!(house.ask("send_message", call).await["reply"], 7);
    let children = house.ask("which_children", json!({"process": "shop"})).await;
    let a = &children["items"][0];
    let told = ["id", "entry_point", "args", "restart", "shutdown"].map(|word| &a[word]);
    let expected = json!(["a", "counter", {"start": 7}, "transient", "2s"]);
    assert_eq!(json!(told), expected, "{children}");
    let flags = house.ask("get_supervisor_flags", json!({"process": "shop"})).await;
    assert_eq!((&flags["strategy"], &flags["max_restarts"]), (&json!("rest_for_one"), &json!(3)));
    let started = house.ask("which_children", json!({"process": "started"})).await;
    let ids = started["items"].as_array().expect("a list").iter().map(|child| &child["id"]);
    assert_eq!(ids.collect::<Vec<_>>(), ["shop", "alone"]);
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_names_nothing_that_can_be_started_is_refused_with_its_place() {
    let child = |entry_point: &str, args: Value| json!({"id": "a", "entry_point": entry_point, "args": args});
    let shop = |child: Value| json!({"supervisors": [{"id": "shop", "children": [child]}]});
    let rows = [
        (json!({"children": [child("countr", json!({}))]}), "(/children/0)", "named `countr`"),
        (shop(child("countr", json!({}))), "(/supervisors/0)", "named `countr`"),
        (shop(child("counter", json!({"start": "x"}))), "(/children/0)", "/args/start: "),
        (shop(child("counter", json!({"fail": "no ink"}))), "`shop` did not start", "no ink"),
    ];
    for (startup, place, why) in rows {
        let said = refused(&startup).await;
        assert!(said.contains(place) && said.contains(why), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_started_of_a_configuration_of_which_a_part_cannot_be() {
    let startup = json!({
        "supervisors": [{"id": "shop", "children": []}],
        "children": [{"id": "a", "entry_point": "counter"}, {"id": "b", "entry_point": "nobody"}],
    });
    let startup = read(&startup).expect("it is shaped as it should be");
    let house = House::build().await;
    let started = house.runtime.find_supervisor(super::house::name("started"));
    let entry_points = super::house::entry_points();
    let before = house.runtime.n_processes();
    let error = startup.start(&started.expect("it runs"), &entry_points).await;
    assert!(matches!(error, Err(StartupError::Child { at: 1, .. })), "{error:?}");
    assert_eq!(house.runtime.n_processes(), before);
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
