//! Why a process ended.
//!
//! A reason is data: it is printed, sent over links, kept in histories and compared in tests.

use std::any::Any;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a process ended.
///
/// An error becomes a reason with `?`: its chain of sources is kept as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ExitReason {
    /// It was done.
    Normal,
    /// It was told to stop.
    Shutdown,
    /// It was told to stop, and why.
    ShutdownWith {
        /// Why.
        value: Value,
    },
    /// It was killed: by a signal that cannot be trapped, or because a stop took too long.
    Killed,
    /// Its code panicked.
    Panic {
        /// What the panic said.
        message: String,
        /// File, line and column; absent where no panic hook of ours ran.
        location: Option<String>,
    },
    /// Its code gave up with an error.
    Error {
        /// The error's message, then those of its sources.
        chain: Vec<String>,
    },
    /// A reason of its own.
    Custom {
        /// The reason.
        value: Value,
    },
    /// There is no such process: it has ended, or never was.
    NoProc,
    /// There is no such node.
    NoConnection,
}

impl ExitReason {
    /// A reason of the process's own.
    #[must_use]
    pub fn custom(value: impl Into<Value>) -> Self {
        Self::Custom { value: value.into() }
    }

    /// A stop with its reason.
    #[must_use]
    pub fn shutdown_with(value: impl Into<Value>) -> Self {
        Self::ShutdownWith { value: value.into() }
    }

    /// The reason of an error: its chain of sources as text.
    #[must_use]
    pub fn error(error: &(dyn Error + 'static)) -> Self {
        let mut chain = Vec::new();
        let mut next = Some(error);
        while let Some(link) = next {
            chain.push(link.to_string());
            next = link.source();
        }
        Self::Error { chain }
    }

    /// Whether a transient child with this reason stays ended: normal, or a stop.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::Normal | Self::Shutdown | Self::ShutdownWith { .. })
    }

    /// The variant's name, as it stands in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Shutdown => "shutdown",
            Self::ShutdownWith { .. } => "shutdown_with",
            Self::Killed => "killed",
            Self::Panic { .. } => "panic",
            Self::Error { .. } => "error",
            Self::Custom { .. } => "custom",
            Self::NoProc => "no_proc",
            Self::NoConnection => "no_connection",
        }
    }

    pub(crate) fn panicked(payload: &(dyn Any + Send), location: Option<String>) -> Self {
        let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (None, Some(text)) => text.clone(),
            (None, None) => "a panic with a payload that is no text".to_owned(),
        };
        Self::Panic { message, location }
    }
}

impl FromStr for ExitReason {
    type Err = Infallible;

    /// What a person means by a word: `normal`, `shutdown`, `kill`, else a reason of their own.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "normal" => Self::Normal,
            "shutdown" => Self::Shutdown,
            "kill" | "killed" => Self::Killed,
            own => Self::custom(own),
        })
    }
}

impl<E: Error + 'static> From<E> for ExitReason {
    fn from(error: E) -> Self {
        Self::error(&error)
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShutdownWith { value } => write!(f, "shutdown: {value}"),
            Self::Custom { value } => write!(f, "{value}"),
            Self::Error { chain } => write!(f, "error: {}", chain.join(": ")),
            Self::Panic { message, location: Some(at) } => write!(f, "panic at {at}: {message}"),
            Self::Panic { message, location: None } => write!(f, "panic: {message}"),
            _ => f.write_str(self.kind()),
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no ledger")]
    struct NoLedger(#[source] std::fmt::Error);

    #[test]
    fn an_error_becomes_a_reason_with_its_whole_chain() {
        let reason = ExitReason::from(NoLedger(std::fmt::Error));
        let ExitReason::Error { chain } = &reason else { panic!("{reason}") };
        assert_eq!(chain.len(), 2);
        assert!(reason.to_string().starts_with("error: no ledger: "), "{reason}");
    }

    #[test]
    fn a_reason_survives_json() {
        let cases = [
            ExitReason::Normal,
            ExitReason::shutdown_with("drained"),
            ExitReason::Killed,
            ExitReason::Panic { message: "x".into(), location: None },
            ExitReason::custom(7),
        ];
        for reason in cases {
            let text = serde_json::to_string(&reason).unwrap();
            assert_eq!(serde_json::from_str::<ExitReason>(&text).unwrap(), reason, "{text}");
        }
    }
}
