//! Enums of words: what `#[derive(Choice)]` says, and what follows from it.

use std::fmt;

use schemars::Schema;
use serde::de::Deserializer;

use super::{ChoiceSpec, generated};
use crate::suggest::nearest;

/// An enum whose variants are words; implemented by `#[derive(Choice)]`.
pub trait Words: Sized + Send + Sync + 'static {
    /// The words, in declaration order.
    const SPEC: &'static ChoiceSpec;

    /// The variant at a place of the list.
    fn at(place: usize) -> Option<Self>;

    /// The variant's place in the list.
    fn place(&self) -> usize;

    /// Every variant, in declaration order.
    fn all() -> impl Iterator<Item = Self> {
        (0..Self::SPEC.words.len()).filter_map(Self::at)
    }
}

/// The variant's word.
pub fn word<T: Words>(value: &T) -> &'static str {
    T::SPEC.words.get(value.place()).map_or("", |choice| choice.word)
}

/// Decodes a word, or another word that is taken for it.
///
/// # Errors
///
/// The deserializer's own error; a word that is not in the list.
pub fn decode_word<'de, T: Words, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let place = generated::choice(deserializer, T::SPEC)?;
    T::at(place).ok_or_else(|| serde::de::Error::custom("not one of the words"))
}

/// Reads a word, or another word that is taken for it.
///
/// # Errors
///
/// The text is not in the list.
pub fn parse_word<T: Words>(text: &str) -> Result<T, UnknownWord> {
    let place = T::SPEC.position(text);
    place.and_then(T::at).ok_or_else(|| UnknownWord { word: text.to_owned(), spec: T::SPEC })
}

/// The schema of an enum of words, as the answer of an operation publishes it.
#[must_use]
pub fn words_schema(spec: &'static ChoiceSpec) -> Schema {
    let words: Vec<&str> = spec.words.iter().map(|choice| choice.word).collect();
    let mut schema = schemars::json_schema!({ "type": "string", "enum": words });
    if !spec.doc.is_empty() {
        schema.insert("description".to_owned(), spec.doc.into());
    }
    schema
}

/// A text that is none of an enum's words.
#[derive(Debug, Clone)]
pub struct UnknownWord {
    word: String,
    spec: &'static ChoiceSpec,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.spec.words.iter().map(|choice| choice.word).collect();
        write!(f, "`{}` is not one of `{}`", self.word, words.join("`, `"))?;
        match nearest(&self.word, words.iter().copied()) {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownWord {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    /// How sure.
    #[derive(Debug, PartialEq, Choice)]
    #[choice(crate = arsenal_core)]
    enum Answer {
        /// It is so.
        #[choice(alias = "aye")]
        Yes,
        /// It may be so.
        Perhaps,
    }

    #[test]
    fn a_word_is_read_by_any_of_its_names_and_written_by_its_own() {
        let cases = [
            ("yes", Ok(Answer::Yes)),
            ("aye", Ok(Answer::Yes)),
            ("perhaps", Ok(Answer::Perhaps)),
            ("perhabs", Err("`perhabs` is not one of `yes`, `perhaps`; did you mean `perhaps`?")),
            ("Q", Err("`Q` is not one of `yes`, `perhaps`")),
        ];
        for (text, expected) in cases {
            let read = parse_word::<Answer>(text).map_err(|unknown| unknown.to_string());
            assert_eq!(read, expected.map_err(str::to_owned));
        }
        let words: Vec<_> = Answer::all().map(|answer| word(&answer)).collect();
        assert_eq!(words, ["yes", "perhaps"]);
    }

    #[test]
    fn the_schema_of_an_answer_lists_the_words_that_are_written() {
        let schema = words_schema(Answer::SPEC).to_value();
        let expected = serde_json::json!(
            {"type": "string", "enum": ["yes", "perhaps"], "description": "How sure."}
        );
        assert_eq!(schema, expected);
        let silent = ChoiceSpec { name: "", doc: "", words: &[] };
        let schema = words_schema(Box::leak(Box::new(silent))).to_value();
        assert_eq!(schema, serde_json::json!({"type": "string", "enum": []}));
    }
}
