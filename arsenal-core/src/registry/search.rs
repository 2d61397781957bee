//! Finds operations by words: ranked, and forgiving one typing error.

use std::sync::Arc;

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
    name: String,
    category: String,
    doc: String,
    parameters: String,
}

impl Texts {
    fn of(operation: &Registered) -> Self {
        let spec = operation.spec();
        let fields = operation.table().map_or(&[][..], |table| table.fields);
        let parameters = fields.iter().map(|field| field.name).collect::<Vec<_>>().join(" ");
        Self {
            name: spec.name.to_lowercase(),
            category: spec.category.to_lowercase(),
            doc: spec.doc.to_lowercase(),
            parameters: parameters.to_lowercase(),
        }
    }

    fn worth(&self, word: &str) -> Option<u32> {
        let places = [
            (NAME_WHOLE, self.name == word),
            (NAME, self.name.contains(word)),
            (CATEGORY, self.category.contains(word)),
            (PARAMETER, self.parameters.contains(word)),
            (SUMMARY, self.doc.contains(word)),
        ];
        let worth: u32 = places.iter().filter(|(_, fits)| *fits).map(|(worth, _)| worth).sum();
        if worth > 0 { Some(worth) } else { self.near(word).then_some(NEAR) }
    }

    fn near(&self, word: &str) -> bool {
        let all = [&self.name, &self.category, &self.parameters, &self.doc];
        let parts = all.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let within = usize::from(word.chars().count() > 3);
        parts
            .filter(|part| part.chars().count() > 3)
            .any(|part| distance(part.as_bytes(), word.as_bytes(), within).is_some())
    }
}
