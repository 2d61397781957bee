//! The registry: what a program is made of, and how it is found.

use std::io;
use std::sync::{Arc, Mutex};

use arsenal::{
    BuildFault, Builder, Class, Context, DynamicOperation, Error, Execute, Operation,
    RegisterError, Role,
};
use serde_json::{Value, json};
use tracing_subscriber::util::SubscriberInitExt;

use crate::program::{Add, World, answer, builder, program};

/// A test operation.
#[derive(Debug, Operation)]
#[operation(category = "first", role = viewer, effect = read, method = GET, path = "/things/{id}", output = ())]
struct One {
    /// Which.
    id: u32,
}

impl Execute for One {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        let _ = self.id;
        Ok(())
    }
}

/// A system operation for testing.
#[derive(Debug, Operation)]
#[operation(name = "one", category = "second", role = viewer, effect = read, method = GET, path = "/things/{name}", output = ())]
struct Two {
    /// Which.
    name: String,
}

impl Execute for Two {
    type State = Arc<World>;

    async fn execute(self, _cx: &Context<Arc<World>>) -> Result<(), Error> {
        let _ = self.name;
        Ok(())
    }
}

#[test]
fn a_program_with_faults_is_told_every_one_of_them_with_its_places() {
    let error = Builder::empty()
        .operation::<One>()
        .operation::<Two>()
        .expect(["absent-crate"])
        .build()
        .expect_err("three faults");
    let text = error.to_string();
    assert_eq!(error.faults.len(), 4, "{text}");
    assert!(matches!(&error.faults[0], BuildFault::DuplicateName { name, first, second }
        if name == "one" && first.file.ends_with("registry.rs") && first.line != second.line));
    assert!(matches!(&error.faults[1], BuildFault::DuplicateAddress { .. }), "{text}");
    assert!(text.contains("write `arsenal::link!(absent_crate);`"), "{text}");
    assert!(text.contains("needs the state") && text.contains("World"), "{text}");
}

#[test]
fn a_program_without_operations_is_refused() {
    let error = Builder::empty().build().expect_err("nobody meant that");
    assert_eq!(error.faults, [BuildFault::NoOperations]);
}

#[test]
fn operations_are_found_by_words_in_any_place_and_with_a_typing_error() {
    let arsenal = Builder::empty()
        .operation::<One>()
        .operation::<Renamed>()
        .operation::<Add>()
        .build()
        .expect("the program is sound");
    let operations = arsenal.operations();
    let found = |words| {
        operations.search(words).iter().map(|op| op.spec().name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found("test"), ["add", "one", "renamed"]);
    assert_eq!(found("operation"), ["one", "renamed"]);
    assert_eq!(found("OPERATION"), found("operation"), "capitals do not matter");
    assert_eq!(found("renamd"), ["renamed"], "a near miss");
    assert_eq!(found("one"), ["one"], "a whole name comes first");
    assert_eq!(found("nothing like it"), [] as [&str; 0]);
}

/// A page.
#[derive(Debug, arsenal::Params)]
struct Paging {
    /// How many.
    #[param(alias = "quantity")]
    limit: Option<u32>,
}

/// Has words in every place.
#[derive(Debug, Operation)]
#[operation(aliases = ["former"], tags = ["billing"], category = "third", role = viewer,
            effect = read, output = ())]
struct Wordy {
    #[param(flatten)]
    paging: Paging,
}

impl Execute for Wordy {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        let _ = self.paging.limit;
        Ok(())
    }
}

#[test]
fn older_names_tags_and_the_parameters_of_any_operation_are_searched() {
    let arsenal = Builder::empty().operation::<Wordy>().build().expect("the program is sound");
    let schema = json!({"type": "object", "properties": {"Weight": {"type": "number"}}});
    arsenal.registry().register(double(schema)).expect("the name is free");
    let operations = arsenal.operations();
    let found = |words| {
        operations.search(words).iter().map(|op| op.spec().name.to_string()).collect::<Vec<_>>()
    };
    for word in ["former", "billing", "limit", "quantity", "quantty", "billng"] {
        assert_eq!(found(word), ["wordy"], "{word}");
    }
    for word in ["weight", "WEIGHT", "weigth"] {
        assert_eq!(found(word), ["double"], "{word}");
    }
}

/// System operation for testing.
#[derive(Debug, Operation)]
#[operation(aliases = ["older"], category = "second", role = viewer, effect = read, output = ())]
struct Renamed {}

impl Execute for Renamed {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test]
async fn an_operation_is_called_by_its_older_name_too() {
    let arsenal = Builder::empty().operation::<Renamed>().build().expect("the program is sound");
    assert_eq!(answer(&arsenal, Role::Viewer, "older", json!({})).await, Ok(Value::Null));
    assert_eq!(arsenal.operations().categories(), [("second", 1)]);
}

#[tokio::test]
async fn an_unknown_name_is_told_the_nearest() {
    let (arsenal, _, _) = program();
    let reply = arsenal.run_json("ad", &json!({})).await;
    let error = reply.outcome.expect_err("nobody has that name");
    assert_eq!(
        (error.class(), error.details()["suggestion"].as_str()),
        (Class::NotFound, Some("add"))
    );
    assert_eq!(
        arsenal.check("ad", &arsenal::Input::default()).expect_err("the same").class(),
        Class::NotFound
    );
}

fn double(schema: Value) -> DynamicOperation {
    DynamicOperation::new("double", Role::Viewer, schema, |params: Value| async move {
        Ok::<_, Error>(json!(params["n"].as_i64().unwrap_or_default() * 2))
    })
}

fn number() -> Value {
    json!({"type": "object", "required": ["n", "m"], "additionalProperties": false,
           "properties": {"n": {"type": "integer", "minimum": 0}, "m": {"type": "string"}}})
}

#[tokio::test]
async fn a_dynamic_operation_is_validated_with_every_fault_and_executed() {
    let (arsenal, _, _) = program();
    arsenal.registry().register(double(number())).expect("the name is free");
    let good = answer(&arsenal, Role::Viewer, "double", json!({"n": 4, "m": "x"})).await;
    assert_eq!(good, Ok(json!(8)));
    let reply = arsenal.run_json("double", &json!({"n": -1, "x": 1})).await;
    let error = reply.outcome.expect_err("three faults");
    let mut faults: Vec<_> =
        error.faults().iter().map(|fault| (fault.pointer.as_str(), fault.code.as_ref())).collect();
    faults.sort_unstable();
    assert_eq!(faults, [("/m", "required"), ("/n", "min"), ("/x", "unknown_field")]);
    assert!(answer(&arsenal, Role::Public, "double", json!({})).await.is_err(), "its role holds");
    assert_eq!(arsenal.operations().search("double").len(), 1);
}

#[test]
fn a_dynamic_operation_is_registered_once_replaced_on_demand_and_removed_once() {
    let (arsenal, _, _) = program();
    let registry = arsenal.registry();
    registry.register(double(number())).expect("the name is free");
    assert!(matches!(registry.register(double(number())), Err(RegisterError::Taken { .. })));
    registry.replace(double(number())).expect("a dynamic one can be replaced");
    registry.unregister("double").expect("it is there");
    assert!(matches!(registry.unregister("double"), Err(RegisterError::NotFound { .. })));
    assert!(matches!(registry.unregister("add"), Err(RegisterError::Declared { .. })));
    let bad = double(json!({"type": "nonsense"}));
    assert!(matches!(registry.register(bad), Err(RegisterError::BadSchema { .. })));
    let mut named = double(number());
    named.spec.name = "Bad Name".into();
    assert!(matches!(registry.register(named), Err(RegisterError::BadName { .. })));
    assert_eq!(arsenal.operations().all().len(), 6);
}

#[test]
fn a_dynamic_operation_stands_at_no_address_that_another_has() {
    let (arsenal, _, _) = program();
    let registry = arsenal.registry();
    let at = |name: &str, path: &str| {
        let mut operation = double(number());
        operation.spec.name = name.to_owned().into();
        operation.spec.http.path = Some(path.to_owned().into());
        operation
    };
    registry.register(at("first", "/doubles/{n}")).expect("the address is free");
    let taken = registry.register(at("second", "/doubles/{m}")).expect_err("it is `first`'s");
    assert_eq!(taken.to_string(), "`second` cannot stand at `/doubles/{m}`: `first` stands there");
    registry.replace(at("first", "/doubles/{m}")).expect("its own address is not in its way");
    let bad = registry.register(at("third", "doubles")).expect_err("it begins with no slash");
    assert!(matches!(bad, RegisterError::BadPath { .. }), "{bad}");
    assert!(arsenal.operations().get("second").is_none(), "a refused one is not there");
}

#[test]
fn what_is_linked_is_found_with_no_registration_code() {
    let world = Arc::new(World::default());
    let arsenal = arsenal::Arsenal::builder().state(world).build();
    // This test binary declares clashing operations on purpose; none of them is lost.
    let error = arsenal.expect_err("`One` and `Two` have one name");
    assert!(error.faults.iter().any(|fault| matches!(fault, BuildFault::DuplicateName { .. })));
    assert!(builder(&Arc::new(World::default())).build().is_ok());
}

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics with it").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_program_logs_how_many_operations_each_crate_contributed() {
    let log = Kept::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false);
    let guard = subscriber.finish().set_default();
    let built = builder(&Arc::default()).operation::<arsenal_ops::registry::ListOperations>();
    assert!(built.build().is_ok());
    drop(guard);
    let text = String::from_utf8(log.0.lock().expect("no test panics with it").clone());
    let text = text.expect("a log is text");
    for (package, operations) in [("arsenal-ops", 1), ("arsenal-tests", 6)] {
        let line = text.lines().find(|line| line.contains(package));
        let line = line.unwrap_or_else(|| panic!("no line of {package}: {text}"));
        assert!(line.contains(&format!("operations={operations}")), "{line}");
    }
}
