//! A value that is shown to nobody.

use std::fmt;

use serde::de::Deserializer;
use serde::ser::{Serialize, Serializer};

use super::super::{Bounded, Constraints, Lengthy, Literal, Param, Shape, Textual};

/// A value that hides itself: in `Debug`, `Display`, serde's `Serialize`, logs and refusals.
///
/// Only a typed client sends it, by way of [`Param::encode`].
///
/// ```
/// use arsenal_core::params::Secret;
///
/// let password = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{password:?} {password}"), "[secret] [secret]");
/// assert_eq!(password.reveal(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for its one use.
    #[must_use]
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value, for good.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[secret]")
    }
}

impl<T: Param> Param for Secret<T> {
    const SHAPE: &'static Shape = &Shape::Secret(T::SHAPE);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode(deserializer).map(Self)
    }

    fn decode_within<'de, D: Deserializer<'de>>(
        deserializer: D,
        constraints: &Constraints,
    ) -> Result<Self, D::Error> {
        T::decode_within(deserializer, constraints).map(Self)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self)
    }

    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn null() -> Option<Self> {
        T::null().map(Self)
    }

    fn literal(literal: &Literal) -> Option<Self> {
        T::literal(literal).map(Self)
    }

    fn fits(&self, constraints: &Constraints) -> bool {
        self.0.fits(constraints)
    }
}

impl<T: Bounded> Bounded for Secret<T> {}
impl<T: Lengthy> Lengthy for Secret<T> {}
impl<T: Textual> Textual for Secret<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_to_nobody_but_who_asks_for_it() {
        let secret = Secret::from("hunter2");
        assert_eq!(
            format!("{secret:?} {secret} {:?}", Some(&secret)),
            "[secret] [secret] Some([secret])"
        );
        let logged = serde_json::to_string(&secret).expect("a text");
        assert_eq!(logged, "\"[secret]\"");
        assert_eq!((*secret.reveal(), secret.into_inner()), ("hunter2", "hunter2"));
    }
}
