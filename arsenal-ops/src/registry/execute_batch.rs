//! `execute_batch`.

use std::collections::HashMap;

use arsenal::{Class, Context, Error, Execute, Input, Operation, Params, Reply, Terms};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::task::{Id, JoinError, JoinSet};

/// Runs many calls in one, each with its own outcome.
///
/// Each part is a call of its own for the same caller: its role, its limits and its validation
/// hold as if it had come alone. A part cannot be another batch.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = POST, path = "/batch", role = viewer,
            effect = write, timeout = "60s", rate_limit = "600/min", output = Batch,
            example(name = "two calls", params = r#"{"calls": [{"operation": "list_categories"},
                {"operation": "search_operations", "params": {"query": "memory"}}]}"#))]
pub struct ExecuteBatch {
    /// The calls.
    #[param(min_len = 1, max_len = 1000)]
    pub calls: Vec<BatchCall>,
    /// How many run at the same time.
    #[param(default = 8, min = 1, max = 64)]
    pub parallel: u32,
    /// Begin no further call once one has failed.
    #[param(default = false)]
    pub stop_on_error: bool,
}

/// One call of a batch.
#[derive(Debug, Params)]
pub struct BatchCall {
    /// The operation's name.
    #[param(min_len = 1, max_len = 48)]
    pub operation: String,
    /// Its parameters; none is an empty object.
    #[param(default = Value::Object(Map::new()))]
    pub params: Value,
}

/// What became of a batch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Batch {
    /// What became of each call, in the order of the calls.
    pub items: Vec<PartOutcome>,
    /// How many succeeded.
    pub succeeded: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were not begun, because one before them failed.
    pub skipped: usize,
}

/// What became of one call.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PartOutcome {
    /// It was answered.
    Ok {
        /// The answer.
        data: Value,
    },
    /// It was refused, or failed.
    Failed {
        /// Why.
        error: PartError,
    },
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

impl Execute for ExecuteBatch {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Batch, Error> {
        let mut outcomes: Vec<Option<PartOutcome>> = self.calls.iter().map(|_| None).collect();
        let mut running = JoinSet::new();
        let mut places = HashMap::new();
        let mut calls = self.calls.into_iter().enumerate();
        let mut failed = false;
        loop {
            while running.len() < self.parallel as usize && !(failed && self.stop_on_error) {
                let Some((at, call)) = calls.next() else { break };
                let part = part(cx, call);
                places.insert(running.spawn(part).id(), at);
            }
            let Some(ended) = running.join_next_with_id().await else { break };
            let (id, outcome) = PartOutcome::of_task(ended);
            failed |= matches!(outcome, PartOutcome::Failed { .. });
            if let Some(at) = places.remove(&id) {
                outcomes[at] = Some(outcome);
            }
        }
        Ok(Batch::of(outcomes))
    }
}

fn part(cx: &Context<()>, call: BatchCall) -> impl Future<Output = Reply> + Send + use<> {
    // Names and aliases alike: what counts is which operation would run.
    let operations = cx.operations();
    let nested = operations.get(&call.operation).is_some_and(|op| op.spec().name == cx.spec().name);
    let input = Input { strings: Vec::new(), body: Some(call.params.to_string().into()) };
    let running = cx.call_by_name(&call.operation, input, Terms::default());
    async move {
        if nested {
            let error =
                Error::new(Class::Validation, "NESTED_BATCH", "a batch cannot hold another");
            return Reply { outcome: Err(error), facts: arsenal::Facts::default() };
        }
        running.await
    }
}

impl Batch {
    fn of(outcomes: Vec<Option<PartOutcome>>) -> Self {
        let items: Vec<_> =
            outcomes.into_iter().map(|outcome| outcome.unwrap_or(PartOutcome::Skipped)).collect();
        let count = |wanted: fn(&PartOutcome) -> bool| items.iter().filter(|o| wanted(o)).count();
        Self {
            succeeded: count(|outcome| matches!(outcome, PartOutcome::Ok { .. })),
            failed: count(|outcome| matches!(outcome, PartOutcome::Failed { .. })),
            skipped: count(|outcome| matches!(outcome, PartOutcome::Skipped)),
            items,
        }
    }
}

impl PartOutcome {
    /// The outcome of a part that was begun. The pipeline catches what its operation does, so that
    /// a task without a reply was ended with the program that it runs in.
    fn of_task(ended: Result<(Id, Reply), JoinError>) -> (Id, Self) {
        match ended {
            Ok((id, reply)) => (id, Self::of(reply)),
            Err(aborted) => {
                let error = Error::new(Class::System, "PART_ABORTED", "it was begun, and cut off");
                (aborted.id(), Self::Failed { error: PartError::of(&error) })
            }
        }
    }

    fn of(reply: Reply) -> Self {
        match reply.outcome {
            Ok(text) => Self::Ok { data: serde_json::from_str(&text).unwrap_or_default() },
            Err(error) => Self::Failed { error: PartError::of(&error) },
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_was_cut_off_has_failed_and_was_not_skipped() {
        let mut running = JoinSet::new();
        let part = running.spawn(std::future::pending::<Reply>());
        part.abort();
        let ended = running.join_next_with_id().await.expect("there is one");
        let (id, outcome) = PartOutcome::of_task(ended);
        assert_eq!(id, part.id());
        let batch = Batch::of(vec![Some(outcome), None]);
        assert_eq!((batch.succeeded, batch.failed, batch.skipped), (0, 1, 1));
    }
}
