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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::params::Params as _;

    /// Where.
    #[derive(arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Address {
        /// The street.
        #[param(alias = "road")]
        street: String,
        /// The floor.
        #[param(default = 0)]
        floor: u8,
    }

    /// Who, and where.
    #[derive(arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Person {
        /// The name.
        name: String,
        /// The home.
        #[param(flatten)]
        home: Address,
        /// The others.
        others: Option<Vec<Address>>,
        /// By name.
        named: Option<BTreeMap<String, Address>>,
    }

    #[test]
    fn however_the_same_parameters_are_written_they_have_one_text() {
        let whole = json!({"floor": 0, "name": "ann", "street": "a"});
        let there = json!({"floor": 1, "street": "b"});
        let cases = [
            (r#"{"name": "ann", "street": "a"}"#, whole.clone()),
            (r#"{"floor": 0.0, "road": "a", "name": "ann"}"#, whole.clone()),
            (r#"{"name": "ann", "street": "a", "unknown": 1}"#, whole),
            (r#"{"others": [{"road": "b", "floor": 1}]}"#, json!({"floor": 0, "others": [there]})),
            (
                r#"{"named": {"x": {"road": "b", "floor": 1e0}}}"#,
                json!({"floor": 0, "named": {"x": there}}),
            ),
            // What is refused later stands as it is.
            (r#"{"others": 0.5}"#, json!({"floor": 0, "others": 0.5})),
            (r#"{"others": 1e300}"#, json!({"floor": 0, "others": 1e300})),
        ];
        for (text, expected) in cases {
            let canonical = of_table(Person::table(), text);
            assert_eq!(canonical, Some(expected.to_string()), "{text}");
        }
        assert_eq!(of_table(Person::table(), "[]"), None);
        assert_eq!(of_table(Person::table(), "{"), None);
    }

    #[test]
    fn the_order_of_a_lists_items_and_no_other_is_kept() {
        let value = json!({"b": [2, 1.0], "a": {"d": null, "c": true}});
        assert_eq!(of_value(value), r#"{"a":{"c":true,"d":null},"b":[2,1]}"#);
    }
}
