//! throttle: the caller's allowance for this operation.

use super::Refused;
use super::permit::Permitted;
use crate::call::RateFacts;
use crate::codes;
use crate::context::CallCx;
use crate::error::Error;
use crate::observe::Step;

/// A call within its caller's allowance.
#[derive(Debug)]
pub(crate) struct Throttled(());

/// Takes one call of the allowance.
///
/// # Errors
///
/// [`Class::RateLimited`](crate::Class::RateLimited) with the time to wait.
#[inline(always)]
pub(super) fn throttle(call: &mut CallCx, _: Permitted) -> Result<Throttled, Refused> {
    if call.op.rate().is_some()
        && let Err(error) = take(call)
    {
        return Err(call.refuse(Step::Throttle, error));
    }
    call.passed(Step::Throttle);
    Ok(Throttled(()))
}

/// Takes one call of the allowance, where there is one, and keeps what is left of it.
fn take(call: &mut CallCx) -> Result<(), Error> {
    let Some(limit) = call.op.rate() else { return Ok(()) };
    let (left, verdict) = match limit.take(&call.origin.caller.principal) {
        Ok(left) => (left, Ok(())),
        Err(left) => {
            let error = too_many(&left);
            (left, Err(error))
        }
    };
    call.rate = Some(left);
    verdict
}

fn too_many(facts: &RateFacts) -> Error {
    let wait = facts.reset;
    codes::RATE_LIMITED
        .error(format!(
            "`{}` allows {} calls in {}s; try again in {}s",
            facts.policy,
            facts.quota,
            facts.window.as_secs(),
            wait.as_millis().div_ceil(1000)
        ))
        .with_retry_after(wait)
}
