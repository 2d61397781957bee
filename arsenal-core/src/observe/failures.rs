//! The log of what the caller must not see.

use super::{Observer, Outcome};
use crate::error::{Chain, Class};

/// Logs each call that failed by a fault of its operation or of the program, with the causes
/// that its caller does not learn. A program whose operations were linked has it from the start.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogFailures;

impl Observer for LogFailures {
    fn ended(&self, outcome: &Outcome<'_>) {
        let Some(error) = outcome.error else { return };
        if !matches!(error.class(), Class::Execution | Class::System) {
            return;
        }
        tracing::error!(
            operation = outcome.name,
            principal = %outcome.caller.principal,
            id = outcome.request_id,
            job = outcome.job,
            code = error.code(),
            causes = %Chain(error),
            "a call failed"
        );
    }
}
