//! Types around another: `Option` and `Box`.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde::ser::Serializer;

use super::super::with::{Own, Seed, SeedWithin};
use super::super::{Bounded, Constraints, Lengthy, Literal, Param, Shape, Textual};

/// Absent and `null` are one thing, `None`, unless the inner type has a value for `null`: in
/// `Option<Option<T>>` absence is `None` and `null` is `Some(None)`.
impl<T: Param> Param for Option<T> {
    const SHAPE: &'static Shape = &Shape::Nullable(T::SHAPE);

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor(Seed::<Own, T>::new()))
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OptionVisitor(SeedWithin::<Own, T>::new(constraints)))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.encode(serializer),
            None => serializer.serialize_none(),
        }
    }

    #[inline]
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn null() -> Option<Self> {
        Some(T::null())
    }

    fn literal(literal: &Literal) -> Option<Self> {
        T::literal(literal).map(Some)
    }

    #[inline]
    fn fits(&self, constraints: &Constraints) -> bool {
        self.as_ref().is_none_or(|value| value.fits(constraints))
    }
}

impl<T: Bounded> Bounded for Option<T> {}
impl<T: Lengthy> Lengthy for Option<T> {}
impl<T: Textual> Textual for Option<T> {}

/// The value by a seed, unless it is `null`.
struct OptionVisitor<S>(S);

impl<'de, T, S> Visitor<'de> for OptionVisitor<S>
where
    T: Param,
    S: DeserializeSeed<'de, Value = T>,
{
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(T::null())
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(T::null())
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}

impl<T: Param> Param for Box<T> {
    const SHAPE: &'static Shape = T::SHAPE;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode(deserializer).map(Box::new)
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        T::decode_within(deserializer, constraints).map(Box::new)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::encode(self, serializer)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Box::new)
    }

    fn is_absent(&self) -> bool {
        T::is_absent(self)
    }

    fn null() -> Option<Self> {
        T::null().map(Box::new)
    }

    fn literal(literal: &Literal) -> Option<Self> {
        T::literal(literal).map(Box::new)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        T::fits(self, constraints)
    }
}

impl<T: Bounded> Bounded for Box<T> {}
impl<T: Lengthy> Lengthy for Box<T> {}
impl<T: Textual> Textual for Box<T> {}
