//! The parameters of a dynamic operation: judged by nothing but its JSON Schema.

use serde_json::Value;

use super::coerce;
use super::read::malformed;
use super::types::Strict;
use super::walk::{self, Found};
use crate::call::Input;
use crate::error::Error;
use crate::schema::compiled::Compiled;

/// A dynamic operation's schema, compiled.
#[derive(Debug)]
pub(crate) struct SchemaParams {
    compiled: Compiled,
}

/// Why a schema cannot be a dynamic operation's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemaError {
    /// It does not follow JSON Schema (draft 2020-12), or refers beyond itself.
    #[error("{0}")]
    Invalid(String),
    /// Parameters have names, so they are an object.
    #[error("parameters are an object: write `\"type\": \"object\"`")]
    NotAnObject,
}

impl SchemaParams {
    /// Compiles the schema.
    ///
    /// # Errors
    ///
    /// [`SchemaError`].
    pub(crate) fn compile(schema: &Value) -> Result<Self, SchemaError> {
        let compiled = Compiled::new(schema.clone())
            .map_err(|reason| SchemaError::Invalid(reason.to_string()))?;
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            return Err(SchemaError::NotAnObject);
        }
        Ok(Self { compiled })
    }

    /// Coerces, reads and validates.
    ///
    /// # Errors
    ///
    /// Malformed, or invalid with every fault.
    pub(crate) fn read_input(&self, input: &Input) -> Result<Value, Error> {
        let text = coerce::merge_by_schema(self.compiled.schema(), input)?;
        self.read(&text).map_err(|error| coerce::retold(error, input))
    }

    fn read(&self, text: &str) -> Result<Value, Error> {
        let value = match serde_json::from_str(text) {
            Ok(Strict(value)) => value,
            Err(_) => {
                // The walker tells where a key is given twice.
                return Err(
                    walk::any(text).map_or_else(|cause| malformed(&cause), Found::into_error)
                );
            }
        };
        let found = self.compiled.faults(&value);
        if found.faults.is_empty() { Ok(value) } else { Err(found.into_error()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_of_parameters_is_one_of_an_object_and_one_that_compiles() {
        let cases = [
            (json!({"type": "object"}), None),
            (json!({"type": "array"}), Some("parameters are an object")),
            (json!({"properties": {}}), Some("parameters are an object")),
            (json!({"type": "objet"}), Some("\"objet\" is not valid")),
        ];
        for (schema, expected) in cases {
            let refused = SchemaParams::compile(&schema).err().map(|error| error.to_string());
            let said = refused.as_deref().unwrap_or_default();
            assert_eq!(refused.is_some(), expected.is_some(), "{schema}: {said}");
            assert!(said.starts_with(expected.unwrap_or_default()), "{schema}: {said}");
        }
    }
}
