//! What generated code asks of a flattened struct.
//!
//! The same as [`Params`], under a name of its own, so that a type that cannot be flattened is
//! told in one sentence, without a list of everything that can.

use serde::de::{self, MapAccess};
use serde::ser::SerializeMap;

use super::{Params, StructSpec};

/// A struct whose fields can stand in another's object.
#[diagnostic::on_unimplemented(
    message = "only a `Params` struct can be flattened, and `{Self}` is not one",
    label = "its fields are not known",
    note = "derive `Params` on it, if it is a struct of yours"
)]
pub trait Flat: Sized {
    /// One slot per field.
    type Slots;

    /// The table of the fields.
    fn table() -> &'static StructSpec;

    /// Slots with nothing in them.
    fn slots() -> Self::Slots;

    /// Decodes the value that belongs to `key`, if this struct knows the key.
    ///
    /// # Errors
    ///
    /// The map's own error; a key that was there already is one.
    fn put<'de, A: MapAccess<'de>>(
        slots: &mut Self::Slots,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error>;

    /// Makes the struct of its slots.
    ///
    /// # Errors
    ///
    /// A required field is absent.
    fn finish<E: de::Error>(slots: Self::Slots) -> Result<Self, E>;

    /// Whether every field keeps its constraints.
    fn fits(&self) -> bool;

    /// Writes the fields as entries of a map.
    ///
    /// # Errors
    ///
    /// The serializer's own error.
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Params> Flat for T {
    type Slots = <T as Params>::Slots;

    fn table() -> &'static StructSpec {
        <T as Params>::table()
    }

    #[inline]
    fn slots() -> Self::Slots {
        <T as Params>::slots()
    }

    #[inline]
    fn put<'de, A: MapAccess<'de>>(
        slots: &mut Self::Slots,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        <T as Params>::put(slots, key, map)
    }

    #[inline]
    fn finish<E: de::Error>(slots: Self::Slots) -> Result<Self, E> {
        <T as Params>::finish(slots)
    }

    #[inline]
    fn fits(&self) -> bool {
        <T as Params>::fits(self)
    }

    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        <T as Params>::encode_fields(self, map)
    }
}
