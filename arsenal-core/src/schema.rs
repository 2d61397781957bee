//! The published JSON Schema (draft 2020-12), from the same table that the verdict comes from.
//!
//! It admits what [`read`](crate::params::read) admits: a property test holds the two together.
//! Order is declaration order and names are given in order of appearance, so that the bytes are
//! the same in every build.

mod choice;

pub(crate) mod compiled;

pub(crate) mod foreign;

mod integer_key;

mod names;

mod object;

mod value;

mod verdict;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use self::names::Names;
use crate::params::StructSpec;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of an operation's parameters: nested structs are in `$defs`.
#[must_use]
pub fn input_schema(table: &'static StructSpec) -> Value {
    let mut names = Names::of(table);
    let mut root = Map::new();
    root.insert("$schema".to_owned(), DIALECT.into());
    root.insert("title".to_owned(), table.name.into());
    root.append(&mut names.object(table));
    let definitions = names.into_definitions();
    if !definitions.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Value::Object(root)
}

/// The schema of what an operation answers, as serde writes it.
#[must_use]
pub fn output_schema<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<T>().to_value()
}
