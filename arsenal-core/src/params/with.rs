//! Three ways for a field's type to be read: by itself, by serde, or by a type that stands for it.
//!
//! The derive emits the same code for each; only the first type parameter differs.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::{Constraints, ForeignSpec, Literal, Param, Shape};
use crate::schema::foreign;

/// Reads and writes a `T` for a field: `#[param(with = …)]` names a type that does.
pub trait ParamWith<T>: 'static {
    /// The JSON that a `T` takes here.
    const SHAPE: &'static Shape;

    /// Reads one value.
    ///
    /// # Errors
    ///
    /// The deserializer's own error.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// As [`Self::decode`], for a field with limits: what the type rounds is judged as it was
    /// written.
    ///
    /// # Errors
    ///
    /// The deserializer's own error; a value that breaks a limit.
    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<T, D::Error> {
        let _ = constraints;
        Self::decode(deserializer)
    }

    /// Writes the value as [`Self::decode`] reads it.
    ///
    /// # Errors
    ///
    /// The serializer's own error.
    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;

    /// The value of an absent field, where absence has one.
    fn absent() -> Option<T> {
        None
    }

    /// Whether the value is the one of an absent field.
    fn is_absent(value: &T) -> bool {
        let _ = value;
        false
    }

    /// The value of a literal default.
    fn literal(literal: &Literal) -> Option<T> {
        Self::decode(&mut serde_json::Deserializer::from_str(&literal.json())).ok()
    }

    /// Whether the value keeps the field's constraints.
    fn fits(value: &T, constraints: &Constraints) -> bool {
        let _ = (value, constraints);
        true
    }
}

/// The ordinary way: the type is a [`Param`] and speaks for itself.
#[derive(Debug)]
pub struct Own;

impl<T: Param> ParamWith<T> for Own {
    const SHAPE: &'static Shape = T::SHAPE;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<T, D::Error> {
        T::decode_within(deserializer, constraints)
    }

    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.encode(serializer)
    }

    fn absent() -> Option<T> {
        T::absent()
    }

    fn is_absent(value: &T) -> bool {
        value.is_absent()
    }

    fn literal(literal: &Literal) -> Option<T> {
        T::literal(literal)
    }

    fn fits(value: &T, constraints: &Constraints) -> bool {
        value.fits(constraints)
    }
}

/// `#[param(foreign)]`: a type of another crate, by its serde and schemars implementations.
///
/// The schema is schemars' own, and the value is checked against it as well as decoded, since
/// the two may disagree and the published schema wins.
#[derive(Debug)]
pub struct Foreign;

#[diagnostic::do_not_recommend]
impl<T> ParamWith<T> for Foreign
where
    T: DeserializeOwned + Serialize + JsonSchema + Send + Sync + 'static,
{
    const SHAPE: &'static Shape =
        &Shape::Foreign(&ForeignSpec { schema: foreign::schema::<T>, check: foreign::check::<T> });

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        foreign::decode(deserializer)
    }

    fn encode<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    fn absent() -> Option<T> {
        foreign::absent()
    }

    fn is_absent(value: &T) -> bool {
        foreign::is_absent(value)
    }
}

/// Decodes a value by way of `W`, in a map or a sequence.
pub(crate) struct Seed<W, T>(PhantomData<fn() -> (W, T)>);

impl<W, T> Seed<W, T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, W: ParamWith<T>, T> DeserializeSeed<'de> for Seed<W, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        W::decode(deserializer)
    }
}

/// As [`Seed`], within the limits of the field.
pub(crate) struct SeedWithin<'c, W, T> {
    constraints: &'c Constraints,
    of: PhantomData<fn() -> (W, T)>,
}

impl<'c, W, T> SeedWithin<'c, W, T> {
    pub(crate) const fn new(constraints: &'c Constraints) -> Self {
        Self { constraints, of: PhantomData }
    }
}

impl<'de, W: ParamWith<T>, T> DeserializeSeed<'de> for SeedWithin<'_, W, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        W::decode_within(deserializer, self.constraints)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::{Deserialize, Error};
    use serde_json::Deserializer as Json;

    use super::*;
    use crate::params::Bound;

    /// Numbers as text in base 16: says no more than it has to.
    struct Hex;

    impl ParamWith<u32> for Hex {
        const SHAPE: &'static Shape = String::SHAPE;

        fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
            let text = String::deserialize(deserializer)?;
            u32::from_str_radix(&text, 16).map_err(D::Error::custom)
        }

        fn encode<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("{value:x}"))
        }
    }

    #[test]
    fn what_stands_for_a_type_reads_and_writes_and_the_rest_follows() {
        let none_above_0 = Constraints {
            max: Some(Bound { value: Literal::Int(0), exclusive: false }),
            ..Constraints::NONE
        };
        let read = Hex::decode_within(&mut Json::from_str("\"ff\""), &none_above_0);
        assert_eq!(read.ok(), Some(255), "limits are its own to look at");
        assert!(Hex::fits(&255, &none_above_0), "likewise");
        assert_eq!(Hex::literal(&Literal::Text("ff")), Some(255));
        assert_eq!(Hex::literal(&Literal::Int(255)), None);
        assert_eq!((Hex::absent(), Hex::is_absent(&0)), (None, false));
    }

    #[test]
    fn a_foreign_value_that_may_be_absent_is_not_written() {
        type Way = Foreign;
        let written = |value: &Option<Vec<u8>>| {
            <Way as ParamWith<_>>::encode(value, serde_json::value::Serializer).ok()
        };
        assert_eq!(written(&Some(vec![1])), Some(serde_json::json!([1])));
        assert_eq!(<Way as ParamWith<Option<u8>>>::absent(), Some(None));
        assert_eq!(<Way as ParamWith<u8>>::absent(), None);
        assert!(<Way as ParamWith<_>>::is_absent(&None::<u8>));
        assert!(!<Way as ParamWith<_>>::is_absent(&Some(1)));
        // `null` is a value of it, and not the one of its absence.
        assert!(!<Way as ParamWith<_>>::is_absent(&serde_json::Value::Null));
    }
}
