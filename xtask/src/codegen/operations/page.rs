//! Operations as Markdown: a table of contents, and each with its parameters and errors.

use std::fmt::Write as _;

use serde_json::Value;

/// The page of these descriptions, in the order of their names.
pub(super) fn render(operations: &[Value]) -> String {
    let mut page = String::from(
        "# Operations\n\n<!-- Written by `cargo xtask codegen` from the program; do not edit. -->\n\n\
         Each can be called by its own address below `/api/v1`, by \
         `POST /api/v1/operations/{name}/execute`, and by `arsenal call`.\n\n",
    );
    page.push_str(ABSENT);
    let mut categories: Vec<&str> = operations.iter().map(|op| text(op, "category")).collect();
    categories.sort_unstable();
    categories.dedup();
    for category in categories {
        writeln!(page, "\n## {category}").expect(INFALLIBLE);
        for operation in operations.iter().filter(|op| text(op, "category") == category) {
            render_operation(operation, &mut page).expect(INFALLIBLE);
        }
    }
    page
}

/// What somebody who knows another system looks for in vain.
const ABSENT: &str = "\
Some operations of other systems are not here, and will not be. A process is a Rust future: it has
no heap of its own, so there is nothing that `garbage_collect` could collect. Its code is part of
the program, so it can neither migrate to another one nor be hot reloaded: restart it, or start the
new program. Nodes that know each other, a cluster, are a subject of their own and come on their
own.
";

const INFALLIBLE: &str = "a String takes any text";

fn render_operation(op: &Value, page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n### {}\n\n{}", text(op, "name"), text(op, "summary"))?;
    if !text(op, "description").is_empty() {
        writeln!(page, "\n{}", text(op, "description"))?;
    }
    let idempotent = if op["idempotent"] == true { ", idempotent" } else { "" };
    writeln!(
        page,
        "\n`{} {}` · role {} · {}{idempotent}",
        text(op, "method"),
        text(op, "path"),
        text(op, "role"),
        text(op, "effect"),
    )?;
    if !text(op, "deprecated").is_empty() {
        writeln!(page, "\nDeprecated since {}.", text(op, "deprecated"))?;
    }
    render_fields(["Parameter", "Optional. "], &op["input_schema"], page)?;
    render_fields(["Answer", "May be absent. "], &op["output_schema"], page)?;
    render_errors(op, page)?;
    render_examples(op, page)
}

/// The schema's fields under a title, and what is said of one that need not be there.
fn render_fields(words: [&str; 2], schema: &Value, page: &mut String) -> std::fmt::Result {
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
            default => format!("Default `{default}`. "),
        };
        let doc = one_line(text(field, "description"));
        writeln!(page, "| `{name}` | {} | {} |", kind(field), format!("{note}{doc}").trim())?;
    }
    Ok(())
}

fn render_errors(op: &Value, page: &mut String) -> std::fmt::Result {
    let errors: Vec<&Value> = op["errors"].as_array().into_iter().flatten().collect();
    if errors.is_empty() {
        return Ok(());
    }
    writeln!(page, "\n| Error | Class | |\n|---|---|---|")?;
    for error in errors {
        let doc = one_line(text(error, "description"));
        writeln!(page, "| `{}` | {} | {doc} |", text(error, "code"), text(error, "class"))?;
    }
    Ok(())
}

fn render_examples(op: &Value, page: &mut String) -> std::fmt::Result {
    for example in op["examples"].as_array().into_iter().flatten() {
        let (name, params) = (text(example, "name"), &example["params"]);
        writeln!(page, "\nExample, {name}: `{params}`")?;
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
    let reference = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    let named = match &schema["type"] {
        Value::String(name) if name == "array" => {
            Some(format!("list of {}", kind(&schema["items"])))
        }
        Value::String(name) => Some(name.clone()),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            Some(names.join(" or "))
        }
        _ => None,
    };
    values
        .or_else(|| reference.map(str::to_owned))
        .or(named)
        .or_else(|| one_of("anyOf"))
        .or_else(|| one_of("oneOf"))
        .unwrap_or_else(|| "any".to_owned())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The text as a table's cell takes it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_is_shown_with_all_that_a_caller_needs() {
        let operation = json!({
            "name": "get_job", "category": "job", "summary": "Shows a job.", "role": "viewer",
            "effect": "read", "method": "GET", "path": "/jobs/{id}", "idempotent": true,
            "description": "More of it.",
            "input_schema": { "required": ["id"], "properties": {
                "id": { "type": "string", "description": "The job's\n id | key." },
                "wait": { "type": ["string", "null"], "default": "5s" },
                "parts": { "type": "array", "items": { "$ref": "#/$defs/Part" } },
            } },
            "output_schema": { "type": "object" },
            "errors": [{ "code": "NO_JOB", "class": "not_found", "description": "It is gone." }],
            "examples": [{ "name": "one", "params": { "id": "x" } }],
        });
        let page = render(&[operation]);
        let shown = page.split_once("## job\n").unwrap().1;
        let expected = "\n### get_job\n\nShows a job.\n\nMore of it.\n\n\
            `GET /jobs/{id}` · role viewer · read, idempotent\n\n\
            | Parameter | Type | |\n|---|---|---|\n\
            | `id` | string | The job's id \\| key. |\n\
            | `wait` | string or null | Default `\"5s\"`. |\n\
            | `parts` | list of Part | Optional. |\n\n\
            | Error | Class | |\n|---|---|---|\n\
            | `NO_JOB` | not_found | It is gone. |\n\n\
            Example, one: `{\"id\":\"x\"}`\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_type_is_a_word_or_two() {
        let cases = [
            (json!({ "enum": ["a", 1] }), "`\"a\"`, `1`"),
            (json!({ "anyOf": [{ "$ref": "#/$defs/X" }, { "type": "null" }] }), "X or null"),
            (json!({ "type": "array", "items": { "type": "integer" } }), "list of integer"),
            (json!(true), "any"),
        ];
        for (schema, expected) in cases {
            assert_eq!(kind(&schema), expected, "{schema}");
        }
    }
}
