//! settle: the answer is kept under its key, and handed over.

use super::execute::{Executed, Foreseen};
use super::{Act, Detour, Done, Named};
use crate::codes;
use crate::error::Error;
use crate::observe::Step;
use crate::record::CallCx;

/// Hands the answer over.
#[inline]
pub(super) fn settle<A: Act>(call: &CallCx, executed: Executed<A>) -> Done<A::Data> {
    let Executed { answer, key: _, permits: _ } = executed;
    if answer.is_ok() {
        call.passed(Step::Settle);
    }
    Done { outcome: answer, detour: None }
}

/// Keeps the answer under the call's key, and hands it over.
pub(super) fn settle_kept(call: &CallCx, executed: Executed<Named>) -> Done<String> {
    let Executed { answer, key, permits } = executed;
    // Capacity is for running work.
    drop(permits);
    let outcome = answer.and_then(|data| fits(call, data));
    match &outcome {
        Ok(_) => call.passed(Step::Settle),
        Err(error) if error.code() == codes::ANSWER_OFF_SCHEMA.code => {
            call.failed(Step::Settle, error);
        }
        Err(_told) => {}
    }
    if let Some(key) = key {
        key.settle(outcome.as_deref());
    }
    Done { outcome, detour: None }
}

/// In debug builds an answer that its published schema does not allow is an error: an author
/// learns in tests what a client would learn in production.
fn fits(call: &CallCx, data: String) -> Result<String, Error> {
    let misfit = if cfg!(debug_assertions) { call.op().misfit(&data) } else { None };
    match misfit {
        None => Ok(data),
        Some(misfit) => Err(codes::ANSWER_OFF_SCHEMA
            .error("the answer is not what its schema says")
            .with_source(misfit)),
    }
}

/// Hands a dry run's answer over: `null` where the operation foresees nothing.
pub(super) fn settle_plan(call: &CallCx, foreseen: Foreseen) -> Done<String> {
    let Foreseen { answer } = foreseen;
    let detour = Detour::Planned { foreseen: answer.is_some() };
    call.passed(Step::Settle);
    Done {
        outcome: Ok(answer.unwrap_or_else(|| "null".to_owned())),
        detour: Some(Box::new(detour)),
    }
}
