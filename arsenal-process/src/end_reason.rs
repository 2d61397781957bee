//! The reason that a process has ended with, as it is kept: many ask for it, few change it.

use std::ops::Deref;
use std::sync::Arc;

use crate::ExitReason;

/// An exit reason that costs little to keep twice: one that says nothing but its kind, as most do,
/// stands in the program, and others are shared.
#[derive(Debug, Clone)]
pub(crate) enum EndReason {
    Plain(&'static ExitReason),
    Shared(Arc<ExitReason>),
}

impl From<ExitReason> for EndReason {
    fn from(reason: ExitReason) -> Self {
        match reason {
            ExitReason::Normal => Self::Plain(&ExitReason::Normal),
            ExitReason::Shutdown => Self::Plain(&ExitReason::Shutdown),
            ExitReason::Killed => Self::Plain(&ExitReason::Killed),
            ExitReason::NoProc => Self::Plain(&ExitReason::NoProc),
            ExitReason::NoConnection => Self::Plain(&ExitReason::NoConnection),
            telling => Self::Shared(Arc::new(telling)),
        }
    }
}

impl Deref for EndReason {
    type Target = ExitReason;

    fn deref(&self) -> &ExitReason {
        match self {
            Self::Plain(reason) => reason,
            Self::Shared(reason) => reason,
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_reason_is_kept_as_it_is() {
        let (message, location) = ("boom".to_owned(), Some("a.rs:1:1".to_owned()));
        let reasons = [
            ExitReason::Normal,
            ExitReason::Shutdown,
            ExitReason::shutdown_with(json!({ "after": 3 })),
            ExitReason::Killed,
            ExitReason::Panic { message, location },
            ExitReason::Error { chain: vec!["no ledger".to_owned()] },
            ExitReason::custom("own"),
            ExitReason::NoProc,
            ExitReason::NoConnection,
        ];
        for reason in reasons {
            assert_eq!(*EndReason::from(reason.clone()), reason);
        }
    }
}
