//! A JSON Schema that is ready to judge, and what it finds in our own words.

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::verdict::{self, Told};
use crate::params::walk::Found;

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

    /// Everything that is wrong with the value, in the order of the schema's properties; of a
    /// value that is too large to be told everything about, the first thing.
    pub(crate) fn faults(&self, value: &Value) -> Found {
        let mut told = Told::default();
        if Size::of(value).is_listable() {
            let errors = self.validator.iter_errors(value);
            errors.for_each(|error| verdict::tell(&error, &self.schema, &mut told));
        } else if let Err(first) = self.validator.validate(value) {
            verdict::tell(&first, &self.schema, &mut told);
        }
        let Told { mut faults, budget } = told;
        verdict::order(&self.schema, &mut faults);
        Found { faults, n_omitted: budget.n_omitted() }
    }
}

/// How large a value is, as the validator sees it: it makes all its errors at once, each with the
/// whole path.
#[derive(Debug, Default)]
struct Size {
    n_values: usize,
    path_bytes_max: usize,
}

impl Size {
    /// What all errors of one value may take together.
    const BYTES_MAX: usize = 16 * 1024 * 1024;

    /// What an error takes beside its path.
    const ERROR_BYTES: usize = 512;

    fn of(value: &Value) -> Self {
        let mut size = Self::default();
        size.add(value, 0);
        size
    }

    fn add(&mut self, value: &Value, path_bytes: usize) {
        self.n_values += 1;
        self.path_bytes_max = self.path_bytes_max.max(path_bytes);
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add(item, path_bytes + 8)),
            Value::Object(entries) => {
                for (key, value) in entries {
                    self.add(value, path_bytes + 1 + key.len());
                }
            }
            _ => {}
        }
    }

    fn is_listable(&self) -> bool {
        let bytes = self.n_values.saturating_mul(self.path_bytes_max + Self::ERROR_BYTES);
        bytes <= Self::BYTES_MAX
    }
}
