//! The static table: which JSON a field takes, and what else the declaration says of it.
//!
//! Everything here is constant data that the derive emits. Readers: the schema, the decoder's
//! checks, the walker that tells refusals, the coercion of strings, and every listing.

use std::any::TypeId;
use std::borrow::Cow;
use std::cmp::Ordering;

use super::Pattern;
use crate::fault::Invalid;

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

/// Decodes one JSON text and runs a function of the author's on it.
pub type Check = fn(&str) -> Result<(), Invalid>;

/// A struct of parameters.
#[derive(Debug)]
pub struct StructSpec {
    /// Which type this is the table of: two types may look alike, and the compiler may copy a table.
    pub type_id: fn() -> TypeId,
    /// The type's name.
    pub name: &'static str,
    /// The type's doc comment.
    pub doc: &'static str,
    /// The fields, in declaration order.
    pub fields: &'static [FieldSpec],
    /// What to do with a key that no field has.
    pub unknown: UnknownFields,
    /// Decodes the JSON text and runs the rule over the whole struct, where there is one.
    pub rule: Option<Check>,
}

impl StructSpec {
    /// Whether the two are of one type.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.type_id)() == (other.type_id)()
    }
}

/// What to do with a key that no field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownFields {
    /// It is a fault.
    #[default]
    Refuse,
    /// It is skipped, and the schema allows it.
    Ignore,
}

/// One field.
#[derive(Debug)]
pub struct FieldSpec {
    /// The name on the wire.
    pub name: &'static str,
    /// Older names that are taken for it.
    pub aliases: &'static [&'static str],
    /// The doc comment.
    pub doc: &'static str,
    /// The JSON it takes, before the constraints.
    pub shape: &'static Shape,
    /// What its absence means.
    pub presence: Presence,
    /// The declared limits.
    pub constraints: Constraints,
    /// An example, as JSON text.
    pub example: Option<&'static str>,
    /// Why not to use it any more.
    pub deprecated: Option<&'static str>,
    /// The fields of its struct stand in the outer object.
    pub flatten: bool,
    /// How a list is written in a query string.
    pub style: ListStyle,
    /// What it does for a list of results.
    pub role: FieldRole,
    /// Decodes one JSON text and runs the custom validator, where there is one.
    pub check: Option<Check>,
}

impl FieldSpec {
    /// Whether a value must be given.
    #[must_use]
    pub fn required(&self) -> bool {
        match self.presence {
            Presence::ByType(absent_is_a_value) => !absent_is_a_value(),
            Presence::Default(_) => false,
        }
    }
}

/// What the absence of a field means.
#[derive(Debug, Clone, Copy)]
pub enum Presence {
    /// The type decides: the function tells whether absence is a value of it.
    ByType(fn() -> bool),
    /// The default stands in.
    Default(DefaultSpec),
}

/// A declared default.
#[derive(Debug, Clone, Copy)]
pub enum DefaultSpec {
    /// A literal.
    Literal(Literal),
    /// An expression, and the JSON that it encodes to.
    Computed(fn() -> Option<serde_json::Value>),
}

impl DefaultSpec {
    /// The default as JSON; `None` where an expression's value does not encode.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Literal(literal) => serde_json::from_str(&literal.json()).ok(),
            Self::Computed(value) => value(),
        }
    }
}

/// A literal of a declaration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `true`, `false`.
    Bool(bool),
    /// `10`, `-1`.
    Int(i128),
    /// `1.5`.
    Float(f64),
    /// `"5s"`.
    Text(&'static str),
    /// A list or an object, as JSON text.
    Json(&'static str),
}

impl Literal {
    /// The literal as JSON text.
    #[must_use]
    pub fn json(&self) -> Cow<'static, str> {
        match *self {
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(serde_json::Value::from(value).to_string()),
            Self::Text(text) => Cow::Owned(serde_json::Value::from(text).to_string()),
            Self::Json(text) => Cow::Borrowed(text),
        }
    }
}

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The value: a number, or a text for types such as durations.
    pub value: Literal,
    /// The value itself is outside.
    pub exclusive: bool,
}

/// The declared limits of a field.
#[derive(Debug, Clone, Copy)]
pub struct Constraints {
    /// The lower end.
    pub min: Option<Bound>,
    /// The upper end.
    pub max: Option<Bound>,
    /// Every value is a multiple of this.
    pub multiple_of: Option<Literal>,
    /// The least length: characters of a text, elements of a list, entries of a map.
    pub min_len: Option<u64>,
    /// The greatest length.
    pub max_len: Option<u64>,
    /// Two equal elements are refused.
    pub unique: bool,
    /// The text matches this.
    pub pattern: Option<&'static Pattern>,
    /// The `format` keyword: an annotation.
    pub format: Option<&'static str>,
    /// The only values.
    pub one_of: &'static [Literal],
}

impl Constraints {
    /// No limits.
    pub const NONE: Self = Self {
        min: None,
        max: None,
        multiple_of: None,
        min_len: None,
        max_len: None,
        unique: false,
        pattern: None,
        format: None,
        one_of: &[],
    };

    /// The range of an integer: the declared ends, where they are tighter than the type's.
    pub(crate) fn integer_range(&self, min: i128, max: i128) -> (Bound, Bound) {
        let end = |value| Bound { value: Literal::Int(value), exclusive: false };
        let is_tighter = |bound: &Bound, order: Ordering, of: i128| match bound.value {
            Literal::Int(value) => value.cmp(&of) != order,
            Literal::Float(value) => value.partial_cmp(&(of as f64)) != Some(order),
            _ => false,
        };
        let least = self.min.filter(|bound| is_tighter(bound, Ordering::Less, min));
        let most = self.max.filter(|bound| is_tighter(bound, Ordering::Greater, max));
        (least.unwrap_or(end(min)), most.unwrap_or(end(max)))
    }

    /// The range of a number: the declared ends, else the type's where it is less than `f64`'s.
    pub(crate) fn number_range(&self, magnitude_max: f64) -> (Option<Bound>, Option<Bound>) {
        let end = |value| Bound { value: Literal::Float(value), exclusive: false };
        let narrow = magnitude_max < f64::MAX;
        (
            self.min.or(narrow.then(|| end(-magnitude_max))),
            self.max.or(narrow.then(|| end(magnitude_max))),
        )
    }
}

/// How a list is written in a query string or on a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListStyle {
    /// The name once per element (OpenAPI: form, explode).
    #[default]
    Repeat,
    /// The name once, the elements between commas (form, no explode).
    Comma,
}

/// What a field does for a list of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldRole {
    /// Nothing special.
    #[default]
    Plain,
    /// The order of the results: field names, `-` before one for descending.
    Sort,
    /// How many results at most.
    PageSize,
    /// Where to go on.
    PageToken,
}
