//! The verdict on a text is the verdict of a validator of JSON Schema on the published schema.

#![no_main]

extern crate arsenal_core as arsenal;

#[path = "../../tests/oracle/declarations.rs"]
mod declarations;

use std::sync::LazyLock;

use arsenal::Class;
use arsenal::params::{Params, read};
use arsenal::schema::input_schema;
use declarations as d;
use jsonschema::{Draft, Validator};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

macro_rules! judges {
    ($($Declaration:ident)*) => {
        vec![$((verdict::<d::$Declaration> as Verdict, compile(d::$Declaration::table()))),*]
    };
}

/// Whether the text is taken; none where the schema could not tell.
type Verdict = fn(&str) -> Option<bool>;

static JUDGES: LazyLock<Vec<(Verdict, Validator)>> =
    LazyLock::new(|| d::with_declarations!(judges!()));

fuzz_target!(|bytes: &[u8]| {
    let Some((number, bytes)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let (verdict, validator) = &JUDGES[usize::from(*number) % JUDGES.len()];
    if let Some(taken) = verdict(text) {
        assert_eq!(taken, validator.is_valid(&value), "{text}");
    }
});

fn compile(table: &'static arsenal::params::StructSpec) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&input_schema(table))
        .expect("the published schema is one")
}

fn verdict<T: Params>(text: &str) -> Option<bool> {
    match read::<T>(text) {
        Ok(_) => Some(true),
        Err(error) if error.class() == Class::Malformed => None,
        Err(error) => {
            // Rules and keys that are given twice are beyond a schema.
            let beyond = ["rule", "duplicate"];
            let all = error.faults().iter().all(|fault| beyond.contains(&fault.code.as_ref()));
            (!all).then_some(false)
        }
    }
}
