//! settle: the answer is encoded, kept under its key, and handed over.

use super::execute::{Executed, Foreseen};
use super::{Act, ByName, Course, Done, Refused};
use crate::observe::Step;

/// Encodes the answer.
#[inline]
pub(super) fn settle<A: Act>(executed: Executed<A>) -> Done<A::Data> {
    let Executed { cx, answer, key: _, permits } = executed;
    // Capacity is for running work; encoding must not hold it.
    drop(permits);
    let outcome = answer.and_then(|answer| {
        let data = A::encode(answer);
        match &data {
            Ok(_) => cx.as_ref().passed(Step::Settle),
            Err(error) => cx.as_ref().failed(Step::Settle, error),
        }
        data
    });
    Done { outcome, course: Course::Ran }
}

/// Encodes the answer and keeps it under the call's key.
pub(super) fn settle_kept<A: ByName>(mut executed: Executed<A>) -> Done<String> {
    let key = executed.key.take();
    let done = settle(executed);
    if let Some(key) = key {
        key.settle(done.outcome.as_deref());
    }
    done
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
