//! An operation's own error, and the safe details that go with it.

use arsenal::{CodeSpec, Error, Failure};
use serde_json::{Map, Value};

/// An operation's own error with its details, or one that every operation can have.
#[derive(Debug)]
pub enum Refusal<E> {
    /// Its own.
    Own(Box<(E, Map<String, Value>)>),
    /// One of everybody's: refused parameters, a missing right.
    Shared(Error),
}

impl<E> Refusal<E> {
    /// Adds a detail that is safe to show.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        match self {
            Self::Own(mut own) => {
                own.1.insert(name.to_owned(), value.into());
                Self::Own(own)
            }
            Self::Shared(error) => Self::Shared(error.with_detail(name, value)),
        }
    }
}

impl<E: Failure> From<E> for Refusal<E> {
    fn from(error: E) -> Self {
        Self::Own(Box::new((error, Map::new())))
    }
}

impl<E: Failure> Failure for Refusal<E> {
    const CODES: &'static [CodeSpec] = E::CODES;

    fn into_error(self) -> Error {
        match self {
            Self::Own(own) => {
                let (error, details) = *own;
                let error = error.into_error();
                details
                    .into_iter()
                    .fold(error, |error, (name, value)| error.with_detail(name, value))
            }
            Self::Shared(error) => error,
        }
    }
}
