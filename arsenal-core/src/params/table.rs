//! The static table: which fields a struct has, and what the declaration says of each.
//!
//! Everything here is constant data that the derive emits. Readers: the schema, the decoder's
//! checks, the walker that tells refusals, the coercion of strings, and every listing.

use std::any::TypeId;

use super::{Constraints, Literal, Shape};
use crate::fault::Invalid;

/// Decodes one JSON text and runs a function of the author's on it.
pub type Check = fn(&str) -> Result<(), Invalid>;

/// A struct of parameters.
#[derive(Debug)]
pub struct StructSpec {
    /// Which type this is the table of: two types may look alike, and the compiler may copy a
    /// table.
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

/// How a list is written in a query string or on a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListStyle {
    /// The name once per element (OpenAPI: form, explode).
    #[default]
    Repeat,
    /// The name once, the elements between commas (form, no explode). In the string that a
    /// transport hands over, a comma of an element's own stands behind a backslash, and so does a
    /// backslash; in a query string such a comma is percent-encoded.
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

impl FieldRole {
    /// As schemas tell it, under `x-arsenal-role`; `None` for a plain field.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Sort => Some("sort"),
            Self::PageSize => Some("page_size"),
            Self::PageToken => Some("page_token"),
        }
    }
}
