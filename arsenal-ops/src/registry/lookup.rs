//! An operation that is asked about by its name.

use std::sync::Arc;

use arsenal::{Failure, Registered, Snapshot};

use crate::refusal::Refusal;

/// Why nothing was told of an operation.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum OperationLookup {
    /// No listed operation has this name.
    #[error("{sentence}")]
    #[failure(class = not_found)]
    NoOperation {
        /// What was asked for, and what was probably meant.
        sentence: String,
    },
}

/// The listed operation of a name or an alias.
pub(super) fn find<'a>(
    operations: &'a Snapshot,
    name: &str,
) -> Result<&'a Arc<Registered>, Refusal<OperationLookup>> {
    operations.get_listed(name).ok_or_else(|| {
        let unknown = operations.unknown(name);
        let sentence = unknown.sentence().to_owned();
        let details = unknown.details().clone().into_iter();
        details.fold(OperationLookup::NoOperation { sentence }.into(), |refusal, (name, value)| {
            Refusal::with(refusal, &name, value)
        })
    })
}
