//! Types that are a text of some form on the wire: one decoder, one encoder, one macro.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

use super::types::text_fits;
use super::{Bound, Constraints, Literal, TextSpec};

/// A type that is written as text: what `param_as_text!` implements.
pub trait AsText: Sized {
    /// What the schema says of the text.
    const SPEC: &'static TextSpec;

    /// Whether [`AsText::parse`] admits nothing that the schema does not.
    const EXACT: bool = false;

    /// The value of a text.
    fn parse(text: &str) -> Option<Self>;

    /// The text of a value, as [`AsText::parse`] reads it; none where it has no such text.
    fn write(&self) -> Option<Cow<'_, str>>;

    /// The value as the number that [`TextSpec::magnitude`] makes of its text.
    fn magnitude(&self) -> Option<i128> {
        None
    }
}

/// Decodes a text.
///
/// # Errors
///
/// The deserializer's own error; a text of another form.
pub fn decode_text<'de, T: AsText, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor::<T>(PhantomData))
}

/// Encodes a text.
///
/// # Errors
///
/// The serializer's own error; a value that has no text.
pub fn encode_text<T: AsText, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match value.write() {
        Some(text) => serializer.serialize_str(&text),
        None => Err(serde::ser::Error::custom("the value cannot be written as text")),
    }
}

/// Whether the text is one of the type's.
#[must_use]
pub fn is_text<T: AsText>(text: &str) -> bool {
    T::parse(text).is_some()
}

/// The one way to write the text's value.
#[must_use]
pub fn canonical_text<T: AsText>(text: &str) -> Option<String> {
    T::parse(text).and_then(|value| value.write().map(Cow::into_owned))
}

/// Whether a value that is written as text keeps the constraints.
#[must_use]
pub fn written_text_fits<T: AsText>(value: &T, constraints: &Constraints) -> bool {
    let magnitude_fits = match (value.magnitude(), T::SPEC.magnitude) {
        (Some(value), Some(of)) => [constraints.min, constraints.max]
            .iter()
            .zip([Side::Least, Side::Greatest])
            .all(|(bound, side)| bound.is_none_or(|bound| side.admits(value, &bound, of))),
        _ => true,
    };
    magnitude_fits
        && (!has_text_constraint(constraints)
            || value.write().is_some_and(|text| text_fits(&text, constraints)))
}

fn has_text_constraint(constraints: &Constraints) -> bool {
    constraints.pattern.is_some()
        || constraints.min_len.is_some()
        || constraints.max_len.is_some()
        || !constraints.one_of.is_empty()
}

/// Which end of a range a bound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// `min`.
    Least,
    /// `max`.
    Greatest,
}

impl Side {
    /// Whether a magnitude is on the right side of a bound that is given as text.
    pub(crate) fn admits(self, value: i128, bound: &Bound, of: fn(&str) -> Option<i128>) -> bool {
        // A bound that cannot be read admits nothing: the registry has refused its declaration.
        let Literal::Text(text) = bound.value else { return false };
        of(text).is_some_and(|limit| match (self, bound.exclusive) {
            (Self::Least, false) => limit <= value,
            (Self::Least, true) => limit < value,
            (Self::Greatest, false) => value <= limit,
            (Self::Greatest, true) => value < limit,
        })
    }
}

struct TextVisitor<T>(PhantomData<fn() -> T>);

impl<T: AsText> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::SPEC.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let admitted = T::EXACT || T::SPEC.admits(text);
        admitted
            .then(|| T::parse(text))
            .flatten()
            .ok_or_else(|| E::custom(format_args!("not {}", T::SPEC.expected)))
    }
}

/// Lets a type with `FromStr` and `Display` stand as a parameter that is a text.
///
/// What a refusal calls it comes with its article. The pattern is published for clients, so it
/// should admit all that `FromStr` does; what it does not admit is refused here too.
///
/// ```
/// use std::{fmt, str::FromStr};
///
/// pub struct Sku(u32);
///
/// impl FromStr for Sku {
///     type Err = std::num::ParseIntError;
///
///     fn from_str(text: &str) -> Result<Self, Self::Err> {
///         text.trim_start_matches("sku-").parse().map(Self)
///     }
/// }
///
/// impl fmt::Display for Sku {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "sku-{}", self.0)
///     }
/// }
///
/// arsenal_core::param_as_text!(
///     Sku, "an article such as \"sku-12\"", pattern = "^sku-[0-9]{1,9}$"
/// );
/// ```
#[macro_export]
macro_rules! param_as_text {
    ($Type:ty, $expected:expr, pattern = $pattern:expr $(, format = $format:expr)? $(,)?) => {
        const _: () = {
            use $crate::__private as p;

            static PATTERN: p::Pattern = p::Pattern::new($pattern);

            impl p::AsText for $Type {
                const SPEC: &'static p::TextSpec = &p::TextSpec {
                    expected: $expected,
                    $(format: p::Some($format),)?
                    pattern: p::Some(&PATTERN),
                    check: p::Some(p::is_text::<$Type>),
                    canonical: p::Some(p::canonical_text::<$Type>),
                    ..p::TextSpec::ANY
                };

                fn parse(text: &str) -> p::Option<Self> {
                    <Self as ::core::str::FromStr>::from_str(text).ok()
                }

                fn write(&self) -> p::Option<p::Cow<'_, str>> {
                    p::Some(p::Cow::Owned(::std::string::ToString::to_string(self)))
                }
            }

            $crate::param_of_text!($Type);

            impl p::Textual for $Type {}
        };
    };
}

/// The traits of a parameter for a type that has [`AsText`].
#[doc(hidden)]
#[macro_export]
macro_rules! param_of_text {
    ($Type:ty) => {
        const _: () = {
            use $crate::__private as p;

            impl p::Param for $Type {
                const SHAPE: &'static p::Shape = &p::Shape::Text(<$Type as p::AsText>::SPEC);

                fn decode<'de, D: p::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> p::Result<Self, D::Error> {
                    p::decode_text(deserializer)
                }

                fn encode<S: p::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> p::Result<S::Ok, S::Error> {
                    p::encode_text(self, serializer)
                }

                fn literal(literal: &p::Literal) -> p::Option<Self> {
                    match literal {
                        p::Literal::Text(text) => <Self as p::AsText>::parse(text),
                        _ => p::None,
                    }
                }

                fn fits(&self, constraints: &p::Constraints) -> bool {
                    p::written_text_fits(self, constraints)
                }
            }
        };
    };
}

/// Lets a type of the author's own stand as a parameter by its serde and schemars
/// implementations.
///
/// ```
/// #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
/// #[serde(transparent)]
/// pub struct Weight(f64);
///
/// arsenal_core::param_via_serde!(Weight);
/// ```
#[macro_export]
macro_rules! param_via_serde {
    ($Type:ty) => {
        const _: () = {
            use $crate::__private as p;

            impl p::Param for $Type {
                const SHAPE: &'static p::Shape = <p::Foreign as p::ParamWith<$Type>>::SHAPE;

                fn decode<'de, D: p::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> p::Result<Self, D::Error> {
                    <p::Foreign as p::ParamWith<$Type>>::decode(deserializer)
                }

                fn encode<S: p::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> p::Result<S::Ok, S::Error> {
                    <p::Foreign as p::ParamWith<$Type>>::encode(self, serializer)
                }

                fn absent() -> p::Option<Self> {
                    <p::Foreign as p::ParamWith<$Type>>::absent()
                }

                fn is_absent(&self) -> bool {
                    <p::Foreign as p::ParamWith<$Type>>::is_absent(self)
                }
            }
        };
    };
}

#[cfg(test)]
mod tests {
    use std::num::ParseIntError;
    use std::str::FromStr;

    use serde_json::Deserializer;

    use super::*;
    use crate::params::{Own, Param, ParamWith, Shape};

    /// An article.
    #[derive(Debug, PartialEq)]
    struct Sku(u32);

    impl FromStr for Sku {
        type Err = ParseIntError;

        fn from_str(text: &str) -> Result<Self, ParseIntError> {
            text.trim_start_matches("sku-").parse().map(Self)
        }
    }

    impl fmt::Display for Sku {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "sku-{}", self.0)
        }
    }

    crate::param_as_text!(Sku, "an article", pattern = "^sku-[0-9]{1,9}$", format = "sku");

    /// A weight, by its own serde and schemars implementations.
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    #[serde(transparent)]
    struct Weight(Option<u32>);

    crate::param_via_serde!(Weight);

    /// What has no text.
    struct Silent;

    impl AsText for Silent {
        const SPEC: &'static TextSpec = &TextSpec::ANY;

        fn parse(_text: &str) -> Option<Self> {
            Some(Self)
        }

        fn write(&self) -> Option<Cow<'_, str>> {
            None
        }
    }

    fn read<T: Param>(text: &str) -> Result<T, String> {
        Own::decode(&mut Deserializer::from_str(text)).map_err(|error| error.to_string())
    }

    fn written<T: Param>(value: &T) -> String {
        value.encode(serde_json::value::Serializer).expect("it can be written").to_string()
    }

    #[test]
    fn a_type_that_is_read_and_shown_as_text_stands_as_one() {
        let cases = [
            ("\"sku-12\"", Ok(Sku(12))),
            // `FromStr` takes it, and the published pattern does not.
            ("\"12\"", Err("not an article")),
            ("\"sku-x\"", Err("not an article")),
            ("12", Err("invalid type: integer `12`, expected an article")),
        ];
        for (text, expected) in cases {
            let read = read::<Sku>(text);
            match expected {
                Ok(value) => assert_eq!(read, Ok(value)),
                Err(reason) => {
                    let said = read.expect_err(reason);
                    assert!(said.starts_with(reason), "{text}: {said}");
                }
            }
        }
        assert_eq!(written(&Sku(7)), "\"sku-7\"");
        assert_eq!(Sku::literal(&Literal::Text("sku-7")), Some(Sku(7)));
        assert_eq!(Sku::literal(&Literal::Int(7)), None);
        let Shape::Text(spec) = Sku::SHAPE else { panic!("{:?}", Sku::SHAPE) };
        assert_eq!((spec.expected, spec.format), ("an article", Some("sku")));
        let canonical = spec.canonical.expect("two texts may be one value");
        assert_eq!(canonical("sku-007").as_deref(), Some("sku-7"));
        assert_eq!(spec.check.map(|check| (check("sku-7"), check("sku-"))), Some((true, false)));
    }

    #[test]
    fn a_value_is_judged_by_the_text_that_it_is_written_as() {
        let longest = |max_len| Constraints { max_len: Some(max_len), ..Constraints::NONE };
        let only_7 = Constraints { one_of: &[Literal::Text("sku-7")], ..Constraints::NONE };
        let cases = [
            (Sku(7).fits(&longest(5)), true, "as long as it may be"),
            (Sku(77).fits(&longest(5)), false, "one too long"),
            (Sku(7).fits(&only_7), true, "in the list"),
            (Sku(8).fits(&only_7), false, "not in the list"),
            (written_text_fits(&Silent, &Constraints::NONE), true, "nothing to judge"),
            (written_text_fits(&Silent, &longest(5)), false, "no text to judge"),
        ];
        for (fits, expected, case) in cases {
            assert_eq!(fits, expected, "{case}");
        }
        let error = encode_text(&Silent, serde_json::value::Serializer).expect_err("no text");
        assert_eq!(error.to_string(), "the value cannot be written as text");
    }

    #[test]
    fn a_bound_is_read_as_the_type_reads_it_and_one_that_cannot_be_read_admits_nothing() {
        let number = |text: &str| text.parse().ok();
        let cases = [
            (Literal::Text("5"), [true, false, true, false]),
            (Literal::Text("4"), [true, true, false, false]),
            (Literal::Text("6"), [false, false, true, true]),
            (Literal::Text("five"), [false; 4]),
            (Literal::Int(5), [false; 4]),
        ];
        for (value, expected) in cases {
            let admits =
                |side: Side, exclusive| side.admits(5, &Bound { value, exclusive }, number);
            let found = [
                admits(Side::Least, false),
                admits(Side::Least, true),
                admits(Side::Greatest, false),
                admits(Side::Greatest, true),
            ];
            assert_eq!(found, expected, "{value:?}");
        }
    }

    #[test]
    fn a_type_that_stands_by_serde_is_absent_and_null_as_serde_says() {
        assert_eq!(read::<Weight>("7"), Ok(Weight(Some(7))));
        assert!(read::<Weight>("-7").is_err(), "its schema has no negative ones");
        assert_eq!(written(&Weight(Some(7))), "7");
        assert_eq!(Weight::absent(), Some(Weight(None)));
        assert!(Weight(None).is_absent() && !Weight(Some(7)).is_absent());
        assert!(matches!(Weight::SHAPE, Shape::Foreign(_)));
    }
}
