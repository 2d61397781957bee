//! `execute_batch`.

use std::collections::HashMap;
use std::iter::Enumerate;
use std::vec;

use arsenal::{Context, Error, Execute, Failure, Input, Operation, Params, Reply, Terms};
use serde_json::{Map, Value};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use super::batch::{Batch, Outcomes};

/// Runs many calls in one, each with its own outcome.
///
/// Each part is a call of its own for the same caller: its role, its limits and its validation
/// hold as if it had come alone. A part cannot be another batch. The errors of the batch are those
/// of its parts, beside what each operation may be refused with. When the time of the call is
/// nearly over, no further part is begun, and those under way are left behind: the answer comes
/// all the same.
#[derive(Debug, Operation)]
#[operation(category = "registry", method = POST, path = "/batch", role = viewer, aliases = ["batch"],
            effect = write, timeout = "60s", rate_limit = "600/min", output = Batch,
            error = PartFault,
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

/// Why a part failed whose operation did not refuse it.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum PartFault {
    /// Give its calls to this batch.
    #[error("a batch cannot hold another")]
    #[failure(class = validation)]
    NestedBatch,
    /// Ask for less at a time; what it writes it may still write.
    #[error("it was begun, and had not ended when the time of the batch was over")]
    #[failure(class = timeout)]
    PartTimedOut,
    /// Ask for it alone: it ran, and what it wrote is written.
    #[error("it ran, and its answer of {bytes} bytes is more than the batch has room for")]
    #[failure(class = execution)]
    AnswersTooLarge {
        /// How long the answer is.
        bytes: usize,
    },
    /// The program ended.
    #[error("it was begun, and cut off")]
    #[failure(class = system)]
    PartAborted,
}

impl Execute for ExecuteBatch {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Batch, PartFault> {
        // The last tenth is for the answer itself.
        let until = Instant::now() + cx.time_left().mul_f64(0.9);
        let mut outcomes = Outcomes::new(self.calls.iter().map(|call| call.operation.clone()));
        let mut parts = Parts {
            cx,
            waiting: self.calls.into_iter().enumerate(),
            running: JoinSet::new(),
            places: HashMap::new(),
        };
        loop {
            let go_on = !(self.stop_on_error && outcomes.failed()) && Instant::now() < until;
            if go_on {
                parts.begin(self.parallel as usize);
            }
            match timeout_at(until, parts.next()).await {
                Ok(Some((at, ended))) => outcomes.put(at, ended),
                Ok(None) => break,
                Err(_elapsed) => {
                    for at in parts.places.into_values() {
                        outcomes.put(at, Err(PartFault::PartTimedOut.into_error()));
                    }
                    break;
                }
            }
        }
        Ok(outcomes.into_batch())
    }
}

/// The parts of a batch that have not ended.
struct Parts<'a> {
    cx: &'a Context<()>,
    waiting: Enumerate<vec::IntoIter<BatchCall>>,
    running: JoinSet<Reply>,
    /// Where each that runs stands in the batch.
    places: HashMap<Id, usize>,
}

impl Parts<'_> {
    /// Begins parts in their order, until so many run.
    fn begin(&mut self, n_max: usize) {
        while self.running.len() < n_max {
            let Some((at, call)) = self.waiting.next() else { break };
            let part = part(self.cx, call);
            self.places.insert(self.running.spawn(part).id(), at);
        }
    }

    /// The next that ends, and its place; nothing once none runs. A lost race loses no part.
    async fn next(&mut self) -> Option<(usize, Result<String, Error>)> {
        let (id, ended) = outcome(self.running.join_next_with_id().await?);
        let at = self.places.remove(&id).expect("each part has its place from its beginning");
        Some((at, ended))
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
            let error = PartFault::NestedBatch.into_error();
            return Reply { outcome: Err(error), facts: arsenal::Facts::default() };
        }
        running.await
    }
}

/// The pipeline catches what an operation does, so that a task without a reply was ended with the
/// program that it runs in.
fn outcome(ended: Result<(Id, Reply), JoinError>) -> (Id, Result<String, Error>) {
    match ended {
        Ok((id, reply)) => (id, reply.outcome),
        Err(aborted) => (aborted.id(), Err(PartFault::PartAborted.into_error())),
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
        let (id, ended) = outcome(ended);
        assert_eq!(id, part.id());
        let mut outcomes = Outcomes::new(["a", "b"].map(str::to_owned).into_iter());
        outcomes.put(0, ended);
        let batch = outcomes.into_batch();
        assert_eq!((batch.succeeded, batch.failed, batch.skipped), (0, 1, 1));
    }
}
