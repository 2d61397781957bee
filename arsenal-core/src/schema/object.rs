//! The schema of a struct: its fields in their order, aliases, what must be there and what not
//! together.

use serde_json::{Map, Value, json};

use super::names::Names;
use crate::params::sentence::{data, plain};
use crate::params::walk::object::flattened;
use crate::params::{Constraints, FieldSpec, Presence, Shape, StructSpec, UnknownFields};

impl Names {
    /// The schema of a struct, without its name.
    pub(super) fn object(&mut self, table: &'static StructSpec) -> Map<String, Value> {
        let mut members = Members::default();
        self.fields(table, &mut members);
        let mut schema = Map::new();
        if !table.doc.is_empty() {
            schema.insert("description".to_owned(), table.doc.into());
        }
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(members.properties));
        if !members.required.is_empty() {
            schema.insert("required".to_owned(), members.required.into());
        }
        if table.unknown == UnknownFields::Refuse {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
        if !members.exclusive.is_empty() {
            schema.insert("dependentSchemas".to_owned(), Value::Object(members.exclusive));
        }
        match members.any_of.len() {
            0 => {}
            1 => schema.extend(members.any_of.into_iter().map(|any| ("anyOf".to_owned(), any))),
            _ => {
                let all = members.any_of.into_iter().map(|any| json!({ "anyOf": any })).collect();
                schema.insert("allOf".to_owned(), all);
            }
        }
        schema
    }

    fn fields(&mut self, table: &'static StructSpec, members: &mut Members) {
        for field in table.fields {
            match flattened(field) {
                Some(inner) => self.fields(inner, members),
                None => self.field(field, members),
            }
        }
    }

    fn field(&mut self, field: &'static FieldSpec, members: &mut Members) {
        let schema = self.value(field.shape, &field.constraints);
        for alias in field.aliases {
            let mut schema = schema.clone();
            let description = format!("Another name of `{}`.", field.name);
            schema.insert("description".to_owned(), description.into());
            schema.insert("deprecated".to_owned(), true.into());
            members.properties.insert((*alias).to_owned(), Value::Object(schema));
        }
        members.required(field);
        members.exclude(field);
        members.properties.insert(field.name.to_owned(), Value::Object(described(field, schema)));
    }
}

/// What the fields add to their struct's schema.
#[derive(Default)]
struct Members {
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// For each required field with aliases: one of its names.
    any_of: Vec<Value>,
    /// For each name, the names that must not be given with it.
    exclusive: Map<String, Value>,
}

impl Members {
    fn required(&mut self, field: &FieldSpec) {
        if !field.required() {
            return;
        }
        if field.aliases.is_empty() {
            self.required.push(field.name.into());
        } else {
            let names = std::iter::once(&field.name).chain(field.aliases);
            self.any_of.push(names.map(|name| json!({ "required": [name] })).collect());
        }
    }

    fn exclude(&mut self, field: &FieldSpec) {
        for (at, alias) in field.aliases.iter().enumerate() {
            let others = std::iter::once(&field.name).chain(&field.aliases[..at]);
            let refused: Map<_, _> =
                others.map(|other| ((*other).to_owned(), Value::Bool(false))).collect();
            self.exclusive.insert((*alias).to_owned(), json!({ "properties": refused }));
        }
    }
}

/// The schema of a field's value with what the declaration says of the field.
fn described(field: &FieldSpec, value: Map<String, Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    let description = description(field, value.get("description"));
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    for (keyword, value) in value {
        if keyword != "description" {
            schema.insert(keyword, value);
        }
    }
    if let Presence::Default(default) = &field.presence
        && let Some(default) = default.json()
    {
        schema.insert("default".to_owned(), default);
    }
    if let Some(example) = field.example.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        schema.insert("examples".to_owned(), vec![example].into());
    }
    if field.deprecated.is_some() {
        schema.insert("deprecated".to_owned(), true.into());
    }
    if let Some(role) = field.role.as_str() {
        // For clients that page and sort; validators pass it over.
        schema.insert("x-arsenal-role".to_owned(), role.into());
    }
    schema
}

/// The doc comment, then what no keyword can say.
fn description(field: &FieldSpec, of_value: Option<&Value>) -> String {
    let mut parts = Vec::new();
    if !field.doc.is_empty() {
        parts.push(field.doc.to_owned());
    }
    if let Some(words) = of_value.and_then(Value::as_str) {
        parts.push(words.to_owned());
    }
    parts.extend(text_bounds(field.shape, &field.constraints));
    if let Some(reason) = field.deprecated.filter(|reason| !reason.is_empty()) {
        parts.push(format!("Deprecated: {reason}"));
    }
    parts.join("\n\n")
}

fn text_bounds(shape: &Shape, constraints: &Constraints) -> Option<String> {
    let Shape::Text(_) = shape.inner() else { return None };
    let end = |bound: Option<crate::params::Bound>, closed: &str, open: &str| {
        bound.map(|bound| {
            let word = if bound.exclusive { open } else { closed };
            format!("{word} {}", plain(&bound.value))
        })
    };
    let ends: Vec<_> = [
        end(constraints.min, "at least", "more than"),
        end(constraints.max, "at most", "less than"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut sentence = ends.join(", ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
        sentence.push('.');
        return Some(sentence);
    }
    None
}

/// The literals as an `enum` keyword's value.
pub(super) fn enumeration(constraints: &Constraints) -> Option<Vec<Value>> {
    (!constraints.one_of.is_empty()).then(|| constraints.one_of.iter().map(data).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::params::{Params as _, Secret};
    use crate::schema::input_schema;

    /// What is said of fields beside their types.
    #[derive(arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Described {
        /// An age.
        #[param(deprecated = "ask for the birthday", example = 42)]
        age: Option<u8>,
        /// How long.
        #[param(min = "1s", exclusive_max = "60s")]
        wait: Duration,
        /// Hidden.
        secret: Secret<Vec<Colored>>,
        /// Of no value.
        #[param(foreign)]
        never: Never,
        /// Of any.
        #[param(foreign)]
        whatever: Value,
    }

    /// Red.
    #[derive(arsenal_core::Choice)]
    #[choice(crate = arsenal_core)]
    enum Colored {
        /// Red.
        Red,
    }

    /// What no value is.
    #[derive(serde::Serialize, serde::Deserialize)]
    enum Never {}

    impl schemars::JsonSchema for Never {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Never".into()
        }

        fn inline_schema() -> bool {
            true
        }

        fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
            false.into()
        }
    }

    #[test]
    fn a_field_is_published_with_what_is_said_of_it() {
        let schema = input_schema(Described::table());
        let field = |name: &str| schema["properties"][name].clone();
        let cases = [
            (
                "age",
                json!({
                    "description": "An age.\n\nDeprecated: ask for the birthday",
                    "type": ["integer", "null"], "minimum": 0, "maximum": 255,
                    "examples": [42], "deprecated": true,
                }),
            ),
            (
                "secret",
                json!({
                    "description": "Hidden.", "type": "array", "writeOnly": true,
                    "items": {"type": "string", "enum": ["red"], "description": "- `red`: Red."},
                }),
            ),
            ("never", json!({"description": "Of no value.", "not": {}})),
            ("whatever", json!({"description": "Of any."})),
        ];
        for (name, expected) in cases {
            assert_eq!(field(name), expected, "{name}");
        }
        // No keyword compares durations.
        let wait = "How long.\n\nAt least 1s, less than 60s.";
        assert_eq!(field("wait")["description"], wait);
    }
}
