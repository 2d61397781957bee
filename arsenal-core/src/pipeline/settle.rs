//! settle: the answer is encoded, kept under its key, and handed over.

use super::admit::HeldKey;
use super::execute::{Executed, Foreseen};
use super::{Act, ByName, Course, Done, Refused};
use crate::codes;
use crate::context::CallCx;
use crate::error::Error;
use crate::observe::Step;

/// Encodes the answer.
#[inline]
pub(super) fn settle<A: Act>(executed: Executed<A>) -> Done<A::Data> {
    let Executed { cx, answer, key: _, permits } = executed;
    // Capacity is for running work; encoding must not hold it.
    drop(permits);
    let outcome = answer.and_then(|answer| told(cx.as_ref(), A::encode(answer)));
    Done { outcome, course: Course::Ran }
}

/// Encodes the answer and keeps it under the call's key.
pub(super) fn settle_kept<A: ByName>(executed: Executed<A>) -> Done<String> {
    let Executed { cx, answer, key, permits } = executed;
    drop(permits);
    Done { outcome: kept(cx.as_ref(), answer.map(A::encode), key), course: Course::Ran }
}

fn kept(
    call: &CallCx,
    answer: Result<Result<String, Error>, Error>,
    key: Option<Box<HeldKey>>,
) -> Result<String, Error> {
    let outcome = answer.and_then(|data| told(call, data.and_then(|data| fits(call, data))));
    if let Some(key) = key {
        key.settle(outcome.as_deref());
    }
    outcome
}

fn told<D>(call: &CallCx, data: Result<D, Error>) -> Result<D, Error> {
    match &data {
        Ok(_) => call.passed(Step::Settle),
        Err(error) => call.failed(Step::Settle, error),
    }
    data
}

/// In debug builds an answer that its published schema does not allow is an error: an author
/// learns in tests what a client would learn in production.
fn fits(call: &CallCx, data: String) -> Result<String, Error> {
    let misfit = if cfg!(debug_assertions) { call.op.misfit(&data) } else { None };
    match misfit {
        None => Ok(data),
        Some(misfit) => Err(codes::ANSWER_OFF_SCHEMA
            .error("the answer is not what its schema says")
            .with_source(misfit)),
    }
}

/// Encodes a dry run's answer; `null` where the operation foresees nothing.
///
/// # Errors
///
/// The answer could not be encoded.
pub(super) fn settle_plan<A: ByName>(foreseen: Foreseen<A>) -> Result<Done<String>, Refused> {
    let Foreseen { cx, answer } = foreseen;
    let course = Course::Planned { foreseen: answer.is_some() };
    match answer.map_or_else(|| Ok("null".to_owned()), A::encode) {
        Ok(data) => {
            cx.as_ref().passed(Step::Settle);
            Ok(Done { outcome: Ok(data), course })
        }
        Err(error) => Err(cx.as_ref().refuse(Step::Settle, error)),
    }
}
