//! What became of a batch and of each of its parts.
//!
//! The answers of the parts are kept as they came, and all of them together have a bound.

use arsenal::{Choice, Error, Failure};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::execute_batch::PartFault;

/// How long the answers of all parts together may be.
const ANSWERS_BYTES_MAX: usize = 16 << 20;

/// What became of a batch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Batch {
    /// What became of each call, in the order of the calls.
    pub items: Vec<PartOutcome>,
    /// How many succeeded.
    pub succeeded: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were not begun, because one before them failed or the time was over.
    pub skipped: usize,
}

/// What became of one call.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartOutcome {
    /// The operation, as it was asked for.
    pub operation: String,
    /// Whether it was answered.
    pub status: PartStatus,
    /// The answer, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub data: Option<Box<RawValue>>,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<PartError>,
}

/// Whether a part of a batch was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PartStatus {
    /// It was.
    Ok,
    /// It was refused, or failed.
    Failed,
    /// It was not begun.
    Skipped,
}

/// Why a part of a batch failed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartError {
    /// The class.
    pub class: String,
    /// The stable code.
    pub code: String,
    /// One sentence.
    pub detail: String,
    /// Each fault of refused parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<super::ParamFault>,
}

/// What became of the parts so far.
pub(super) struct Outcomes {
    items: Vec<PartOutcome>,
    failed: bool,
    /// How long the answers may be that are still to come.
    bytes_left: usize,
}

impl Outcomes {
    /// Of these operations, none of which was begun.
    pub(super) fn new(operations: impl Iterator<Item = String>) -> Self {
        let skipped = |operation| PartOutcome {
            operation,
            status: PartStatus::Skipped,
            data: None,
            error: None,
        };
        let items = operations.map(skipped).collect();
        Self { items, failed: false, bytes_left: ANSWERS_BYTES_MAX }
    }

    /// Notes how the part of a place ended.
    pub(super) fn put(&mut self, at: usize, ended: Result<String, Error>) {
        let item = &mut self.items[at];
        match ended.and_then(|answer| room(&mut self.bytes_left, answer)) {
            Ok(data) => (item.status, item.data) = (PartStatus::Ok, Some(data)),
            Err(error) => {
                self.failed = true;
                (item.status, item.error) = (PartStatus::Failed, Some(PartError::of(&error)));
            }
        }
    }

    /// Whether a part has failed.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// The whole.
    pub(super) fn into_batch(self) -> Batch {
        Batch {
            succeeded: self.n(PartStatus::Ok),
            failed: self.n(PartStatus::Failed),
            skipped: self.n(PartStatus::Skipped),
            items: self.items,
        }
    }

    fn n(&self, status: PartStatus) -> usize {
        self.items.iter().filter(|item| item.status == status).count()
    }
}

/// The answer as it came, if there is room for it.
fn room(bytes_left: &mut usize, answer: String) -> Result<Box<RawValue>, Error> {
    let bytes = answer.len();
    let too_large = || PartFault::AnswersTooLarge { bytes }.into_error();
    *bytes_left = bytes_left.checked_sub(bytes).ok_or_else(too_large)?;
    Ok(RawValue::from_string(answer).expect("the pipeline answers with JSON"))
}

impl PartError {
    fn of(error: &Error) -> Self {
        Self {
            class: error.class().as_str().to_owned(),
            code: error.code().to_owned(),
            detail: error.sentence().to_owned(),
            errors: error.faults().iter().map(super::ParamFault::of).collect(),
        }
    }
}
