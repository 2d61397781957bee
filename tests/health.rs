//! The program's own figures: sampled, remembered, judged, and told through operations.

mod figures;

mod operations;

mod truth;

use std::sync::{Arc, Mutex};

use arsenal::{Arsenal, Class, Role};
use arsenal_ops::analytics::{Analytics, AnalyticsConfig, Figures, Machine};
use arsenal_process::{Runtime, RuntimeConfig};
use serde_json::Value;

use crate::program::answer;

/// A machine that says what it is told to.
#[derive(Clone, Default)]
pub(crate) struct Fed(Arc<Mutex<Figures>>);

impl Fed {
    pub(crate) fn set(&self, figures: Figures) {
        *self.0.lock().expect("no test panics with it") = figures;
    }
}

impl Machine for Fed {
    fn read(&mut self) -> Figures {
        *self.0.lock().expect("no test panics with it")
    }
}

/// A machine with nothing to do.
pub(crate) fn idle() -> Figures {
    Figures {
        process_cpu: Some(0.01),
        system_cpu: Some(0.02),
        process_memory: Some(50e6),
        system_memory: Some(0.3),
        cgroup_memory: None,
        load: Some([0.1, 0.1, 0.1]),
    }
}

pub(crate) fn runtime() -> Runtime {
    Runtime::start(RuntimeConfig::default()).expect("a test runs on Tokio")
}

/// Analytics of an idle machine, which the test can change.
pub(crate) fn fed(config: AnalyticsConfig) -> (Analytics, Fed) {
    let machine = Fed::default();
    machine.set(idle());
    (Analytics::with_machine(&runtime(), config, machine.clone()), machine)
}

/// Runs every example of a category: each is answered as its output schema says, or nothing of
/// that name is there.
pub(crate) async fn examples_run(arsenal: &Arsenal, category: &str) {
    let operations = arsenal.operations();
    let mut n_run = 0;
    for operation in operations.all().iter().filter(|op| op.spec().category == category) {
        let name = &operation.spec().name;
        assert!(!operation.spec().examples.is_empty(), "{name} has an example");
        for example in operation.spec().examples.iter() {
            let params: Value = serde_json::from_str(&example.params).expect(name);
            n_run += 1;
            match answer(arsenal, Role::Admin, name, params).await {
                Ok(value) => assert_fits(operation.output_schema(), &value, name),
                Err((class, code)) => {
                    assert!(
                        matches!(class, Class::NotFound | Class::Unavailable),
                        "{name}: {class} {code}"
                    );
                }
            }
        }
    }
    assert!(n_run != 0, "the category has operations");
}

/// The answer keeps to the schema that is published for it.
pub(crate) fn assert_fits(schema: &Value, value: &Value, name: &str) {
    let validator = jsonschema::validator_for(schema).expect(name);
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{name}: {faults:?} in {value}");
}
