//! The published schema and the verdict are one: a validator of JSON Schema that knows nothing
//! of us must accept what we accept, and find fault where we do.

mod declarations;

mod inputs;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arsenal::params::{Params, read};
use arsenal::schema::input_schema;
use arsenal::{Class, Error, Fault, Input};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

use crate::process_ops::house::House;
use declarations as d;
use inputs::{Dice, anything, damage, value};

/// How many inputs each declaration is tried with: in all more than 20,000.
const INPUTS: u64 = 700;

macro_rules! each {
    ($check:ident: $($Declaration:ident)*) => {
        $($check::<d::$Declaration>(stringify!($Declaration));)*
    };
}

#[test]
fn the_verdict_and_the_paths_are_those_of_the_published_schema() {
    d::with_declarations!(each!(agree:));
}

#[test]
fn a_text_of_any_kind_is_read_or_refused_with_a_reason() {
    d::with_declarations!(each!(survive:));
}

#[test]
fn every_published_schema_is_one() {
    d::with_declarations!(each!(publish:));
}

fn publish<T: Params>(name: &str) {
    let schema = input_schema(T::table());
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}: {schema:#}");
    let again = input_schema(T::table());
    assert_eq!(schema.to_string(), again.to_string(), "{name}");
}

fn agree<T: Params>(name: &str) {
    let schema = input_schema(T::table());
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{name}: {error}: {schema:#}"));
    let mut n_accepted = 0;
    let dice = Dice::new(0);
    for seed in 0..INPUTS {
        let mut dice = dice.again(seed);
        let input = value(&mut dice, &schema, &schema, 0);
        let verdict = read::<T>(&input.to_string()).map(drop);
        n_accepted += u32::from(compare(name, &validator, &input, verdict));
    }
    assert!(n_accepted > 0, "{name}: no input was accepted, so nothing was shown");
}

/// Each operation of the catalogue, as a call by name would have it.
#[tokio::test]
async fn every_operation_keeps_its_published_schema() {
    let house = House::whole().await;
    let dice = Dice::new(0);
    let operations = house.arsenal.operations();
    for operation in operations.all() {
        let schema = operation.input_schema();
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        let validator = options.build(schema).expect("the published schema is one");
        for seed in 0..INPUTS / 5 {
            let input = value(&mut dice.again(seed), schema, schema, 0);
            let body = Some(input.to_string().into_bytes());
            let verdict = operation.check(&Input { strings: Vec::new(), body });
            compare(&operation.spec().name, &validator, &input, verdict);
        }
    }
}

/// Whether the input was accepted, which both must say.
fn compare(name: &str, validator: &Validator, input: &Value, verdict: Result<(), Error>) -> bool {
    let text = input.to_string();
    let told = format!("{verdict:?}");
    let (ours, more) = match verdict {
        Ok(()) => (BTreeSet::new(), false),
        Err(error) => {
            assert_eq!(error.class(), Class::Validation, "{name}: {text}: {error}");
            assert!(!error.faults().is_empty(), "{name}: {text}: refused for no reason");
            let more = error.faults().iter().any(|fault| fault.code == "rule");
            let paths = error.faults().iter().filter(|fault| fault.code != "rule").map(path);
            (paths.collect(), more)
        }
    };
    let mut theirs = BTreeSet::new();
    for error in validator.iter_errors(input) {
        paths(&error, &mut theirs);
    }
    // A rule runs where all else is well, and may refuse what a schema cannot.
    assert_eq!(ours, theirs, "{name}: {text}\n ours, theirs; {told}");
    ours.is_empty() && !more
}

fn path(fault: &Fault) -> String {
    // Of two names of one field, we point at the one that came second.
    match fault.code.as_ref() {
        "duplicate" => format!("{} twice", parent(&fault.pointer)),
        _ => fault.pointer.clone(),
    }
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The paths of an error in the way we point: at what is missing, or should not be there.
fn paths(error: &ValidationError<'_>, into: &mut BTreeSet<String>) {
    let at = error.instance_path().as_str();
    let below = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    match error.kind() {
        Kind::Required { property } => {
            into.insert(below(property.as_str().unwrap_or_default()));
        }
        Kind::AdditionalProperties { unexpected } => {
            into.extend(unexpected.iter().map(|name| below(name)));
        }
        Kind::PropertyNames { error } => {
            into.insert(below(error.instance().as_str().unwrap_or_default()));
        }
        Kind::FalseSchema => {
            into.insert(format!("{} twice", parent(at)));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            alternatives(at, context, into);
        }
        _ => {
            into.insert(at.to_owned());
        }
    }
}

/// One of the names of a field is missing; or a value that may be null is something else.
fn alternatives(at: &str, context: &[Vec<ValidationError<'_>>], into: &mut BTreeSet<String>) {
    let is_type = |error: &ValidationError<'_>| {
        error.instance_path().as_str() == at && matches!(error.kind(), Kind::Type { .. })
    };
    let mut meant: Vec<_> = context.iter().filter(|branch| !branch.iter().any(is_type)).collect();
    if meant.len() > 1 {
        // A tag says which one was meant.
        let is_tag = |error: &ValidationError<'_>| matches!(error.kind(), Kind::Constant { .. });
        meant.retain(|branch| !branch.iter().any(is_tag));
    }
    match meant.as_slice() {
        [one] => one.iter().for_each(|error| paths(error, into)),
        [first, ..]
            if meant.iter().all(|branch| {
                matches!(branch.as_slice(), [one] if matches!(one.kind(), Kind::Required { .. }))
            }) =>
        {
            first.iter().for_each(|error| paths(error, into));
        }
        _ => {
            into.insert(at.to_owned());
        }
    }
}

fn survive<T: Params>(name: &str) {
    let schema = input_schema(T::table());
    let dice = Dice::new(0);
    for seed in 0..INPUTS / 2 {
        let mut dice = dice.again(!seed);
        let whole = match dice.below(8) {
            0 => anything(&mut dice, 0),
            _ => value(&mut dice, &schema, &schema, 0),
        };
        let text = damage(&mut dice, &whole.to_string());
        let outcome = catch_unwind(AssertUnwindSafe(|| read::<T>(&text).map(drop)));
        let outcome = outcome.unwrap_or_else(|_| panic!("{name}: {text}: a panic"));
        let Err(error) = outcome else { continue };
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        let expected = if is_json { Class::Validation } else { Class::Malformed };
        assert_eq!(error.class(), expected, "{name}: {text}: {error}");
        assert_eq!(error.faults().is_empty(), !is_json, "{name}: {text}");
    }
}
