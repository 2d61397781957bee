//! An operation's own error, and the safe details that go with it.

use arsenal::{CodeSpec, Error, Failure};
use serde_json::{Map, Value};

/// An operation's own error with its details, or one that every operation can have.
#[derive(Debug)]
pub enum Refusal<E> {
    /// Its own.
    Own(Box<Detailed<E>>),
    /// One of everybody's: refused parameters, a missing right.
    Shared(Error),
}

/// An error and what else may be shown of it.
#[derive(Debug)]
pub struct Detailed<E> {
    error: E,
    details: Map<String, Value>,
}

impl<E> Refusal<E> {
    /// Adds a detail that is safe to show.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        match self {
            Self::Own(mut own) => {
                own.details.insert(name.to_owned(), value.into());
                Self::Own(own)
            }
            Self::Shared(error) => Self::Shared(error.with_detail(name, value)),
        }
    }
}

impl<E: Failure> From<E> for Refusal<E> {
    fn from(error: E) -> Self {
        Self::Own(Box::new(Detailed { error, details: Map::new() }))
    }
}

impl<E: Failure> Failure for Refusal<E> {
    const CODES: &'static [CodeSpec] = E::CODES;

    fn into_error(self) -> Error {
        match self {
            Self::Own(own) => {
                let Detailed { error, details } = *own;
                let detailed =
                    |error: Error, (name, value): (String, Value)| error.with_detail(name, value);
                details.into_iter().fold(error.into_error(), detailed)
            }
            Self::Shared(error) => error,
        }
    }
}
