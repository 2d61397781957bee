//! Decoding: one visitor for all structs, one for all choices.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::super::read::Skip;
use super::super::with::{Seed, SeedWithin};
use super::super::{ChoiceSpec, Constraints, Literal, ParamWith, Params, UnknownFields};

/// Puts the next value of the map into the slot: what the derive calls for each known key.
///
/// # Errors
///
/// The value does not decode, or the slot is taken: the key was given twice.
#[inline]
pub fn put<'de, W, T, A>(slot: &mut Option<T>, map: &mut A) -> Result<(), A::Error>
where
    W: ParamWith<T>,
    A: MapAccess<'de>,
{
    if slot.is_some() {
        return Err(A::Error::custom("a key is given twice"));
    }
    *slot = Some(map.next_value_seed(Seed::<W, T>::new())?);
    Ok(())
}

/// As [`put`], for a field with limits.
///
/// # Errors
///
/// As [`put`]; a value that its type would round breaks a limit.
#[inline]
pub fn put_within<'de, W, T, A>(
    slot: &mut Option<T>,
    map: &mut A,
    constraints: &Constraints,
) -> Result<(), A::Error>
where
    W: ParamWith<T>,
    A: MapAccess<'de>,
{
    if const { !W::SHAPE.rounds() } {
        return put::<W, T, A>(slot, map);
    }
    if slot.is_some() {
        return Err(A::Error::custom("a key is given twice"));
    }
    *slot = Some(map.next_value_seed(SeedWithin::<W, T>::new(constraints))?);
    Ok(())
}

/// The slot's value, or the value of absence.
///
/// # Errors
///
/// The field is required and absent.
#[inline]
pub fn required<W, T, E>(slot: Option<T>, name: &'static str) -> Result<T, E>
where
    W: ParamWith<T>,
    E: Error,
{
    slot.or_else(W::absent).ok_or_else(|| E::missing_field(name))
}

/// The slot's value, or the declared default.
///
/// # Errors
///
/// The default is not of the field's type; a registry refuses to be built of such a declaration.
#[inline]
pub fn defaulted<W, T, E>(slot: Option<T>, default: &Literal) -> Result<T, E>
where
    W: ParamWith<T>,
    E: Error,
{
    slot.or_else(|| W::literal(default))
        .ok_or_else(|| E::custom("the default is not of the field's type"))
}

/// Decodes a struct; a key that no field has is refused or skipped, as its table says.
///
/// # Errors
///
/// The deserializer's own error, at the first thing that does not fit.
pub fn decode_struct<'de, T: Params, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(StructVisitor::<T> { open: false, of: PhantomData })
}

/// Decodes a struct out of an object that may hold other keys too.
pub(crate) fn decode_open<'de, T: Params, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(StructVisitor::<T> { open: true, of: PhantomData })
}

struct StructVisitor<T> {
    open: bool,
    of: PhantomData<fn() -> T>,
}

impl<'de, T: Params> Visitor<'de> for StructVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut slots = T::slots();
        while let Some(Key(key)) = map.next_key()? {
            if T::put(&mut slots, &key, &mut map)? {
                continue;
            }
            if !self.open && T::table().unknown == UnknownFields::Refuse {
                return Err(A::Error::custom("a key that no field has"));
            }
            map.next_value::<Skip>()?;
        }
        T::finish(slots)
    }
}

/// A key of an object, borrowed from the input unless it holds escapes.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }

    fn visit_string<E: Error>(self, key: String) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key)))
    }
}

/// Decodes one word of a choice to its place in the list of words.
///
/// # Errors
///
/// The deserializer's own error; a word that is not in the list.
pub fn choice<'de, D: Deserializer<'de>>(
    deserializer: D,
    spec: &'static ChoiceSpec,
) -> Result<usize, D::Error> {
    deserializer.deserialize_str(ChoiceVisitor(spec))
}

struct ChoiceVisitor(&'static ChoiceSpec);

impl Visitor<'_> for ChoiceVisitor {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of a list of words")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        self.0.position(text).ok_or_else(|| E::custom("not one of the words"))
    }
}
