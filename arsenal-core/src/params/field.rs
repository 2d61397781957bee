//! What generated code asks of one field: its type and the way that it is read, as one trait.
//!
//! The derive reaches a field's type by way of this trait alone, always in the same words, so
//! that a type that cannot be a parameter is reported once and not once for each use.

use serde::de::{self, MapAccess};
use serde::ser::SerializeMap;
use serde_json::Value;

use super::{Constraints, Literal, ParamWith, Shape, generated};
use crate::fault::Invalid;

/// A field of type `T`, read by way of `Self`.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be a parameter by way of `{Self}`",
    label = "this type is not read that way",
    note = "`#[param(foreign)]` needs a type that is `Serialize + Deserialize + JsonSchema`",
    note = "`#[param(with = …)]` names a type that implements `ParamWith` for the field's"
)]
pub trait Field<T> {
    /// The JSON that the field takes.
    const SHAPE: &'static Shape;

    /// Whether absence is a value of the field's type.
    fn has_absence() -> bool;

    /// A default expression's value as JSON; `None` where it does not encode.
    fn computed(value: &T) -> Option<Value>;

    /// Puts the next value of the map into the slot.
    ///
    /// # Errors
    ///
    /// The value does not decode, or the slot is taken: the key was given twice.
    fn put<'de, A: MapAccess<'de>>(slot: &mut Option<T>, map: &mut A) -> Result<(), A::Error>;

    /// As [`Field::put`], for a field with limits.
    ///
    /// # Errors
    ///
    /// As [`Field::put`]; a value that its type would round breaks a limit.
    fn put_within<'de, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        constraints: &Constraints,
    ) -> Result<(), A::Error>;

    /// The slot's value, or the value of absence.
    ///
    /// # Errors
    ///
    /// The field is required and absent.
    fn required<E: de::Error>(slot: Option<T>, name: &'static str) -> Result<T, E>;

    /// The slot's value, or the declared default.
    ///
    /// # Errors
    ///
    /// The default is not of the field's type.
    fn defaulted<E: de::Error>(slot: Option<T>, default: &Literal) -> Result<T, E>;

    /// Whether the value keeps the field's constraints.
    fn fits(value: &T, constraints: &Constraints) -> bool;

    /// Writes the field as an entry of a map, unless its value is that of absence.
    ///
    /// # Errors
    ///
    /// The serializer's own error.
    fn encode_entry<M: SerializeMap>(
        value: &T,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error>;

    /// Decodes one JSON text and runs the field's custom validator.
    ///
    /// # Errors
    ///
    /// The validator's own refusal.
    fn check_custom(json: &str, validator: fn(&T) -> Result<(), Invalid>) -> Result<(), Invalid>;
}

impl<W: ParamWith<T>, T> Field<T> for W {
    const SHAPE: &'static Shape = W::SHAPE;

    fn has_absence() -> bool {
        generated::absent::<W, T>()
    }

    fn computed(value: &T) -> Option<Value> {
        generated::computed::<W, T>(value)
    }

    #[inline]
    fn put<'de, A: MapAccess<'de>>(slot: &mut Option<T>, map: &mut A) -> Result<(), A::Error> {
        generated::put::<W, T, A>(slot, map)
    }

    #[inline]
    fn put_within<'de, A: MapAccess<'de>>(
        slot: &mut Option<T>,
        map: &mut A,
        constraints: &Constraints,
    ) -> Result<(), A::Error> {
        generated::put_within::<W, T, A>(slot, map, constraints)
    }

    #[inline]
    fn required<E: de::Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
        generated::required::<W, T, E>(slot, name)
    }

    #[inline]
    fn defaulted<E: de::Error>(slot: Option<T>, default: &Literal) -> Result<T, E> {
        generated::defaulted::<W, T, E>(slot, default)
    }

    #[inline]
    fn fits(value: &T, constraints: &Constraints) -> bool {
        generated::fits::<W, T>(value, constraints)
    }

    fn encode_entry<M: SerializeMap>(
        value: &T,
        name: &'static str,
        map: &mut M,
    ) -> Result<(), M::Error> {
        generated::encode_entry::<W, T, M>(map, name, value)
    }

    fn check_custom(json: &str, validator: fn(&T) -> Result<(), Invalid>) -> Result<(), Invalid> {
        generated::check_custom::<W, T>(json, validator)
    }
}

/// Refuses, at compile time, a parameter of the path that need not be given, or must not be
/// logged.
///
/// # Panics
///
/// Where the field's type has a value for `null`, or hides its values: in constant evaluation
/// this is a compile error.
#[track_caller]
pub const fn check_path_param(shape: &'static Shape) {
    assert!(
        !holds_secret(shape),
        "a secret in a path would be logged: take it from the body, and out of the path"
    );
    assert!(
        !matches!(shape, Shape::Nullable(_)),
        "a parameter that stands in the path is always given: its type cannot be an `Option`"
    );
}

/// Refuses, at compile time, a key that only lists can have.
///
/// # Panics
///
/// Where the field's type is no list: in constant evaluation this is a compile error.
#[track_caller]
pub const fn check_list(shape: &'static Shape, sentence: &'static str) {
    assert!(matches!(shape.inner(), Shape::List { .. }), "{}", sentence);
}

/// Refuses, at compile time, a published value of a type that hides its values.
///
/// # Panics
///
/// Where the field's type is a secret or holds some: in constant evaluation this is a compile
/// error.
#[track_caller]
pub const fn check_not_secret(shape: &'static Shape) {
    assert!(
        !holds_secret(shape),
        "a secret would be published in the schema: remove its `default` and `example`"
    );
}

/// Whether the type, or that of its items or entries, is a secret; the fields of a struct are
/// known to running code only.
const fn holds_secret(shape: &Shape) -> bool {
    shape.is_secret()
        || match shape.inner() {
            Shape::List { item: inner, .. } | Shape::Map { value: inner, .. } => {
                holds_secret(inner)
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::params::refusal::refusal;
    use crate::params::{Param, Secret};

    #[test]
    fn a_field_of_a_type_that_its_declaration_does_not_fit_is_refused() {
        const LOGGED: &str =
            "a secret in a path would be logged: take it from the body, and out of the path";
        const GIVEN: &str = "a parameter that stands in the path is always given: its type cannot \
                             be an `Option`";
        const PUBLISHED: &str =
            "a secret would be published in the schema: remove its `default` and `example`";
        let cases: [(fn(), &str); 13] = [
            (|| check_path_param(u8::SHAPE), ""),
            (|| check_path_param(<Option<u8>>::SHAPE), GIVEN),
            (|| check_path_param(<Secret<u8>>::SHAPE), LOGGED),
            (|| check_path_param(<Option<Secret<u8>>>::SHAPE), LOGGED),
            (|| check_list(<Option<Vec<u8>>>::SHAPE, "only a list"), ""),
            (|| check_list(u8::SHAPE, "only a list"), "only a list"),
            (|| check_not_secret(<Option<u8>>::SHAPE), ""),
            (|| check_not_secret(<Secret<u8>>::SHAPE), PUBLISHED),
            (|| check_not_secret(<Option<Secret<u8>>>::SHAPE), PUBLISHED),
            (|| check_not_secret(<Secret<Vec<u8>>>::SHAPE), PUBLISHED),
            (|| check_not_secret(<Vec<Secret<u8>>>::SHAPE), PUBLISHED),
            (|| check_not_secret(<BTreeMap<u8, Secret<u8>>>::SHAPE), PUBLISHED),
            (|| check_not_secret(<BTreeMap<u8, Vec<u8>>>::SHAPE), ""),
        ];
        for (at, (check, expected)) in cases.into_iter().enumerate() {
            assert_eq!(refusal(check).unwrap_or_default(), expected, "case {at}");
        }
    }
}
