//! An operation's own error, and the safe details that go with it.

use arsenal::{CodeSpec, Error, Failure};
use serde_json::{Map, Value};

/// An operation's own error with its details, or one that every operation can have.
#[derive(Debug)]
pub enum Refusal<E> {
    /// Its own.
    Own(E, Map<String, Value>),
    /// One of everybody's: refused parameters, a missing right.
    Shared(Error),
}

impl<E> Refusal<E> {
    /// Adds a detail that is safe to show.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        match self {
            Self::Own(error, mut details) => {
                details.insert(name.to_owned(), value.into());
                Self::Own(error, details)
            }
            Self::Shared(error) => Self::Shared(error.with_detail(name, value)),
        }
    }
}

impl<E: Failure> From<E> for Refusal<E> {
    fn from(error: E) -> Self {
        Self::Own(error, Map::new())
    }
}

impl<E: Failure> Failure for Refusal<E> {
    const CODES: &'static [CodeSpec] = E::CODES;

    fn into_error(self) -> Error {
        match self {
            Self::Own(error, details) => details
                .into_iter()
                .fold(error.into_error(), |error, (name, value)| error.with_detail(name, value)),
            Self::Shared(error) => error,
        }
    }
}
