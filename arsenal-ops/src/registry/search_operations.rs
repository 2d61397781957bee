//! `search_operations`.

use arsenal::{Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use super::Summary;

/// Finds operations by words in their names, categories, parameters and descriptions.
///
/// The best come first; capitals do not matter, and a typing error is forgiven.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = GET, path = "/search/operations", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Found,
            example(name = "memory", params = r#"{"query": "memory"}"#))]
pub struct SearchOperations {
    /// The words; an operation must fit each of them.
    #[param(min_len = 1, max_len = 200)]
    pub query: String,
    /// How many at most.
    #[param(default = 20, min = 1, max = 200)]
    pub limit: u32,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    /// The best ones, best first.
    pub items: Vec<Summary>,
    /// How many there are in all.
    pub total: usize,
}

impl Execute for SearchOperations {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Found, Error> {
        let operations = cx.operations();
        let found = operations.search(&self.query);
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let items = found.iter().take(limit).map(|op| Summary::of(op)).collect();
        Ok(Found { items, total: found.len() })
    }
}
