//! `validate_params`.

use arsenal::{Class, Context, Execute, Fault, Input, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::OperationLookup;
use super::lookup::find;
use crate::refusal::Refusal;

/// Says whether an operation would take these parameters, and every fault if not.
///
/// Nothing is run, and the caller needs no right to the operation itself.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = POST, path = "/operations/{operation}/validate",
            role = viewer, effect = read, idempotent, timeout = "5s", output = Verdict,
            error = Refusal<OperationLookup>,
            example(name = "a fault",
                    params = r#"{"operation": "search_operations", "params": {"limit": 0}}"#))]
pub struct ValidateParams {
    /// The operation's name.
    #[param(min_len = 1, max_len = 48)]
    pub operation: String,
    /// The parameters to check.
    pub params: Value,
}

/// Whether the parameters would be taken.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verdict {
    /// Whether there is no fault.
    pub valid: bool,
    /// Every fault.
    pub errors: Vec<ParamFault>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ParamFault {
    /// Where: a JSON Pointer; empty for the whole.
    pub pointer: String,
    /// Which kind of fault.
    pub code: String,
    /// What is wrong, and what is right.
    pub detail: String,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Execute for ValidateParams {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Verdict, Refusal<OperationLookup>> {
        let operations = cx.operations();
        let operation = find(&operations, &self.operation)?;
        let input = Input { strings: Vec::new(), body: Some(self.params.to_string().into()) };
        match operation.check(&input) {
            Ok(()) => Ok(Verdict { valid: true, errors: Vec::new() }),
            Err(error) if error.class() == Class::Validation => {
                let errors = error.faults().iter().map(ParamFault::of).collect();
                Ok(Verdict { valid: false, errors })
            }
            Err(error) => Err(Refusal::Shared(error)),
        }
    }
}

impl ParamFault {
    pub(super) fn of(fault: &Fault) -> Self {
        Self {
            pointer: fault.pointer.clone(),
            code: fault.code.to_string(),
            detail: fault.detail.to_string(),
            suggestion: fault.suggestion.as_ref().map(ToString::to_string),
        }
    }
}
