//! A JSON Schema in words: its type, its bounds, and the tables of its fields.

use std::collections::BTreeMap;
use std::fmt::{Result, Write as _};

use serde_json::Value;

use super::page::{one_line, text};

/// A pattern that is longer tells a reader nothing; the description does.
const PATTERN_MAX: usize = 60;

/// The schema's fields under a title, and what is said of one that need not be there.
pub(super) fn render_fields(words: [&str; 2], schema: &Value, page: &mut String) -> Result {
    let [title, optional] = words;
    let Some(fields) = schema["properties"].as_object().filter(|fields| !fields.is_empty()) else {
        return Ok(());
    };
    writeln!(page, "\n| {title} | Type | |\n|---|---|---|")?;
    let required: Vec<&Value> = schema["required"].as_array().into_iter().flatten().collect();
    for (name, field) in fields {
        let note = match &field["default"] {
            Value::Null if required.contains(&&Value::from(name.as_str())) => String::new(),
            Value::Null => optional.to_owned(),
            default => format!("Default `{default}`."),
        };
        let notes = [note, one_line(text(field, "description")), bounds(field)];
        let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
        writeln!(page, "| `{name}` | {} | {} |", kind(field), notes.join(" "))?;
    }
    Ok(())
}

/// The types that the operations' parameters and answers name, by name.
pub(super) fn types(operations: &[Value]) -> BTreeMap<&str, &Value> {
    let schemas = operations.iter().flat_map(|op| [&op["input_schema"], &op["output_schema"]]);
    let named = schemas.filter_map(|schema| schema["$defs"].as_object()).flatten();
    named.map(|(name, schema)| (name.as_str(), schema)).collect()
}

/// A type under a heading that the tables link to.
pub(super) fn render_type(name: &str, schema: &Value, page: &mut String) -> Result {
    writeln!(page, "\n### {name}\n\n{}", text(schema, "description"))?;
    let variants: Vec<&Value> = schema["oneOf"].as_array().into_iter().flatten().collect();
    if !variants.is_empty() && variants.iter().all(|variant| variant["const"].is_string()) {
        writeln!(page, "\n| Value | |\n|---|---|")?;
        for variant in variants {
            writeln!(page, "| {} | {} |", kind(variant), one_line(text(variant, "description")))?;
        }
        return Ok(());
    }
    for variant in variants {
        writeln!(page, "\n{}", text(variant, "description"))?;
        render_fields(["Field", "May be absent."], variant, page)?;
    }
    if schema["properties"].is_object() {
        return render_fields(["Field", "May be absent."], schema, page);
    }
    if schema["oneOf"].is_null() {
        let words = if schema["enum"].is_array() { "One of" } else { "Written as" };
        let sentence = format!("{words}: {}. {}", kind(schema), bounds(schema));
        writeln!(page, "\n{}", sentence.trim())?;
    }
    Ok(())
}

/// A schema's type in a word or two.
fn kind(schema: &Value) -> String {
    let one_of = |key: &str| {
        let of: Vec<String> = schema[key].as_array()?.iter().map(kind).collect();
        Some(of.join(" or "))
    };
    let values = schema["enum"].as_array().map(|values| {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        values.join(", ")
    });
    let constant = (!schema["const"].is_null()).then(|| format!("`{}`", schema["const"]));
    let reference = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    let word = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        name => name.to_owned(),
    };
    let named = match &schema["type"] {
        Value::String(name) => Some(word(name)),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().filter_map(Value::as_str).map(word).collect();
            Some(names.join(" or "))
        }
        _ => None,
    };
    values
        .or(constant)
        .or_else(|| reference.map(|name| format!("[{name}](#{})", name.to_lowercase())))
        .or(named)
        .or_else(|| one_of("anyOf"))
        .or_else(|| one_of("oneOf"))
        .unwrap_or_else(|| "any".to_owned())
}

/// What else a value must keep to, in sentences.
fn bounds(schema: &Value) -> String {
    // Where a number has no sign, that it is not below nothing is said by its type.
    let unsigned = text(schema, "format").starts_with("uint") && schema["minimum"] == 0;
    let least = if unsigned { &Value::Null } else { &schema["minimum"] };
    let pattern = text(schema, "pattern");
    let length = match pattern {
        "" => range("Characters", [&schema["minLength"], &schema["maxLength"]]),
        // A pattern says it, too.
        _ => None,
    };
    let shown = !pattern.is_empty() && pattern.len() <= PATTERN_MAX;
    let bounds = [
        range("Value", [least, &schema["maximum"]]),
        length,
        range("Items", [&schema["minItems"], &schema["maxItems"]]),
        (schema["uniqueItems"] == true).then(|| "No two are alike.".to_owned()),
        shown.then(|| format!("Matches `{}`.", one_line(pattern))),
    ];
    bounds.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn range(what: &str, [least, most]: [&Value; 2]) -> Option<String> {
    match (least, most) {
        (Value::Null, Value::Null) => None,
        (least, Value::Null) => Some(format!("{what}: at least {least}.")),
        (Value::Null, most) => Some(format!("{what}: at most {most}.")),
        (least, most) => Some(format!("{what}: {least} to {most}.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_is_a_word_or_two() {
        let cases = [
            (json!({ "enum": ["a", 1] }), "`\"a\"`, `1`"),
            (json!({ "anyOf": [{ "$ref": "#/$defs/X" }, { "type": "null" }] }), "[X](#x) or null"),
            (json!({ "type": "array", "items": { "type": "integer" } }), "list of integer"),
            (json!({ "type": ["array", "null"], "items": {} }), "list of any or null"),
            (json!({ "type": "string", "const": "ok" }), "`\"ok\"`"),
            (json!(true), "any"),
        ];
        for (schema, expected) in cases {
            assert_eq!(kind(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn bounds_are_sentences() {
        let long = format!("^{}$", "a".repeat(PATTERN_MAX));
        let cases = [
            (json!({ "type": "string" }), ""),
            (json!({ "minimum": 1, "maximum": 64 }), "Value: 1 to 64."),
            (json!({ "minimum": 0.5 }), "Value: at least 0.5."),
            (json!({ "minimum": 0, "format": "uint64" }), ""),
            (json!({ "minimum": 0, "maximum": 9, "format": "uint8" }), "Value: at most 9."),
            (json!({ "minLength": 1, "maxLength": 255 }), "Characters: 1 to 255."),
            (
                json!({ "maxItems": 14, "uniqueItems": true }),
                "Items: at most 14. No two are alike.",
            ),
            (json!({ "minLength": 1, "pattern": "^a|b$" }), "Matches `^a\\|b$`."),
            (json!({ "minLength": 1, "maxLength": 64, "pattern": long }), ""),
        ];
        for (schema, expected) in cases {
            assert_eq!(bounds(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn a_type_is_shown_by_its_shape() {
        let object = json!({ "description": "A part.", "required": ["n"], "properties": {
            "n": { "type": "integer", "description": "How many.", "minimum": 1 },
            "whole": { "anyOf": [{ "$ref": "#/$defs/Whole" }, { "type": "null" }] },
        } });
        let words = json!({ "description": "A word.", "oneOf": [
            { "type": "string", "const": "yes", "description": "It is." },
        ] });
        let either = json!({ "description": "What came.", "oneOf": [
            { "description": "It was.", "required": ["status"], "properties": {
                "status": { "type": "string", "const": "ok" } } },
        ] });
        let choice = json!({ "description": "A choice.", "type": "string", "enum": ["a", "b"] });
        let text = json!({ "description": "A name.", "type": "string", "minLength": 1 });
        let cases = [
            (
                object,
                "A part.\n\n| Field | Type | |\n|---|---|---|\n\
                 | `n` | integer | How many. Value: at least 1. |\n\
                 | `whole` | [Whole](#whole) or null | May be absent. |\n",
            ),
            (words, "A word.\n\n| Value | |\n|---|---|\n| `\"yes\"` | It is. |\n"),
            (
                either,
                "What came.\n\nIt was.\n\n| Field | Type | |\n|---|---|---|\n\
                 | `status` | `\"ok\"` |  |\n",
            ),
            (choice, "A choice.\n\nOne of: `\"a\"`, `\"b\"`.\n"),
            (text, "A name.\n\nWritten as: string. Characters: at least 1.\n"),
        ];
        for (schema, expected) in cases {
            let mut page = String::new();
            render_type("Part", &schema, &mut page).expect("a String takes any text");
            assert_eq!(page, format!("\n### Part\n\n{expected}"), "{schema}");
        }
    }
}
