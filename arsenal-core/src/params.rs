//! What the parameters of an operation are: one static table, and the traits that follow it.
//!
//! The table ([`StructSpec`]) is the only source: the published schema, the decoding, the
//! coercion of strings and the refusals all read it. The traits add the typed half: a field's
//! type says its [`Shape`] and decodes itself; a struct puts its fields together.

mod shape;

mod table;

mod constraints;

mod pattern;

mod with;

pub(crate) mod field;

pub(crate) mod flat;

pub(crate) mod generated;

mod as_text;

pub(crate) mod canonical;

pub(crate) mod coerce;

mod defaults;

pub(crate) mod dynamic;

mod kinds;

mod limits;

mod read;

#[cfg(test)]
mod refusal;

mod secrets;

pub(crate) mod sentence;

mod types;

mod visit;

pub(crate) mod walk;

pub(crate) mod words;

pub use as_text::{AsText, canonical_text, decode_text, encode_text, is_text, written_text_fits};
pub use constraints::{Bound, Constraints, Literal};
pub(crate) use defaults::default_faults;
pub use kinds::{Bounded, Lengthy, Textual};
pub(crate) use limits::limit_faults;
pub use pattern::Pattern;
pub use read::{read, read_bytes};
pub(crate) use secrets::secret_faults;
pub use shape::{Choice, ChoiceSpec, ForeignSpec, Shape, TextSpec};
pub use table::{
    Check, DefaultSpec, FieldRole, FieldSpec, ListStyle, Presence, StructSpec, UnknownFields,
};
pub use types::{ByteSize, Secret};
pub(crate) use types::{Strict, plain_numbers};
pub use with::{Foreign, Own, ParamWith};
pub use words::Words;

use serde::de::{Deserializer, MapAccess};
use serde::ser::{SerializeMap, Serializer};

/// Writes parameters as JSON text, as [`read`] reads them: what a typed client sends.
///
/// # Errors
///
/// A value that JSON cannot hold, such as a number that is not finite.
pub fn write<T: Params>(params: &T) -> Result<String, serde_json::Error> {
    let mut text = Vec::new();
    generated::encode_struct(params, &mut serde_json::Serializer::new(&mut text))?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

/// A type that can stand as one parameter of an operation.
///
/// Implemented for the standard library's types, and by `#[derive(Params)]` and
/// `#[derive(Choice)]`. A type of another crate stands with `#[param(foreign)]`; a newtype of
/// the author's own with `param_via_serde!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an operation",
    label = "this type is not a parameter",
    note = "derive `Params` (a struct) or `Choice` (an enum of words) on it",
    note = "or write `#[param(foreign)]` on the field, if it is `Deserialize + JsonSchema`"
)]
pub trait Param: Sized + Send + Sync + 'static {
    /// The JSON that this type takes.
    const SHAPE: &'static Shape;

    /// Reads one value; the constraints of the field are not checked here.
    ///
    /// # Errors
    ///
    /// The deserializer's own error, at the first thing that does not fit [`Self::SHAPE`].
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// As [`Self::decode`], for a field with limits: what the type rounds is judged as it was
    /// written, which is what the published schema judges.
    ///
    /// # Errors
    ///
    /// The deserializer's own error; a value that breaks a limit.
    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        let _ = constraints;
        Self::decode(deserializer)
    }

    /// Writes the value as [`Self::decode`] reads it.
    ///
    /// # Errors
    ///
    /// The serializer's own error.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// The value of an absent field, where absence has one.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether the value is the one of an absent field: it is not written then.
    fn is_absent(&self) -> bool {
        false
    }

    /// The value of `null`, where `null` has one of its own (see `Option<Option<T>>`).
    fn null() -> Option<Self> {
        None
    }

    /// The value of a default that the declaration gives as a literal.
    fn literal(literal: &Literal) -> Option<Self> {
        Self::decode(&mut serde_json::Deserializer::from_str(&literal.json())).ok()
    }

    /// Whether the value keeps the field's constraints: only the verdict, since a refusal is
    /// told by the walker.
    fn fits(&self, constraints: &Constraints) -> bool {
        let _ = constraints;
        true
    }
}

/// A struct whose fields are parameters: an operation, or a type nested in one.
///
/// Derived by `#[derive(Operation)]` and `#[derive(Params)]`; the methods are called by core
/// only. Decoding fills one slot per field while the keys come by, so that a flattened struct
/// fills its own slots from the outer object's keys.
#[diagnostic::on_unimplemented(
    message = "only a `Params` struct can be flattened, and `{Self}` is not one",
    label = "its fields are not known",
    note = "derive `Params` on it, if it is a struct of yours"
)]
pub trait Params: Sized + Send + Sync + 'static {
    /// One `Option` per field, in the table's order; a flattened field's own slots in its place.
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

    /// Makes the struct of its slots, with defaults where there was nothing.
    ///
    /// # Errors
    ///
    /// A required field is absent.
    fn finish<E: serde::de::Error>(slots: Self::Slots) -> Result<Self, E>;

    /// Whether every field keeps its constraints, its custom validator and the struct's rule.
    fn fits(&self) -> bool;

    /// Writes the fields as entries of a map.
    ///
    /// # Errors
    ///
    /// The serializer's own error.
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}
