//! The declared limits of a field, and the literals that they are made of.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Pattern;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_integers_is_the_declared_one_where_that_is_tighter_than_the_types() {
        let cases = [
            (Literal::Int(5), Literal::Int(5)),
            (Literal::Float(5.0), Literal::Float(5.0)),
            (Literal::Int(0), Literal::Int(0)),
            (Literal::Int(-1), Literal::Int(0)),
            (Literal::Float(-0.5), Literal::Int(0)),
            (Literal::Text("5"), Literal::Int(0)),
        ];
        for (value, expected) in cases {
            let min = Some(Bound { value, exclusive: true });
            let (least, most) = Constraints { min, ..Constraints::NONE }.integer_range(0, 255);
            assert_eq!(least.value, expected, "{value:?}");
            assert_eq!(most, Bound { value: Literal::Int(255), exclusive: false }, "{value:?}");
        }
    }

    #[test]
    fn a_range_of_numbers_has_ends_where_they_are_declared_or_the_type_is_narrow() {
        let end = |value| Some(Bound { value: Literal::Float(value), exclusive: false });
        let up_to_1 = Constraints { max: end(1.0), ..Constraints::NONE };
        assert_eq!(up_to_1.number_range(f64::MAX), (None, end(1.0)));
        assert_eq!(up_to_1.number_range(3.0), (end(-3.0), end(1.0)));
    }
}
