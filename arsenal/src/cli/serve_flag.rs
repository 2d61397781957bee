//! Flags of a program's own for `serve`: what else is to be started.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use crate::Program;

/// What starting ends with.
type Started = Result<(), Box<dyn Error + Send + Sync>>;

/// Starts it.
type Start = Box<dyn Fn(Program) -> Pin<Box<dyn Future<Output = Started> + Send>> + Send + Sync>;

/// A flag for `serve`, and what it starts before the first request is taken.
#[cfg_attr(
    not(feature = "http"),
    expect(dead_code, reason = "a program without `serve` still says what it would take")
)]
pub struct ServeFlag {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) start: Start,
}

impl ServeFlag {
    /// A flag `--name`, its line in the help, and what it starts.
    #[must_use]
    pub fn new<F, R>(name: &'static str, help: &'static str, start: F) -> Self
    where
        F: Fn(Program) -> R + Send + Sync + 'static,
        R: Future<Output = Started> + Send + 'static,
    {
        Self { name, help, start: Box::new(move |program| Box::pin(start(program))) }
    }
}

impl fmt::Debug for ServeFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServeFlag(--{})", self.name)
    }
}
