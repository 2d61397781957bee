//! Text without a meaning of its own: strings and single characters.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

use super::super::{Constraints, Lengthy, Literal, Param, Shape, TextSpec, Textual};

impl Param for String {
    const SHAPE: &'static Shape = &Shape::Text(&TextSpec::ANY);

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(StringVisitor)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    #[inline]
    fn literal(literal: &Literal) -> Option<Self> {
        match literal {
            Literal::Text(text) => Some((*text).to_owned()),
            _ => None,
        }
    }

    #[inline]
    fn fits(&self, constraints: &Constraints) -> bool {
        text_fits(self, constraints)
    }
}

impl Lengthy for String {}
impl Textual for String {}

impl Param for Box<str> {
    const SHAPE: &'static Shape = String::SHAPE;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::decode(deserializer).map(String::into_boxed_str)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        text_fits(self, constraints)
    }
}

impl Lengthy for Box<str> {}
impl Textual for Box<str> {}

impl Param for Cow<'static, str> {
    const SHAPE: &'static Shape = String::SHAPE;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::decode(deserializer).map(Cow::Owned)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    fn literal(literal: &Literal) -> Option<Self> {
        match literal {
            Literal::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        text_fits(self, constraints)
    }
}

impl Lengthy for Cow<'static, str> {}
impl Textual for Cow<'static, str> {}

impl Param for char {
    const SHAPE: &'static Shape = &Shape::Text(&TextSpec {
        expected: "a single character",
        len: Some((1, 1)),
        ..TextSpec::ANY
    });

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CharVisitor)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.encode_utf8(&mut [0; 4]))
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        text_fits(self.encode_utf8(&mut [0; 4]), constraints)
    }
}

impl Textual for char {}

struct StringVisitor;

impl Visitor<'_> for StringVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }
}

struct CharVisitor;

impl Visitor<'_> for CharVisitor {
    type Value = char;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a single character")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<char, E> {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(E::custom("not a single character")),
        }
    }
}

/// Whether a text keeps the constraints that texts have; bounds of magnitude are its type's.
#[inline]
pub(crate) fn text_fits(text: &str, constraints: &Constraints) -> bool {
    constraints.min_len.is_none_or(|min| is_long_enough(text, min))
        && constraints.max_len.is_none_or(|max| is_short_enough(text, max))
        && constraints.pattern.is_none_or(|pattern| pattern.is_match(text))
        && one_of(text, constraints)
}

/// Whether the field's list of values, if there is one, has the text.
#[inline]
pub(crate) fn one_of(text: &str, constraints: &Constraints) -> bool {
    constraints.one_of.is_empty()
        || constraints
            .one_of
            .iter()
            .any(|literal| matches!(literal, Literal::Text(value) if *value == text))
}

/// Characters, not bytes; a text has at most as many characters as bytes, and at least a quarter.
#[inline]
fn is_long_enough(text: &str, min: u64) -> bool {
    let bytes = text.len() as u64;
    bytes >= min && (bytes >= min.saturating_mul(4) || text.chars().count() as u64 >= min)
}

#[inline]
fn is_short_enough(text: &str, max: u64) -> bool {
    let bytes = text.len() as u64;
    bytes <= max || (bytes <= max.saturating_mul(4) && text.chars().count() as u64 <= max)
}
