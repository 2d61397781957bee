//! What a fault says: one place for the walker and for the schemas of dynamic operations.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::Value;

use super::{Literal, Shape};

type Text = Cow<'static, str>;

pub(crate) const REQUIRED: &str = "is required";
pub(crate) const UNKNOWN: &str = "is not a known field";
pub(crate) const DUPLICATE: &str = "is given twice";
pub(crate) const UNIQUE: &str = "must not hold the same item twice";
pub(crate) const ROUNDED: &str = "breaks a limit once it is rounded to 32 bits";

/// What a value of the shape is called, with its article.
pub(crate) fn must_be(shape: &Shape) -> Text {
    Cow::Borrowed(match shape.inner() {
        Shape::Bool => "must be a boolean",
        Shape::Integer { .. } => "must be an integer",
        Shape::Number { .. } => "must be a number",
        Shape::Text(spec) => return must_be_a(spec.expected),
        Shape::Choice(_) => "must be a string",
        Shape::List { .. } => "must be an array",
        Shape::Map { .. } | Shape::Struct(_) => "must be an object",
        Shape::Nullable(_) | Shape::Secret(_) | Shape::Any | Shape::Foreign(_) => "is not accepted",
    })
}

/// `must be a duration such as "5s"`.
pub(crate) fn must_be_a(expected: &'static str) -> Text {
    match expected {
        "a string" => Cow::Borrowed("must be a string"),
        expected => join(&["must be ", expected]),
    }
}

/// `must be at least 18`.
pub(crate) fn least(limit: &str) -> Text {
    join(&["must be at least ", limit])
}

/// `must be at most 100`.
pub(crate) fn most(limit: &str) -> Text {
    join(&["must be at most ", limit])
}

/// `must be more than 0`.
pub(crate) fn more(limit: &str) -> Text {
    join(&["must be more than ", limit])
}

/// `must be less than 1`.
pub(crate) fn less(limit: &str) -> Text {
    join(&["must be less than ", limit])
}

/// `must be a multiple of 5`.
pub(crate) fn multiple(of: &str) -> Text {
    join(&["must be a multiple of ", of])
}

/// `must match the pattern ^[a-z]+$`.
pub(crate) fn pattern(source: &str) -> Text {
    join(&["must match the pattern ", source])
}

/// `must have at least 3 characters`.
pub(crate) fn longer(limit: u64, unit: Unit) -> Text {
    join(&["must have at least ", Digits::default().write(signed(limit)), unit.noun(limit)])
}

/// `must have at most 10 characters`.
pub(crate) fn shorter(limit: u64, unit: Unit) -> Text {
    join(&["must have at most ", Digits::default().write(signed(limit)), unit.noun(limit)])
}

/// `must have exactly 3 items`.
pub(crate) fn exactly(n: u64, unit: Unit) -> Text {
    join(&["must have exactly ", Digits::default().write(signed(n)), unit.noun(n)])
}

/// `must be one of `a`, `b``.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = Cow<'a, str>>) -> Text {
    let mut text = String::from("must be one of ");
    for (at, word) in words.into_iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}`{word}`", if at == 0 { "" } else { ", " });
    }
    Cow::Owned(text)
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Of a text.
    Characters,
    /// Of a list.
    Items,
    /// Of a map.
    Entries,
}

impl Unit {
    const fn noun(self, n: u64) -> &'static str {
        match (self, n) {
            (Self::Characters, 1) => " character",
            (Self::Characters, _) => " characters",
            (Self::Items, 1) => " item",
            (Self::Items, _) => " items",
            (Self::Entries, 1) => " entry",
            (Self::Entries, _) => " entries",
        }
    }
}

/// A literal as a person reads it: a text without quotes.
pub(crate) fn plain(literal: &Literal) -> Cow<'static, str> {
    match literal {
        Literal::Text(text) => Cow::Borrowed(text),
        other => other.json(),
    }
}

/// A literal as data.
pub(crate) fn data(literal: &Literal) -> Value {
    match *literal {
        Literal::Bool(value) => Value::Bool(value),
        Literal::Text(text) => Value::from(text),
        Literal::Float(value) => Value::from(value),
        Literal::Int(value) => integer(value),
        Literal::Json(text) => serde_json::from_str(text).unwrap_or_default(),
    }
}

/// An integer as data; beyond 64 bits as the nearest float.
pub(crate) fn integer(value: i128) -> Value {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => Value::from(value),
        (_, Ok(value)) => Value::from(value),
        _ => Value::from(value as f64),
    }
}

/// A bound as text, without an allocation of its own.
pub(crate) fn with_plain<T>(literal: &Literal, say: impl FnOnce(&str) -> T) -> T {
    match literal {
        Literal::Int(value) => {
            let mut digits = Digits::default();
            match i64::try_from(*value) {
                Ok(value) => say(digits.write(value)),
                Err(_wide) => say(&value.to_string()),
            }
        }
        other => say(&plain(other)),
    }
}

/// The digits of an integer, on the stack.
#[derive(Default)]
pub(crate) struct Digits([u8; 20]);

impl Digits {
    /// The integer in decimal.
    pub(crate) fn write(&mut self, value: i64) -> &str {
        let mut left = value.unsigned_abs();
        let mut at = self.0.len();
        loop {
            at -= 1;
            self.0[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if value < 0 {
            at -= 1;
            self.0[at] = b'-';
        }
        std::str::from_utf8(&self.0[at..]).unwrap_or_default()
    }
}

fn join(parts: &[&str]) -> Text {
    Cow::Owned(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::Digits;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for value in [0, 7, 10, -1, 65_536, i64::MAX, i64::MIN] {
            assert_eq!(Digits::default().write(value), value.to_string());
        }
    }
}
