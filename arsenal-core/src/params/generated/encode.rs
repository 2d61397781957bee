//! Encoding: what a typed client sends, read back by the decoder.

use std::marker::PhantomData;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::super::{ParamWith, Params};

/// A default expression's value as JSON; `None` where it does not encode.
#[must_use]
pub fn computed<W: ParamWith<T>, T>(value: &T) -> Option<Value> {
    W::encode(value, serde_json::value::Serializer).ok()
}

/// Writes one field, unless its value is that of an absent one.
///
/// # Errors
///
/// The serializer's own error.
pub fn encode_entry<W, T, M>(map: &mut M, name: &'static str, value: &T) -> Result<(), M::Error>
where
    W: ParamWith<T>,
    M: SerializeMap,
{
    if W::is_absent(value) {
        return Ok(());
    }
    map.serialize_entry(name, &Encode::<W, T>(value, PhantomData))
}

/// Writes a struct as an object.
///
/// # Errors
///
/// The serializer's own error.
pub fn encode_struct<T: Params, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    value.encode_fields(&mut map)?;
    map.end()
}

/// A value that serde can write, by way of `W`.
pub(crate) struct Encode<'a, W, T: ?Sized>(pub(crate) &'a T, pub(crate) PhantomData<fn() -> W>);

impl<W: ParamWith<T>, T> Serialize for Encode<'_, W, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        W::encode(self.0, serializer)
    }
}
