//! What the parameters of an operation are: one static table, and the traits that follow it.
//!
//! The table ([`StructSpec`]) is the only source: the published schema, the decoding, the
//! coercion of strings and the refusals all read it. The traits add the typed half: a field's
//! type says its [`Shape`] and decodes itself; a struct puts its fields together.

mod shape;

mod pattern;

mod with;

pub(crate) mod field;

pub(crate) mod words;

pub use pattern::Pattern;
pub use shape::{
    Bound, Choice, ChoiceSpec, Constraints, DefaultSpec, FieldRole, FieldSpec, ForeignSpec,
    ListStyle, Literal, Presence, Shape, StructSpec, TextSpec, UnknownFields,
};
pub use with::{Foreign, Own, ParamWith};

use serde::de::{Deserializer, Error as _, MapAccess};
use serde::ser::{SerializeMap, Serializer};

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

/// Puts the next value of the map into the slot: what the derive calls for each known key.
///
/// # Errors
///
/// The value does not decode, or the slot is taken: the key was given twice.
pub(crate) fn put<'de, W, T, A>(slot: &mut Option<T>, map: &mut A) -> Result<(), A::Error>
where
    W: ParamWith<T>,
    A: MapAccess<'de>,
{
    if slot.is_some() {
        return Err(A::Error::custom("a key is given twice"));
    }
    *slot = Some(map.next_value_seed(with::Seed::<W, T>::new())?);
    Ok(())
}

/// The slot's value, or the value of absence.
///
/// # Errors
///
/// The field is required and absent.
pub(crate) fn required<W, T, E>(slot: Option<T>, name: &'static str) -> Result<T, E>
where
    W: ParamWith<T>,
    E: serde::de::Error,
{
    slot.or_else(W::absent).ok_or_else(|| E::missing_field(name))
}

/// The slot's value, or the declared default.
///
/// # Errors
///
/// The default is not of the field's type; a registry refuses to be built of such a declaration.
pub(crate) fn defaulted<W, T, E>(slot: Option<T>, default: &Literal) -> Result<T, E>
where
    W: ParamWith<T>,
    E: serde::de::Error,
{
    slot.or_else(|| W::literal(default))
        .ok_or_else(|| E::custom("the default is not of the field's type"))
}
