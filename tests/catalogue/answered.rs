//! Each operation is answered at least once, and its answer fits its output schema: an example
//! names what every program has, and much of what can be done needs more than that.

use std::collections::BTreeSet;

use arsenal::{Call, Caller, Class, Effect, Role, Terms};
use serde_json::{Value, json};

use super::declared::IDEMPOTENT_AND_DESTRUCTIVE;
use crate::process_ops::house::House;

/// A program, and the operations that it has answered.
struct Scene {
    house: House,
    answered: BTreeSet<String>,
}

impl Scene {
    /// The answer, held to its published schema.
    async fn ask(&mut self, name: &str, params: Value) -> Value {
        let said = format!("{name} {params}");
        let answer = self.house.call(Role::Admin, name, params).await;
        self.answered.insert(name.to_owned());
        answer.unwrap_or_else(|error| panic!("{said}: {} {error}", error.code()))
    }

    /// Asks for what cannot be refused; `all` is the words of a row each.
    async fn ask_all(&mut self, rows: &[(&str, Value)]) {
        for (name, params) in rows {
            self.ask(name, params.clone()).await;
        }
    }

    async fn examples(&mut self) {
        let operations = self.house.arsenal.operations();
        for operation in operations.all() {
            let name = &operation.spec().name;
            for example in operation.spec().examples.iter() {
                let params = serde_json::from_str(&example.params).expect("an example is JSON");
                if self.house.call(Role::Admin, name, params).await.is_ok() {
                    self.answered.insert(name.to_string());
                }
            }
        }
    }

    async fn processes(&mut self) {
        let started = self
            .ask("start_process", json!({"entry_point": "counter", "name": "x", "monitor": true}))
            .await;
        self.ask("demonitor_process", json!({"reference": started["monitor"]})).await;
        let rows = [
            ("monitor_process", json!({"process": "x"})),
            ("send_message", json!({"process": "x", "message": 1})),
            ("send_message", json!({"process": "x", "message": "get", "mode": "call"})),
            ("suspend_process", json!({"process": "x"})),
            ("get_process_info", json!({"process": "x"})),
            ("resume_process", json!({"process": "x"})),
            ("list_processes", json!({"rates": true})),
            ("list_processes", json!({"rates": true})),
            ("analyze_message_queue", json!({"process": "x", "observe": "10ms"})),
            ("kill_process", json!({"process": "x"})),
        ];
        self.ask_all(&rows).await;
    }

    async fn supervisors(&mut self) {
        let children = json!([{"id": "a", "name": "a", "entry_point": "counter"}]);
        let a = json!({"process": "shop", "child": "a"});
        let rows = [
            ("start_supervisor", json!({"id": "shop", "name": "shop", "children": children})),
            ("add_child", json!({"process": "shop", "id": "b", "entry_point": "idle"})),
            ("restart_process", json!({"process": "a"})),
            ("terminate_child", a.clone()),
            ("restart_child", a.clone()),
            ("terminate_child", a.clone()),
            ("delete_child", a),
            ("change_strategy", json!({"process": "shop", "strategy": "rest_for_one"})),
            ("which_children", json!({"process": "shop"})),
            ("restart_history", json!({"process": "shop"})),
            ("supervisor_stats", json!({"process": "shop"})),
            ("supervision_tree", json!({})),
            ("stop_supervisor", json!({"process": "shop"})),
        ];
        self.ask_all(&rows).await;
    }

    async fn traces(&mut self) {
        let begun = self.ask("trace_process", json!({})).await;
        self.ask("start_process", json!({"entry_point": "idle", "args": {"at_once": true}})).await;
        let id = json!({"id": begun["id"]});
        let rows = [
            ("stop_trace", id.clone()),
            ("get_trace", id.clone()),
            ("analyze_trace", id.clone()),
            ("list_traces", json!({})),
            ("export_trace", id),
        ];
        self.ask_all(&rows).await;
    }

    async fn sandboxes(&mut self) {
        let play = json!({"sandbox": "play"});
        let rows = [
            ("create_sandbox", json!({"name": "play", "entry_points": ["idle"]})),
            ("execute_in_sandbox", json!({"sandbox": "play", "entry_point": "idle"})),
            ("get_sandbox_info", play.clone()),
            ("list_sandboxes", json!({})),
            ("restart_sandbox", play.clone()),
            ("destroy_sandbox", play),
        ];
        self.ask_all(&rows).await;
    }

    async fn jobs(&mut self) {
        let mut call = Call::new("list_categories", "{}", Caller::new("ann", Role::Admin, "test"));
        call.terms = Terms { detach: true, ..Terms::default() };
        let opened = self.house.arsenal.run(call).await.outcome.expect("a job is opened");
        let opened: Value = serde_json::from_str(&opened).expect("an answer is JSON");
        let id = opened["id"].as_str().expect("a job has an id").to_owned();
        self.house.arsenal.jobs().ended(&id).await.expect("it is remembered");
        for name in ["get_job", "cancel_job"] {
            self.ask(name, json!({"id": id})).await;
        }
        self.ask("list_jobs", json!({})).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_answered_as_its_output_schema_says() {
    let mut scene = Scene { house: House::whole().await, answered: BTreeSet::new() };
    scene.examples().await;
    scene.processes().await;
    scene.supervisors().await;
    scene.traces().await;
    scene.sandboxes().await;
    scene.jobs().await;
    let operations = scene.house.arsenal.operations();
    let names: Vec<_> = operations.all().iter().map(|op| op.spec().name.to_string()).collect();
    assert_eq!(scene.answered.into_iter().collect::<Vec<_>>(), names);
}

/// A program with what the examples name: a supervisor `shop` with the counter `ledger` and a
/// child `closed` that does not run, and one monitor.
async fn shop() -> House {
    let house = House::whole().await;
    let child = |id: &str| json!({"id": id, "name": id, "entry_point": "counter"});
    let children = json!([child("ledger"), child("closed")]);
    let shop = json!({"id": "shop", "name": "shop", "children": children});
    house.ask("start_supervisor", shop).await;
    house.ask("terminate_child", json!({"process": "shop", "child": "closed"})).await;
    house.ask("monitor_process", json!({"process": "ledger"})).await;
    house
}

#[tokio::test(start_paused = true)]
async fn each_example_of_what_writes_is_one_that_is_answered() {
    let operations = shop().await.arsenal.operations();
    let writing = operations.all().iter().filter(|op| {
        let spec = op.spec();
        spec.effect != Effect::Read && ["process", "supervisor"].contains(&&*spec.category)
    });
    for operation in writing {
        let spec = operation.spec();
        for example in spec.examples.iter() {
            let params = serde_json::from_str(&example.params).expect("an example is JSON");
            let answer = shop().await.call(Role::Operator, &spec.name, params).await;
            assert!(answer.is_ok(), "{}, {}: {answer:?}", spec.name, example.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_says_that_it_is_idempotent_is() {
    let house = House::whole().await;
    let shop = json!({"id": "shop", "name": "shop", "children": [
        {"id": "a", "entry_point": "counter"}, {"id": "b", "entry_point": "counter"}]});
    house.ask("start_supervisor", shop).await;
    house.ask("create_sandbox", json!({"name": "play", "entry_points": []})).await;
    let a = json!({"process": "shop", "child": "a"});
    let rows = [
        ("terminate_child", a.clone()),
        ("delete_child", a),
        ("stop_supervisor", json!({"process": "shop"})),
        ("destroy_sandbox", json!({"sandbox": "play"})),
    ];
    let mut names = rows.clone().map(|(name, _)| name);
    names.sort_unstable();
    assert_eq!(names, IDEMPOTENT_AND_DESTRUCTIVE, "each has its row");
    let spec = |name| house.arsenal.operations().get(name).expect("it is there").spec().clone();
    for (name, params) in rows {
        assert_eq!((spec(name).effect, spec(name).idempotent), (Effect::Destructive, true));
        house.ask(name, params.clone()).await;
        let once = house.runtime.n_processes();
        if let Err(error) = house.call(Role::Operator, name, params).await {
            assert_eq!(error.class(), Class::NotFound, "{name}: {error}");
        }
        assert_eq!(house.runtime.n_processes(), once, "{name}");
    }
}
