//! Which JSON a type takes.
//!
//! Constant data, as all of the static table: the derive puts it together from what the types
//! say of themselves.

use super::{Pattern, StructSpec};

/// The JSON that a type takes.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// A number without a fraction; `12.0` is one.
    Integer {
        /// The least value, inclusive.
        min: i128,
        /// The greatest value, inclusive.
        max: i128,
    },
    /// Any finite number.
    Number {
        /// The greatest magnitude that the type holds.
        magnitude_max: f64,
    },
    /// A string; the specification says which.
    Text(&'static TextSpec),
    /// One of a list of words.
    Choice(&'static ChoiceSpec),
    /// An array.
    List {
        /// Each element.
        item: &'static Shape,
        /// Whether two equal elements are refused.
        unique: bool,
        /// How many elements there must be, where the type fixes the number.
        len: Option<usize>,
    },
    /// An object with any keys of one kind.
    Map {
        /// Each key: a text, a choice or an integer in its decimal form.
        key: &'static Shape,
        /// Each value.
        value: &'static Shape,
    },
    /// An object with the fields of a table; a function, so that a type can hold itself.
    Struct(fn() -> &'static StructSpec),
    /// The inner shape, or `null`.
    Nullable(&'static Shape),
    /// The inner shape, never to be shown again.
    Secret(&'static Shape),
    /// Any JSON value.
    Any,
    /// A type of another crate, by its own serde and schemars implementations.
    Foreign(&'static ForeignSpec),
}

impl Shape {
    /// The shape without the `null` and the secrecy around it.
    #[must_use]
    pub const fn inner(&self) -> &Self {
        match self {
            Self::Nullable(inner) | Self::Secret(inner) => inner.inner(),
            shape => shape,
        }
    }

    /// Whether the type, or that of a list's items, keeps fewer digits than a text may have.
    #[must_use]
    pub const fn rounds(&self) -> bool {
        match self.inner() {
            Self::Number { magnitude_max } => *magnitude_max == f32::MAX as f64,
            Self::List { item, .. } => item.rounds(),
            _ => false,
        }
    }

    /// Whether a value of this shape must not appear in logs, audit or errors.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::Nullable(inner) => inner.is_secret(),
            _ => false,
        }
    }
}

/// A kind of text.
#[derive(Debug)]
pub struct TextSpec {
    /// What a refusal calls it, with its article: `a string`, `a duration such as "5s"`.
    pub expected: &'static str,
    /// The `format` keyword, an annotation for people and generators.
    pub format: Option<&'static str>,
    /// What the schema publishes and clients can run.
    pub pattern: Option<&'static Pattern>,
    /// The length in characters, inclusive.
    pub len: Option<(u64, u64)>,
    /// Whether the text is one of the type's, where the pattern cannot say all of it.
    pub check: Option<fn(&str) -> bool>,
    /// The one way to write the value, where a type takes several: two texts may be one value.
    pub canonical: Option<fn(&str) -> Option<String>>,
    /// The value as a number, for bounds that are given as text (`max = "60s"`).
    pub magnitude: Option<fn(&str) -> Option<i128>>,
}

impl TextSpec {
    /// Any string.
    pub const ANY: Self = Self {
        expected: "a string",
        format: None,
        pattern: None,
        len: None,
        check: None,
        canonical: None,
        magnitude: None,
    };

    /// Whether the schema admits the text.
    #[must_use]
    pub fn admits(&self, text: &str) -> bool {
        self.len_admits(text) && self.pattern.is_none_or(|pattern| pattern.is_match(text))
    }

    /// Whether the text is neither too short nor too long.
    pub(crate) fn len_admits(&self, text: &str) -> bool {
        self.len.is_none_or(|(min, max)| {
            let characters = text.chars().count() as u64;
            min <= characters && characters <= max
        })
    }
}

/// An enum of words, as `#[derive(Choice)]` emits it.
#[derive(Debug)]
pub struct ChoiceSpec {
    /// The type's name.
    pub name: &'static str,
    /// The type's doc comment.
    pub doc: &'static str,
    /// The words, in declaration order.
    pub words: &'static [Choice],
}

impl ChoiceSpec {
    /// The place of a word, or of the word that it stands for.
    #[must_use]
    pub fn position(&self, text: &str) -> Option<usize> {
        self.words.iter().position(|choice| choice.word == text || choice.aliases.contains(&text))
    }
}

/// One word of a [`ChoiceSpec`].
#[derive(Debug)]
pub struct Choice {
    /// The word on the wire.
    pub word: &'static str,
    /// Other words that are taken for it; published, since the schema says what is accepted.
    pub aliases: &'static [&'static str],
    /// The variant's doc comment.
    pub doc: &'static str,
}

/// A foreign type: how to get its schema, and what its schema and serde say of a value.
#[derive(Debug)]
pub struct ForeignSpec {
    /// Adds the type's schema to the generator and gives a reference to it, or the schema.
    pub schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    /// Checks one JSON text: pointers below it, a code and a sentence for each fault.
    pub check: fn(&str) -> Vec<crate::fault::Fault>,
}
