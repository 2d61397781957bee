//! Each operation is declared whole, and its examples keep to what it declares.

use std::collections::BTreeMap;

use arsenal::{Call, Caller, Class, Effect, Method, Registered, Role};
use serde_json::Value;

use crate::process_ops::house::House;

/// The destructive operations whose repetition changes nothing, which
/// `what_says_that_it_is_idempotent_is` shows. Another one has to be put here by hand.
pub(super) const IDEMPOTENT_AND_DESTRUCTIVE: [&str; 4] =
    ["delete_child", "destroy_sandbox", "stop_supervisor", "terminate_child"];

/// What is wrong with the declaration of an operation.
fn faults(operation: &Registered) -> Vec<&'static str> {
    let spec = operation.spec();
    let reads = spec.effect == Effect::Read;
    let destroys = spec.effect == Effect::Destructive;
    let listed = IDEMPOTENT_AND_DESTRUCTIVE.contains(&spec.name.as_ref());
    let is_get = spec.http.method == Method::Get;
    let rules = [
        ("it has no category", !spec.category.is_empty()),
        ("its summary is no sentence", is_sentence(&spec.summary())),
        ("its description does not end as one", ends_whole(spec.description())),
        ("it is open to all", spec.role != Role::Public),
        ("a viewer destroys", !destroys || spec.role >= Role::Operator),
        ("it has no time-out", spec.limits.timeout.is_some()),
        ("it writes without a limit", reads || spec.limits.rate.is_some()),
        ("it has no address of its own", spec.http.path.is_some()),
        ("a GET writes", !is_get || reads),
        ("what reads is not idempotent", !reads || spec.idempotent),
        ("it is destructive, and idempotent by accident", !(destroys && spec.idempotent) || listed),
        ("it has no example", !spec.examples.is_empty()),
        (
            "its schemas are none",
            are_schemas([operation.input_schema(), operation.output_schema()]),
        ),
        ("its answer is not described", is_described(operation.output_schema())),
        ("its parameters are not described", is_described(operation.input_schema())),
        ("an error of its own is not described", operation.codes().iter().all(|c| is_whole(c.doc))),
    ];
    rules.into_iter().filter(|(_, kept)| !kept).map(|(fault, _)| fault).collect()
}

fn is_sentence(text: &str) -> bool {
    let n_words = text.split_whitespace().count();
    text.starts_with(|first: char| first.is_ascii_uppercase()) && is_whole(text) && n_words >= 3
}

fn is_whole(text: &str) -> bool {
    text.ends_with('.') && !text.contains("  ")
}

fn ends_whole(text: &str) -> bool {
    text.is_empty() || text.ends_with('.')
}

fn are_schemas(schemas: [&Value; 2]) -> bool {
    schemas.into_iter().all(jsonschema::draft202012::meta::is_valid)
}

/// Whether it is an object, and each field of it and of its definitions has words.
fn is_described(schema: &Value) -> bool {
    let definitions = schema["$defs"].as_object().into_iter().flat_map(|defs| defs.values());
    let mut all = definitions.chain([schema]);
    schema.is_object()
        && all.all(|schema| {
            let mut fields =
                schema["properties"].as_object().into_iter().flat_map(|fields| fields.values());
            fields.all(|field| field["description"].is_string() || field["const"].is_string())
        })
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_declared_whole() {
    let house = House::whole().await;
    let operations = house.arsenal.operations();
    let counts = [
        ("job", 3),
        ("process", 13),
        ("registry", 7),
        ("sandbox", 6),
        ("supervisor", 14),
        ("system", 9),
        ("tracing", 8),
    ];
    assert_eq!(operations.categories(), counts);
    let found: Vec<_> =
        operations.all().iter().map(|op| (op.spec().name.as_ref(), faults(op))).collect();
    let faulty: Vec<_> = found.iter().filter(|(_, faults)| !faults.is_empty()).collect();
    assert!(faulty.is_empty(), "{faulty:#?}");
}

#[tokio::test(start_paused = true)]
async fn no_two_operations_are_alike() {
    let house = House::whole().await;
    let operations = house.arsenal.operations();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for operation in operations.all() {
        let spec = operation.spec();
        let path = spec.http.path.as_deref().unwrap_or_default();
        // The names of its parameters do not tell an address from another.
        let path: Vec<_> =
            path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        let address = format!("{} {}", spec.http.method.as_str(), path.join("/"));
        let names = spec.aliases.iter().map(ToString::to_string).chain([spec.name.to_string()]);
        for own in names.chain([address, spec.summary().to_lowercase()]) {
            let other = seen.insert(own.clone(), &spec.name);
            assert_eq!(other, None, "{} and another have `{own}`", spec.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_name_of_a_type_means_the_same_to_every_operation() {
    let house = House::whole().await;
    let operations = house.arsenal.operations();
    let headings = operations.categories().into_iter().map(|(category, _n)| category.to_owned());
    let headings = headings.chain(operations.all().iter().map(|op| op.spec().name.to_string()));
    let headings: Vec<String> = headings.collect();
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    for operation in operations.all() {
        let schemas = [operation.input_schema(), operation.output_schema()];
        for (name, schema) in schemas.iter().filter_map(|one| one["$defs"].as_object()).flatten() {
            let other = seen.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(other, schema, "{name} of {} is another one's", operation.spec().name);
            assert!(!headings.contains(&name.to_lowercase()), "{name} is a heading of the page");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_operation_refuses_what_it_does_not_know_and_whom_it_does_not_let() {
    let house = House::whole().await;
    for operation in house.arsenal.operations().all() {
        let spec = operation.spec();
        let refusal = |role| {
            let caller = Caller::new("ann", role, "test");
            let call = Call::new(spec.name.clone(), r#"{"no_such_parameter": 1}"#, caller);
            house.arsenal.run(call)
        };
        let error = refusal(Role::Admin).await.outcome.expect_err(&spec.name);
        assert_eq!((error.class(), error.code()), (Class::Validation, "INVALID_PARAMS"));
        let unknown = error.faults().iter().find(|fault| fault.code == "unknown_field");
        let pointer = unknown.map(|fault| fault.pointer.as_str());
        assert_eq!(pointer, Some("/no_such_parameter"), "{}", spec.name);
        for role in [Role::Public, Role::Viewer, Role::Operator] {
            let error = refusal(role).await.outcome.expect_err(&spec.name);
            let refused = matches!(error.class(), Class::Forbidden | Class::Unauthenticated);
            assert_eq!(refused, role < spec.role, "{} as {role:?}: {error}", spec.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_example_is_answered_as_published_or_refused_as_declared() {
    let house = House::whole().await;
    for operation in house.arsenal.operations().all() {
        let spec = operation.spec();
        for example in spec.examples.iter() {
            let caller = Caller::new("ann", Role::Admin, "test");
            let call = Call::new(spec.name.clone(), example.params.to_string(), caller);
            let what = format!("{}, {}", spec.name, example.name);
            match house.arsenal.run(call).await.outcome {
                Ok(answer) => {
                    let answer = serde_json::from_str(&answer).expect("an answer is JSON");
                    house.assert_published(&spec.name, &answer);
                }
                Err(error) => {
                    let declared = operation.codes().iter().any(|code| code.code == error.code());
                    assert!(declared, "{what}: {} {error}", error.code());
                    assert_eq!(error.class(), Class::NotFound, "{what}: it names nobody");
                }
            }
        }
    }
}
