//! Enums of words: a plain list, with what each word means in the description.

use serde_json::{Map, Value};

use crate::params::{Choice, ChoiceSpec, Constraints, Literal};

/// The schema of a choice, narrowed by the field's own list.
pub(super) fn choice(spec: &ChoiceSpec, constraints: &Constraints) -> Map<String, Value> {
    let narrowed = constraints.one_of;
    let is_admitted =
        |choice: &&Choice| narrowed.is_empty() || narrowed.contains(&Literal::Text(choice.word));
    let admitted: Vec<_> = spec.words.iter().filter(is_admitted).collect();
    let mut words: Vec<Value> = admitted.iter().map(|choice| choice.word.into()).collect();
    let aliases = admitted.iter().flat_map(|choice| choice.aliases);
    words.extend(aliases.map(|alias| Value::from(*alias)));
    let mut schema = Map::new();
    let description = meanings(&admitted);
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), words.into());
    schema
}

/// A list of the words that have something said of them.
fn meanings(admitted: &[&Choice]) -> String {
    let mut lines = Vec::new();
    for choice in admitted {
        let doc = choice.doc.split_whitespace().collect::<Vec<_>>().join(" ");
        if !doc.is_empty() {
            lines.push(format!("- `{}`: {doc}", choice.word));
        }
        for alias in choice.aliases {
            lines.push(format!("- `{alias}`: the same as `{}`", choice.word));
        }
    }
    lines.join("\n")
}
