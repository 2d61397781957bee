//! Data as a person reads it: lists as tables, an object as names and values.

use serde_json::{Map, Value};

use crate::Text;

/// How many columns are taken where none are declared.
const COLUMNS: usize = 6;

/// The data as text. Columns: those declared, or the first scalar members.
pub(super) fn of(data: &Value, columns: &[Text], heading: impl Fn(&str) -> String) -> String {
    match data {
        Value::Object(object) => match object.get("items") {
            Some(Value::Array(items)) => list(items, columns, heading),
            _ => members(object, heading),
        },
        Value::Array(items) => list(items, columns, heading),
        scalar => cell(scalar),
    }
}

fn list(items: &[Value], declared: &[Text], heading: impl Fn(&str) -> String) -> String {
    let Some(first) = items.first() else { return "nothing".to_owned() };
    let Value::Object(first) = first else {
        return items.iter().map(cell).collect::<Vec<_>>().join("\n");
    };
    let columns: Vec<&str> = match declared {
        [] => scalars(first).take(COLUMNS).collect(),
        declared => declared.iter().map(AsRef::as_ref).collect(),
    };
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| columns.iter().map(|name| item.get(name).map_or(String::new(), cell)).collect())
        .collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            let cells = rows.iter().map(|row| width(&row[at]));
            cells.chain([width(columns[at])]).max().unwrap_or_default()
        })
        .collect();
    let titles: Vec<String> = columns.iter().map(|name| name.to_uppercase()).collect();
    let mut lines = vec![heading(&line(&titles, &widths))];
    lines.extend(rows.iter().map(|row| line(row, &widths)));
    lines.join("\n")
}

fn scalars(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let scalar = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
    object.iter().filter(move |(_, value)| scalar(value)).map(|(name, _)| name.as_str())
}

fn members(object: &Map<String, Value>, heading: impl Fn(&str) -> String) -> String {
    let widest = object.keys().map(|name| width(name)).max().unwrap_or_default();
    let lines = object.iter().map(|(name, value)| {
        let pad = " ".repeat(widest - width(name));
        // What has a structure of its own is shown below its name.
        let text = match value {
            Value::Array(_) | Value::Object(_) => serde_json::to_string_pretty(value)
                .unwrap_or_default()
                .replace('\n', &format!("\n{}", " ".repeat(widest + 2))),
            scalar => cell(scalar),
        };
        format!("{}{pad}  {text}", heading(name)).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, most)| {
        let pad = " ".repeat(most.saturating_sub(width(cell)));
        format!("{cell}{pad}")
    });
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // A table has one line for each row, and nothing in it moves the cursor.
        Value::String(text) => text
            .chars()
            .map(|character| if character.is_control() { ' ' } else { character })
            .collect(),
        other => other.to_string(),
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_becomes_lines() {
        let plain = |text: &str| text.to_owned();
        for (data, columns, expected) in [
            (json!(3), &[][..], "3"),
            (json!(null), &[], ""),
            (json!({"items": []}), &[], "nothing"),
            (json!({"items": ["a", 1]}), &[], "a\n1"),
            (
                json!({"items": [{"name": "a", "deep": {}, "n": 10}, {"name": "long\n", "n": 2}]}),
                &[],
                "NAME   N\na      10\nlong   2",
            ),
            (json!([{"a": 1, "b": 2}]), &["b".into()], "B\n2"),
            (json!({"a": 1, "list": [1]}), &[], "a     1\nlist  [\n        1\n      ]"),
        ] {
            assert_eq!(of(&data, columns, plain), expected, "{data}");
        }
    }
}
