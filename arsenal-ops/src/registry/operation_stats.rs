//! `operation_stats`.

use arsenal::{Context, Execute, Operation, Registered};
use schemars::JsonSchema;
use serde::Serialize;

use super::OperationLookup;
use super::lookup::find;
use crate::paging::{Page, Paging};
use crate::refusal::Refusal;

/// Tells how often each operation was called, how the calls ended, and how long they took.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = GET, path = "/stats/operations", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Page<OperationCounts>,
            error = Refusal<OperationLookup>,
            columns = ["name", "calls", "in_flight", "failed", "mean_us", "max_us"],
            example(name = "itself", params = r#"{"operation": "operation_stats"}"#))]
pub struct OperationStats {
    /// Only this operation.
    #[param(min_len = 1, max_len = 48)]
    pub operation: Option<String>,
    /// Only operations of this category.
    pub category: Option<String>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

/// The counts of one operation, since the program began.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OperationCounts {
    /// The operation.
    pub name: String,
    /// How many calls have ended.
    pub calls: u64,
    /// How many calls are under way.
    pub in_flight: u64,
    /// How many calls were refused or failed.
    pub failed: u64,
    /// The same by class; classes without any are left out.
    pub failures: Vec<ClassCount>,
    /// The mean time of a call, in microseconds; absent before the first has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_us: Option<f64>,
    /// The longest time of a call, in microseconds; absent before the first has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_us: Option<f64>,
}

/// How many calls failed in one way.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClassCount {
    /// The class of the failure.
    pub class: String,
    /// How many.
    pub count: u64,
}

impl Execute for OperationStats {
    type State = ();

    async fn execute(
        self,
        cx: &Context<()>,
    ) -> Result<Page<OperationCounts>, Refusal<OperationLookup>> {
        let operations = cx.operations();
        let only = match &self.operation {
            None => None,
            Some(name) => Some(find(&operations, name)?),
        };
        let items = operations
            .listed()
            .filter(|op| only.is_none_or(|only| only.spec().name == op.spec().name))
            .filter(|op| self.category.as_deref().is_none_or(|only| op.spec().category == only))
            .map(|op| (op.spec().name.clone(), OperationCounts::of(op)));
        let query = format!("operation_stats {:?} {:?}", self.operation, self.category);
        self.page.page(cx, &query, items).map_err(Refusal::Shared)
    }
}

impl OperationCounts {
    fn of(operation: &Registered) -> Self {
        let failures: Vec<_> = operation
            .failures()
            .map(|(class, count)| ClassCount { class: class.as_str().to_owned(), count })
            .collect();
        let times = operation.times();
        Self {
            name: operation.spec().name.to_string(),
            calls: operation.calls(),
            in_flight: operation.in_flight(),
            failed: failures.iter().map(|failure| failure.count).sum(),
            failures,
            mean_us: times.map(|times| times.mean.as_secs_f64() * 1e6),
            max_us: times.map(|times| times.max.as_secs_f64() * 1e6),
        }
    }
}
