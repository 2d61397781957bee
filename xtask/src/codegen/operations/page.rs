//! Operations as Markdown: a table of all, each with its parameters and errors, and their types.

use std::fmt::{Result, Write as _};

use serde_json::Value;

use super::schema::{render_fields, render_type, types};

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
    render_overview(&categories, operations, &mut page).expect(INFALLIBLE);
    for category in categories {
        writeln!(page, "\n## {category}").expect(INFALLIBLE);
        for operation in operations.iter().filter(|op| text(op, "category") == category) {
            render_operation(operation, &mut page).expect(INFALLIBLE);
        }
    }
    page.push_str("\n## Types\n\nWhat parameters and answers are made of.\n");
    for (name, schema) in types(operations) {
        render_type(name, schema, &mut page).expect(INFALLIBLE);
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

/// Every operation in a line, by category.
fn render_overview(categories: &[&str], operations: &[Value], page: &mut String) -> Result {
    writeln!(
        page,
        "\n## All operations\n\n\
         | Category | Operation | Role | Effect | Calls of one caller | Time-out |\n\
         |---|---|---|---|---|---|"
    )?;
    for category in categories {
        for op in operations.iter().filter(|op| text(op, "category") == *category) {
            let (name, limits) = (text(op, "name"), &op["limits"]);
            let rate = limits["rate_limit"].as_str().unwrap_or("any number");
            let timeout = limits["timeout_ms"].as_u64();
            let timeout = timeout.map_or_else(|| "the program's".to_owned(), timeout_text);
            writeln!(
                page,
                "| [{category}](#{category}) | [{name}](#{name}) | {} | {} | {rate} | {timeout} |",
                text(op, "role"),
                text(op, "effect"),
            )?;
        }
    }
    Ok(())
}

fn timeout_text(ms: u64) -> String {
    if ms.is_multiple_of(1000) { format!("{} s", ms / 1000) } else { format!("{ms} ms") }
}

fn render_operation(op: &Value, page: &mut String) -> Result {
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
    render_fields(["Parameter", "Optional."], &op["input_schema"], page)?;
    render_fields(["Answer", "May be absent."], &op["output_schema"], page)?;
    render_errors(op, page)?;
    render_examples(op, page)
}

fn render_errors(op: &Value, page: &mut String) -> Result {
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

fn render_examples(op: &Value, page: &mut String) -> Result {
    for example in op["examples"].as_array().into_iter().flatten() {
        let (name, params) = (text(example, "name"), &example["params"]);
        writeln!(page, "\nExample, {name}: `{params}`")?;
    }
    Ok(())
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The text as a table's cell takes it.
pub(super) fn one_line(text: &str) -> String {
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
            "output_schema": { "type": "object", "$defs": { "Part": { "description": "A part." } } },
            "limits": { "timeout_ms": 1500, "rate_limit": "30 in 60s" },
            "errors": [{ "code": "NO_JOB", "class": "not_found", "description": "It is gone." }],
            "examples": [{ "name": "one", "params": { "id": "x" } }],
        });
        let page = render(&[operation]);
        let (overview, shown) = page.split_once("\n## job\n").unwrap();
        let row = "| [job](#job) | [get_job](#get_job) | viewer | read | 30 in 60s | 1500 ms |\n";
        assert!(overview.ends_with(&format!("|---|---|---|---|---|---|\n{row}")), "{overview}");
        let expected = "\n### get_job\n\nShows a job.\n\nMore of it.\n\n\
            `GET /jobs/{id}` · role viewer · read, idempotent\n\n\
            | Parameter | Type | |\n|---|---|---|\n\
            | `id` | string | The job's id \\| key. |\n\
            | `wait` | string or null | Default `\"5s\"`. |\n\
            | `parts` | list of [Part](#part) | Optional. |\n\n\
            | Error | Class | |\n|---|---|---|\n\
            | `NO_JOB` | not_found | It is gone. |\n\n\
            Example, one: `{\"id\":\"x\"}`\n\n\
            ## Types\n\nWhat parameters and answers are made of.\n\n\
            ### Part\n\nA part.\n\nWritten as: any.\n";
        assert_eq!(shown, expected);
    }
}
