//! A JSON Schema that is ready to judge, and what it finds in our own words.

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::verdict;
use crate::fault::Fault;

/// A JSON Schema (draft 2020-12), compiled; a reference beyond itself is refused.
#[derive(Debug)]
pub(crate) struct Compiled {
    schema: Value,
    validator: Validator,
}

impl Compiled {
    /// Compiles a schema.
    ///
    /// # Errors
    ///
    /// What is wrong with the schema.
    pub(crate) fn new(schema: Value) -> Result<Self, ValidationError<'static>> {
        let linear = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_pattern_options(PatternOptions::regex())
            .offline()
            .build(&schema);
        // Patterns of a stranger may look around, which only the backtracking engine can.
        let validator = match linear {
            Ok(validator) => validator,
            Err(_other) => {
                jsonschema::options().with_draft(Draft::Draft202012).offline().build(&schema)?
            }
        };
        Ok(Self { schema, validator })
    }

    /// The schema itself.
    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// Whether the value satisfies the schema.
    pub(crate) fn is_valid(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Everything that is wrong with the value, in the order of the schema's properties.
    pub(crate) fn faults(&self, value: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        for error in self.validator.iter_errors(value) {
            verdict::tell(&error, &self.schema, &mut faults);
        }
        verdict::order(&self.schema, &mut faults);
        faults
    }
}
