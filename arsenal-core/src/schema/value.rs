//! The schema of one value: its shape under the constraints of its field.

use serde_json::{Map, Value, json};

use super::choice::choice;
use super::integer_key;
use super::names::Names;
use super::object::enumeration;
use crate::params::sentence::data;
use crate::params::{Bound, Constraints, Shape, TextSpec};

impl Names {
    /// The schema of a value.
    pub(super) fn value(
        &mut self,
        shape: &'static Shape,
        constraints: &Constraints,
    ) -> Map<String, Value> {
        match shape {
            Shape::Nullable(inner) => nullable(self.value(inner, constraints)),
            Shape::Secret(inner) => secret(self.value(inner, constraints)),
            Shape::Bool => typed("boolean"),
            Shape::Integer { min, max } => integer(*min, *max, constraints),
            Shape::Number { magnitude_max } => number(*magnitude_max, constraints),
            Shape::Text(spec) => text(spec, constraints),
            Shape::Choice(spec) => choice(spec, constraints),
            Shape::List { item, unique, len } => {
                let each = Constraints { one_of: constraints.one_of, ..Constraints::NONE };
                let mut schema = typed("array");
                schema.insert("items".to_owned(), Value::Object(self.value(item, &each)));
                let len = len.map(|len| len as u64);
                put(&mut schema, "minItems", constraints.min_len.max(len));
                put(&mut schema, "maxItems", len.or(constraints.max_len));
                put(&mut schema, "uniqueItems", (*unique || constraints.unique).then_some(true));
                schema
            }
            Shape::Map { key, value } => {
                let mut schema = typed("object");
                put(&mut schema, "propertyNames", key_schema(key));
                let value = self.value(value, &Constraints::NONE);
                schema.insert("additionalProperties".to_owned(), Value::Object(value));
                put(&mut schema, "minProperties", constraints.min_len);
                put(&mut schema, "maxProperties", constraints.max_len);
                schema
            }
            Shape::Struct(table) => self.reference(table()),
            Shape::Any => Map::new(),
            Shape::Foreign(spec) => match self.foreign(spec).to_value() {
                Value::Object(schema) => schema,
                Value::Bool(false) => Map::from_iter([("not".to_owned(), json!({}))]),
                _ => Map::new(),
            },
        }
    }
}

fn typed(name: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), name.into())])
}

fn put<T: Into<Value>>(schema: &mut Map<String, Value>, keyword: &str, value: Option<T>) {
    if let Some(value) = value {
        schema.insert(keyword.to_owned(), value.into());
    }
}

/// The schema, or `null`.
fn nullable(mut schema: Map<String, Value>) -> Map<String, Value> {
    if schema.is_empty() {
        return schema;
    }
    if let Some(Value::String(name)) = schema.get("type") {
        let types = vec![name.as_str().into(), "null".into()];
        schema.insert("type".to_owned(), Value::Array(types));
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
        return schema;
    }
    let is_null = |name: &Value| name == "null";
    if matches!(schema.get("type"), Some(Value::Array(types)) if types.iter().any(is_null)) {
        return schema;
    }
    Map::from_iter([("anyOf".to_owned(), json!([schema, { "type": "null" }]))])
}

fn secret(mut schema: Map<String, Value>) -> Map<String, Value> {
    let is_string = match schema.get("type") {
        Some(Value::String(name)) => name == "string",
        Some(Value::Array(names)) => names.iter().any(|name| name == "string"),
        _ => false,
    };
    if is_string {
        schema.insert("format".to_owned(), "password".into());
    }
    schema.insert("writeOnly".to_owned(), true.into());
    schema
}

fn integer(min: i128, max: i128, constraints: &Constraints) -> Map<String, Value> {
    let (least, most) = constraints.integer_range(min, max);
    let mut schema = typed("integer");
    bound(&mut schema, ("minimum", "exclusiveMinimum"), &least);
    bound(&mut schema, ("maximum", "exclusiveMaximum"), &most);
    put(&mut schema, "multipleOf", constraints.multiple_of.as_ref().map(data));
    put(&mut schema, "enum", enumeration(constraints));
    schema
}

fn number(magnitude_max: f64, constraints: &Constraints) -> Map<String, Value> {
    let (least, most) = constraints.number_range(magnitude_max);
    let mut schema = typed("number");
    if let Some(least) = least {
        bound(&mut schema, ("minimum", "exclusiveMinimum"), &least);
    }
    if let Some(most) = most {
        bound(&mut schema, ("maximum", "exclusiveMaximum"), &most);
    }
    put(&mut schema, "multipleOf", constraints.multiple_of.as_ref().map(data));
    put(&mut schema, "enum", enumeration(constraints));
    schema
}

fn bound(schema: &mut Map<String, Value>, (closed, open): (&str, &str), bound: &Bound) {
    let keyword = if bound.exclusive { open } else { closed };
    schema.insert(keyword.to_owned(), data(&bound.value));
}

fn text(spec: &TextSpec, constraints: &Constraints) -> Map<String, Value> {
    let mut schema = typed("string");
    put(&mut schema, "format", constraints.format.or(spec.format));
    let own = spec.pattern.map(|pattern| pattern.source());
    let declared = constraints.pattern.map(|pattern| pattern.source());
    put(&mut schema, "pattern", own.or(declared));
    if let (Some(_), Some(declared)) = (own, declared) {
        schema.insert("allOf".to_owned(), json!([{ "pattern": declared }]));
    }
    let (least, most) = spec.len.unzip();
    put(&mut schema, "minLength", constraints.min_len.max(least));
    put(&mut schema, "maxLength", [constraints.max_len, most].into_iter().flatten().min());
    put(&mut schema, "enum", enumeration(constraints));
    schema
}

/// What a key must be; any text where nothing is said.
fn key_schema(shape: &Shape) -> Option<Value> {
    let mut schema = match shape {
        Shape::Integer { min, max } => {
            Map::from_iter([("pattern".to_owned(), integer_key::pattern(*min, *max).into())])
        }
        Shape::Text(spec) => text(spec, &Constraints::NONE),
        Shape::Choice(spec) => choice(spec, &Constraints::NONE),
        _ => Map::new(),
    };
    schema.remove("type");
    schema.remove("description");
    (!schema.is_empty()).then_some(Value::Object(schema))
}
