//! How an operation is shown: in a list, and whole.

use arsenal::Registered;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// An operation in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OperationSummary")]
pub struct Summary {
    /// The name to call it by.
    pub name: String,
    /// The group it belongs to.
    pub category: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// The role that a caller needs.
    pub role: String,
    /// What it does to the world: `read`, `write` or `destructive`.
    pub effect: String,
    /// The method of its address.
    pub method: String,
    /// Its address below the API's root.
    pub path: String,
    /// Since when it should not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// An operation, whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Description {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: Summary,
    /// The rest of its documentation.
    pub description: String,
    /// Which version of itself it is, from 1.
    pub version: u32,
    /// Names that are taken for its own.
    pub aliases: Vec<String>,
    /// Further groups.
    pub tags: Vec<String>,
    /// Whether doing it twice is doing it once.
    pub idempotent: bool,
    /// Its bounds in time and number.
    pub limits: Limits,
    /// The JSON Schema of its parameters.
    pub input_schema: Value,
    /// The JSON Schema of its answer.
    pub output_schema: Value,
    /// The errors of its own.
    pub errors: Vec<ErrorCode>,
    /// Parameters to try.
    pub examples: Vec<Example>,
    /// Whether it was registered while the program runs.
    pub dynamic: bool,
}

/// The bounds of an operation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Limits {
    /// How long a call may take, in milliseconds; absent: the program's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How many calls of one caller in a span.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<String>,
    /// How many calls may run at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
}

/// An error that an operation can answer with.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorCode {
    /// The stable code.
    pub code: String,
    /// The class.
    pub class: String,
    /// When it happens.
    pub description: String,
}

/// Parameters to try.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Example {
    /// The example's name.
    pub name: String,
    /// The parameters.
    pub params: Value,
}

impl Summary {
    /// The summary of an operation.
    #[must_use]
    pub fn of(operation: &Registered) -> Self {
        let spec = operation.spec();
        Self {
            name: spec.name.to_string(),
            category: spec.category.to_string(),
            summary: spec.summary(),
            role: spec.role.as_str().to_owned(),
            effect: spec.effect.as_str().to_owned(),
            method: spec.http.method.as_str().to_owned(),
            path: match &spec.http.path {
                Some(path) => path.to_string(),
                None => format!("/operations/{}/execute", spec.name),
            },
            deprecated: spec.deprecated.as_ref().map(|since| since.since.to_string()),
        }
    }
}

impl Description {
    /// The whole of an operation.
    #[must_use]
    pub fn of(operation: &Registered) -> Self {
        let spec = operation.spec();
        Self {
            summary: Summary::of(operation),
            description: spec.description().to_owned(),
            version: spec.version,
            aliases: spec.aliases.iter().map(ToString::to_string).collect(),
            tags: spec.tags.iter().map(ToString::to_string).collect(),
            idempotent: spec.idempotent,
            limits: Limits {
                timeout_ms: spec
                    .limits
                    .timeout
                    .map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)),
                rate_limit: spec
                    .limits
                    .rate
                    .map(|rate| format!("{} in {}s", rate.calls, rate.per.as_secs_f64())),
                concurrency: spec.limits.concurrency,
            },
            input_schema: operation.input_schema().clone(),
            output_schema: operation.output_schema().clone(),
            errors: operation.codes().iter().map(ErrorCode::of).collect(),
            examples: spec.examples.iter().map(Example::of).collect(),
            dynamic: operation.is_dynamic(),
        }
    }
}

impl ErrorCode {
    fn of(code: &arsenal::CodeSpec) -> Self {
        Self {
            code: code.code.to_owned(),
            class: code.class.as_str().to_owned(),
            description: code.doc.to_owned(),
        }
    }
}

impl Example {
    fn of(example: &arsenal::ExampleSpec) -> Self {
        Self {
            name: example.name.to_string(),
            params: serde_json::from_str(&example.params).unwrap_or_default(),
        }
    }
}
