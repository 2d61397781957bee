//! Values of a declaration that would show a secret: its schema is published.

use serde_json::Value;

use super::visit::each_field;
use super::{FieldSpec, Presence, Shape, StructSpec};
use crate::fault::Fault;

/// Each default and each example with a secret in it; that of a field which is a secret itself
/// does not compile.
pub(crate) fn secret_faults(table: &'static StructSpec) -> Vec<Fault> {
    let mut found = Vec::new();
    each_field(table, &mut |_table, field, pointer| {
        if published(field).any(|value| shows_secret(field.shape, &value)) {
            let detail = "would publish a secret in the schema: take it out of the `default` and \
                          the `example`";
            found.push(Fault::new(pointer, "secret", detail));
        }
    });
    found
}

fn published(field: &FieldSpec) -> impl Iterator<Item = Value> {
    let default = match field.presence {
        Presence::Default(default) => default.json(),
        _ => None,
    };
    let example = field.example.and_then(|json| serde_json::from_str(json).ok());
    default.into_iter().chain(example)
}

fn shows_secret(shape: &Shape, value: &Value) -> bool {
    match (shape, value) {
        (_, Value::Null) => false,
        (Shape::Secret(_), _) => true,
        (Shape::Nullable(inner), value) => shows_secret(inner, value),
        (Shape::List { item, .. }, Value::Array(items)) => {
            items.iter().any(|value| shows_secret(item, value))
        }
        (Shape::Map { value: shape, .. }, Value::Object(entries)) => {
            entries.values().any(|value| shows_secret(shape, value))
        }
        (Shape::Struct(table), Value::Object(entries)) => table().fields.iter().any(|field| {
            let below = if field.flatten { Some(value) } else { entries.get(field.name) };
            below.is_some_and(|value| shows_secret(field.shape, value))
        }),
        _ => false,
    }
}
