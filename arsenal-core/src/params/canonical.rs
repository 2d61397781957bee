//! One text for all ways to write the same parameters: what an idempotency key stands for.
//!
//! Keys are sorted, aliases resolved, defaults filled in, and integral floats are integers.

use serde_json::{Map, Number, Value};

use super::{Presence, Shape, StructSpec};

/// The canonical form of a text that a declared operation would take; `None` where it is not
/// an object.
pub(crate) fn of_table(table: &'static StructSpec, text: &str) -> Option<String> {
    let Value::Object(given) = serde_json::from_str(text).ok()? else { return None };
    Some(of_value(Value::Object(in_table(table, given))))
}

/// The canonical form of any value.
pub(crate) fn of_value(value: Value) -> String {
    sorted(value).to_string()
}

fn in_table(table: &'static StructSpec, mut given: Map<String, Value>) -> Map<String, Value> {
    let mut whole = Map::new();
    fill(table, &mut given, &mut whole);
    // What no field has is refused later, or ignored by declaration.
    whole
}

fn fill(
    table: &'static StructSpec,
    given: &mut Map<String, Value>,
    whole: &mut Map<String, Value>,
) {
    for field in table.fields {
        if field.flatten {
            if let Shape::Struct(inner) = field.shape.inner() {
                fill(inner(), given, whole);
            }
            continue;
        }
        let mut names = std::iter::once(&field.name).chain(field.aliases);
        let value = names.find_map(|name| given.remove(*name)).or_else(|| match field.presence {
            Presence::Default(default) => default.json(),
            Presence::ByType(_) => None,
        });
        if let Some(value) = value {
            whole.insert(field.name.to_owned(), in_shape(field.shape, value));
        }
    }
}

fn in_shape(shape: &'static Shape, value: Value) -> Value {
    match (shape.inner(), value) {
        (Shape::Struct(table), Value::Object(given)) => Value::Object(in_table(table(), given)),
        (Shape::List { item, .. }, Value::Array(items)) => {
            items.into_iter().map(|value| in_shape(item, value)).collect()
        }
        (Shape::Map { value: shape, .. }, Value::Object(entries)) => {
            entries.into_iter().map(|(key, value)| (key, in_shape(shape, value))).collect()
        }
        (_, value) => value,
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            entries.into_iter().map(|(key, value)| (key, sorted(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Number(number) => Value::Number(whole(number)),
        value => value,
    }
}

/// `1.0` is `1`.
fn whole(number: Number) -> Number {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
            // Within 2^53 the text of an integral float is its integer's.
            serde_json::from_str(&format!("{float:.0}")).unwrap_or(number)
        }
        _ => number,
    }
}
