//! What a schema's validator finds, in the codes, pointers and sentences of the table walker.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::fault::{BrokenConstraint, Budget, Fault, escape};
use crate::params::sentence::{self, Unit};
use crate::suggest::nearest;

/// What has been told of one value.
#[derive(Default)]
pub(super) struct Told {
    pub(super) faults: Vec<Fault>,
    pub(super) budget: Budget,
}

impl Told {
    fn push(&mut self, make: impl FnOnce() -> Fault) {
        self.faults.extend(self.budget.admit(make));
    }
}

/// Adds the faults that one error stands for.
pub(super) fn tell(error: &ValidationError<'_>, schema: &Value, told: &mut Told) {
    let at = error.instance_path().as_str();
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            told.push(|| Fault::new(below(at, name), "required", sentence::REQUIRED));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected.iter() {
                told.push(|| unknown(error, schema, at, name));
            }
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            alternatives(at, context, schema, told);
        }
        Kind::PropertyNames { error: inner } => {
            let name = inner.instance().as_str().unwrap_or_default().to_owned();
            let mut of_name = Told::default();
            tell(inner, schema, &mut of_name);
            for fault in of_name.faults {
                told.push(|| Fault { pointer: below(at, &name), ..fault });
            }
        }
        Kind::Type { kind } => told.push(|| Fault::new(at, "type", must_be(kind))),
        Kind::UniqueItems => told.push(|| Fault::new(at, "unique", sentence::UNIQUE)),
        kind => told.push(|| constraint(kind, error).unwrap_or_else(|| other(kind, at))),
    }
}

/// Puts the faults into the order of the schema's properties; what it does not name comes last.
pub(super) fn order(schema: &Value, faults: &mut [Fault]) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let place = |fault: &Fault| {
        let name = fault.field().unwrap_or_default();
        properties.keys().position(|known| *known == name).unwrap_or(usize::MAX)
    };
    faults.sort_by_cached_key(place);
}

fn below(at: &str, name: &str) -> String {
    format!("{at}/{}", escape(name))
}

fn must_be(kind: &TypeKind) -> Cow<'static, str> {
    let names: Vec<_> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect(),
    };
    // `null` is told by nobody: who may leave a value out does so.
    let names: Vec<_> = names.iter().filter(|name| *name != "null" || names.len() == 1).collect();
    let named = names.iter().map(|name| match name.as_str() {
        "null" => "null".to_owned(),
        vowel @ ("array" | "integer" | "object") => format!("an {vowel}"),
        other => format!("a {other}"),
    });
    Cow::Owned(format!("must be {}", named.collect::<Vec<_>>().join(" or ")))
}

fn unknown(error: &ValidationError<'_>, schema: &Value, at: &str, name: &str) -> Fault {
    let mut fault = Fault::new(below(at, name), "unknown_field", sentence::UNKNOWN);
    let path = error.schema_path().as_str();
    let owner = path.rsplit_once('/').and_then(|(owner, _)| schema.pointer(owner));
    let known = owner.and_then(|owner| owner.get("properties")).and_then(Value::as_object);
    if let Some(known) = known {
        let near = nearest(name, known.keys().map(String::as_str));
        fault.suggestion = near.map(|near| Cow::Owned(near.to_owned()));
    }
    fault
}

/// Of several alternatives, the one that the value was meant for, if one can be told: the one
/// that fails neither by the type of the value itself nor by its tag.
fn alternatives(
    at: &str,
    branches: &[Vec<ValidationError<'static>>],
    schema: &Value,
    told: &mut Told,
) {
    let is_of_other_type = |error: &ValidationError<'_>| {
        error.instance_path().as_str() == at && matches!(error.kind(), Kind::Type { .. })
    };
    let mut meant: Vec<_> =
        branches.iter().filter(|branch| !branch.iter().any(is_of_other_type)).collect();
    if meant.len() > 1 {
        let has_other_tag = |error: &ValidationError<'_>| {
            matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. })
        };
        meant.retain(|branch| !branch.iter().any(has_other_tag));
    }
    match meant.as_slice() {
        [one] => one.iter().for_each(|error| tell(error, schema, told)),
        _ => told.push(|| no_form(at, branches, schema)),
    }
}

fn no_form(at: &str, branches: &[Vec<ValidationError<'static>>], schema: &Value) -> Fault {
    let mut told = Told::default();
    branches.iter().flatten().for_each(|error| tell(error, schema, &mut told));
    let mut types = told.faults;
    let is_other = |fault: &Fault| fault.pointer == at && fault.code == "type";
    let all_types = types.iter().all(is_other);
    types.retain(|fault| fault.detail != "must be null");
    types.dedup_by(|a, b| a.detail == b.detail);
    match <[Fault; 1]>::try_from(types) {
        Ok([one]) if all_types => one,
        _ => Fault::new(at, "one_of", NO_FORM),
    }
}

const NO_FORM: &str = "must have one of the forms that its schema lists";

/// A constraint that has a name and a value.
fn constraint(kind: &Kind, error: &ValidationError<'_>) -> Option<Fault> {
    let number = |limit: &Value| limit.to_string();
    let counts = |limit: &u64| Value::from(*limit);
    let (code, name, value, detail) = match kind {
        Kind::Minimum { limit } => ("min", "min", limit.clone(), sentence::least(&number(limit))),
        Kind::Maximum { limit } => ("max", "max", limit.clone(), sentence::most(&number(limit))),
        Kind::ExclusiveMinimum { limit } => {
            ("min", "exclusive_min", limit.clone(), sentence::more(&number(limit)))
        }
        Kind::ExclusiveMaximum { limit } => {
            ("max", "exclusive_max", limit.clone(), sentence::less(&number(limit)))
        }
        Kind::MultipleOf { multiple_of } => {
            let of = Value::from(*multiple_of);
            let detail = sentence::multiple(&multiple_of.to_string());
            ("multiple_of", "multiple_of", of, detail)
        }
        Kind::Pattern { pattern } => {
            let detail = sentence::pattern(pattern);
            ("pattern", "pattern", pattern.as_str().into(), detail)
        }
        Kind::Format { format } => {
            let detail = Cow::Owned(format!("must have the format {format}"));
            ("format", "format", format.as_str().into(), detail)
        }
        Kind::Enum { options } => {
            ("one_of", "one_of", options.as_ref().clone(), listed(options.as_ref()))
        }
        Kind::Constant { expected_value } => {
            let only = Value::Array(vec![expected_value.as_ref().clone()]);
            let detail = listed(&only);
            ("one_of", "one_of", only, detail)
        }
        kind => {
            let (limit, unit, is_least) = length(kind)?;
            let name = if is_least { "min_len" } else { "max_len" };
            let say = if is_least { sentence::longer } else { sentence::shorter };
            (name, name, counts(&limit), say(limit, unit))
        }
    };
    let mut fault = Fault::new(error.instance_path().as_str(), code, detail);
    if let (Value::Array(options), Value::String(text)) = (&value, error.instance().as_ref()) {
        let near = nearest(text, options.iter().filter_map(Value::as_str));
        fault.suggestion = near.map(|near| Cow::Owned(near.to_owned()));
    }
    fault.constraint = Some(BrokenConstraint { name, value });
    Some(fault)
}

/// A bound of a length: its value, what it counts, and whether it is the lower one.
fn length(kind: &Kind) -> Option<(u64, Unit, bool)> {
    match kind {
        Kind::MinLength { limit } => Some((*limit, Unit::Characters, true)),
        Kind::MaxLength { limit } => Some((*limit, Unit::Characters, false)),
        Kind::MinItems { limit } => Some((*limit, Unit::Items, true)),
        Kind::MaxItems { limit } => Some((*limit, Unit::Items, false)),
        Kind::MinProperties { limit } => Some((*limit, Unit::Entries, true)),
        Kind::MaxProperties { limit } => Some((*limit, Unit::Entries, false)),
        _ => None,
    }
}

fn listed(options: &Value) -> Cow<'static, str> {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    sentence::one_of(options.iter().map(|option| match option {
        Value::String(text) => Cow::Borrowed(text.as_str()),
        other => Cow::Owned(other.to_string()),
    }))
}

/// What has no sentence of its own: the keyword says what to look up.
fn other(kind: &Kind, at: &str) -> Fault {
    Fault::new(at, "rule", format!("does not satisfy `{}` of its schema", kind.keyword()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::schema::compiled::Compiled;

    fn faults(schema: &Value, value: &Value) -> Vec<String> {
        let compiled = Compiled::new(schema.clone()).expect("a schema");
        let faults = compiled.faults(value).faults;
        assert_eq!(faults.is_empty(), compiled.is_valid(value), "{value}");
        faults
            .iter()
            .map(|fault| format!("{} {} {}", fault.pointer, fault.code, fault.detail))
            .collect()
    }

    #[test]
    fn a_schema_speaks_as_the_walker_does() {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]*$"},
                "age": {"type": ["integer", "null"], "minimum": 18, "exclusiveMaximum": 100},
                "color": {"enum": ["red", "green"]},
                "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
                "map": {"type": "object", "propertyNames": {"pattern": "^[0-9]$"}},
                "either": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["x"]}]},
                "tagged": {"oneOf": [
                    {"properties": {"k": {"const": "a"}, "x": {"type": "string"}}, "required": ["k"]},
                    {"properties": {"k": {"const": "b"}, "y": {"type": "string"}}, "required": ["k"]},
                ]},
            },
            "required": ["name"],
            "additionalProperties": false,
        });
        let cases: [(Value, &[&str]); 16] = [
            (json!({"name": "ab"}), &[]),
            (json!([]), &[" type must be an object"]),
            (json!({}), &["/name required is required"]),
            (json!({"name": 1}), &["/name type must be a string"]),
            (json!({"name": "a"}), &["/name min_len must have at least 2 characters"]),
            (json!({"name": "ab9"}), &["/name pattern must match the pattern ^[a-z]*$"]),
            (json!({"name": "ab", "age": 1}), &["/age min must be at least 18"]),
            (json!({"name": "ab", "age": 100}), &["/age max must be less than 100"]),
            (json!({"name": "ab", "age": "1"}), &["/age type must be an integer"]),
            (
                json!({"name": "ab", "color": "rod"}),
                &["/color one_of must be one of `red`, `green`"],
            ),
            (
                json!({"name": "ab", "tags": ["a", "a"]}),
                &["/tags unique must not hold the same item twice"],
            ),
            (
                json!({"name": "ab", "map": {"x/y": 1}}),
                &["/map/x~1y pattern must match the pattern ^[0-9]$"],
            ),
            (json!({"name": "ab", "either": {}}), &["/either/x required is required"]),
            (json!({"name": "ab", "either": 1}), &["/either type must be an object"]),
            (
                json!({"name": "ab", "tagged": {"k": "b", "y": 1}}),
                &["/tagged/y type must be a string"],
            ),
            (
                json!({"extra": 1, "age": 1, "name": "ab"}),
                &["/age min must be at least 18", "/extra unknown_field is not a known field"],
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(faults(&schema, &value), expected, "{value}");
        }
    }

    #[test]
    fn each_keyword_has_its_code_and_its_sentence() {
        let cases = [
            (json!({"maximum": 2}), json!(3), "max must be at most 2"),
            (json!({"exclusiveMinimum": 2}), json!(2), "min must be more than 2"),
            (json!({"multipleOf": 2}), json!(3), "multiple_of must be a multiple of 2"),
            (json!({"minItems": 1}), json!([]), "min_len must have at least 1 item"),
            (json!({"maxItems": 0}), json!([1]), "max_len must have at most 0 items"),
            (json!({"minProperties": 2}), json!({}), "min_len must have at least 2 entries"),
            (
                json!({"maxProperties": 1}),
                json!({"a": 1, "b": 2}),
                "max_len must have at most 1 entry",
            ),
            (json!({"maxLength": 1}), json!("ab"), "max_len must have at most 1 character"),
            (json!({"const": 2}), json!(3), "one_of must be one of `2`"),
            (json!({"enum": [null, "a"]}), json!(3), "one_of must be one of `null`, `a`"),
            (json!({"type": ["array", "string"]}), json!(1), "type must be a string or an array"),
            (json!({"type": "null"}), json!(1), "type must be null"),
            (json!({"not": {}}), json!(1), "rule does not satisfy `not` of its schema"),
        ];
        for (schema, value, expected) in cases {
            assert_eq!(faults(&schema, &value), [format!(" {expected}")], "{schema}");
        }
    }

    #[test]
    fn a_value_of_no_form_is_told_that_there_are_several() {
        let cases = [
            (json!({"anyOf": [{"minimum": 5}, {"maximum": 1}]}), json!(3)),
            (json!({"oneOf": [{"type": "string"}, {"type": "boolean"}]}), json!(3)),
        ];
        for (schema, value) in cases {
            let expected = " one_of must have one of the forms that its schema lists";
            assert_eq!(faults(&schema, &value), [expected], "{schema}");
        }
    }

    #[test]
    fn a_format_is_an_annotation_but_in_a_part_that_follows_an_older_draft() {
        let annotated = json!({"format": "email"});
        assert_eq!(faults(&annotated, &json!("no")), [""; 0]);
        let draft_7 = "http://json-schema.org/draft-07/schema#";
        let part = json!({"$id": "urn:part", "$schema": draft_7, "format": "email"});
        let asserted = json!({"$ref": "urn:part", "$defs": {"part": part}});
        let expected = " format must have the format email";
        assert_eq!(faults(&asserted, &json!("no")), [expected]);
    }

    #[test]
    fn a_near_miss_is_suggested() {
        let schema = json!({"properties": {"name": {}}, "additionalProperties": false});
        let compiled = Compiled::new(schema).expect("a schema");
        let faults = compiled.faults(&json!({"nmae": 1})).faults;
        assert_eq!(faults[0].suggestion.as_deref(), Some("name"));
    }

    #[test]
    fn a_reference_beyond_the_schema_is_refused() {
        assert!(Compiled::new(json!({"$ref": "https://example.com/schema.json"})).is_err());
        assert!(Compiled::new(json!({"type": "strin"})).is_err());
    }
}
