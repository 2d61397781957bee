//! What a schema's validator finds, in the codes, pointers and sentences of the table walker.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::fault::{BrokenConstraint, Fault, escape};
use crate::params::sentence::{self, Unit};
use crate::params::walk::near::nearest;

/// Adds the faults that one error stands for.
pub(super) fn tell(error: &ValidationError<'_>, schema: &Value, faults: &mut Vec<Fault>) {
    let at = error.instance_path().as_str();
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            faults.push(Fault::new(below(at, name), "required", sentence::REQUIRED));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            faults.extend(unexpected.iter().map(|name| unknown(error, schema, at, name)));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            alternatives(at, context, schema, faults);
        }
        Kind::PropertyNames { error: inner } => {
            let name = inner.instance().as_str().unwrap_or_default().to_owned();
            let mut told = Vec::new();
            tell(inner, schema, &mut told);
            for fault in &mut told {
                fault.pointer = below(at, &name);
            }
            faults.append(&mut told);
        }
        Kind::Type { kind } => faults.push(Fault::new(at, "type", must_be(kind))),
        Kind::UniqueItems => faults.push(Fault::new(at, "unique", sentence::UNIQUE)),
        kind => faults.push(constraint(kind, error).unwrap_or_else(|| other(kind, at))),
    }
}

/// Puts the faults into the order of the schema's properties; what it does not name comes last.
pub(super) fn order(schema: &Value, faults: &mut [Fault]) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let place = |fault: &Fault| {
        let first = fault.pointer.split('/').nth(1).unwrap_or_default();
        let name = first.replace("~1", "/").replace("~0", "~");
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
    faults: &mut Vec<Fault>,
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
        [one] => one.iter().for_each(|error| tell(error, schema, faults)),
        _ => faults.push(no_form(at, branches, schema)),
    }
}

fn no_form(at: &str, branches: &[Vec<ValidationError<'static>>], schema: &Value) -> Fault {
    let mut types = Vec::new();
    branches.iter().flatten().for_each(|error| tell(error, schema, &mut types));
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
