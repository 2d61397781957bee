//! settle: the answer is encoded, kept under its key, and handed over.

use super::execute::{Executed, Foreseen};
use super::{Act, Course, Done, Refused};
use crate::error::{Class, Error};
use crate::observe::Step;

/// Encodes and keeps the answer.
#[inline]
pub(super) fn settle<A: Act>(executed: Executed<A>) -> Done<A::Data> {
    let Executed { cx, answer, key, permits } = executed;
    // Capacity is for running work; encoding must not hold it.
    drop(permits);
    let outcome = answer.and_then(A::encode);
    if let Some(key) = key {
        let kept = outcome.as_ref().map(|data| A::kept(data).unwrap_or("null"));
        key.settle(kept);
    }
    if outcome.is_ok() {
        cx.as_ref().passed(Step::Settle);
    }
    Done { outcome, course: Course::Ran }
}

/// Encodes a dry run's answer; `null` where the operation foresees nothing.
///
/// # Errors
///
/// The answer could not be encoded.
pub(super) fn settle_plan<A: Act>(foreseen: Foreseen<A>) -> Result<Done<A::Data>, Refused> {
    let Foreseen { cx, answer } = foreseen;
    let data = match answer {
        Some(answer) => A::encode(answer),
        None => A::text("null".to_owned()).ok_or_else(no_plan),
    };
    match data {
        Ok(data) => {
            cx.as_ref().passed(Step::Settle);
            Ok(Done { outcome: Ok(data), course: Course::Planned })
        }
        Err(error) => Err(cx.as_ref().refuse(Step::Settle, error)),
    }
}

#[cold]
fn no_plan() -> Error {
    Error::new(Class::System, "NO_PLAN", "the operation does not say what it would do")
}
