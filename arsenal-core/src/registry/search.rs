//! Finds operations by words: ranked, and forgiving one typing error.

use std::sync::Arc;

use serde_json::Value;

use super::check::{beside, names};
use super::{Registered, Snapshot};
use crate::suggest::distance;

/// What a word in each place is worth.
const NAME_WHOLE: u32 = 100;
const NAME: u32 = 40;
const CATEGORY: u32 = 20;
const PARAMETER: u32 = 15;
const SUMMARY: u32 = 10;
const NEAR: u32 = 4;

/// The listed operations that fit every word, best first, then by name.
pub(super) fn search<'a>(snapshot: &'a Snapshot, words: &str) -> Vec<&'a Arc<Registered>> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<_> = snapshot
        .listed()
        .filter_map(|operation| Some((rank(operation, &words)?, operation)))
        .collect();
    // A stable sort keeps the order of names among equals.
    found.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    found.into_iter().map(|(_, operation)| operation).collect()
}

fn rank(operation: &Registered, words: &[String]) -> Option<u32> {
    let texts = Texts::of(operation);
    words.iter().map(|word| texts.worth(word)).try_fold(0, |sum, worth| Some(sum + worth?))
}

struct Texts {
    /// Its name, then its older names.
    names: Vec<String>,
    category: String,
    tags: String,
    doc: String,
    parameters: String,
}

impl Texts {
    fn of(operation: &Registered) -> Self {
        let spec = operation.spec();
        let names = std::iter::once(&spec.name).chain(spec.aliases.iter());
        Self {
            names: names.map(|name| name.to_lowercase()).collect(),
            category: spec.category.to_lowercase(),
            tags: spec.tags.join(" ").to_lowercase(),
            doc: spec.doc.to_lowercase(),
            parameters: parameters(operation).join(" ").to_lowercase(),
        }
    }

    fn worth(&self, word: &str) -> Option<u32> {
        let places = [
            (NAME_WHOLE, self.names.iter().any(|name| name == word)),
            (NAME, self.names.iter().any(|name| name.contains(word))),
            (CATEGORY, self.category.contains(word)),
            (CATEGORY, self.tags.contains(word)),
            (PARAMETER, self.parameters.contains(word)),
            (SUMMARY, self.doc.contains(word)),
        ];
        let worth: u32 = places.iter().filter(|(_, fits)| *fits).map(|(worth, _)| worth).sum();
        if worth > 0 { Some(worth) } else { self.near(word).then_some(NEAR) }
    }

    fn near(&self, word: &str) -> bool {
        let others = [&self.category, &self.tags, &self.parameters, &self.doc];
        let all = self.names.iter().chain(others);
        let parts = all.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let within = usize::from(word.chars().count() > 3);
        parts
            .filter(|part| part.chars().count() > 3)
            .any(|part| distance(part.as_bytes(), word.as_bytes(), within).is_some())
    }
}

/// The names of the parameters, older ones too; of a dynamic operation those of its schema.
fn parameters(operation: &Registered) -> Vec<&str> {
    let Some(table) = operation.table() else {
        let properties = operation.input_schema().get("properties").and_then(Value::as_object);
        return properties
            .map_or_else(Vec::new, |known| known.keys().map(String::as_str).collect());
    };
    beside(table).into_iter().flat_map(names).collect()
}
