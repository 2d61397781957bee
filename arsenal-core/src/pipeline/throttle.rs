//! throttle: the caller's allowance for this operation.

use super::Refused;
use super::permit::Permitted;
use crate::call::RateFacts;
use crate::codes;
use crate::error::Error;
use crate::observe::Step;
use crate::record::CallCx;

/// A call within its caller's allowance.
#[derive(Debug)]
pub(crate) struct Throttled(());

/// Takes one call of the allowance.
///
/// # Errors
///
/// [`Class::RateLimited`](crate::Class::RateLimited) with the time to wait.
// Always: most operations have no limit, and then it is one look.
#[inline(always)]
pub(super) fn throttle(call: &mut CallCx, _: Permitted) -> Result<Throttled, Refused> {
    let taken = call.op().rate().map(|limit| limit.take(&call.origin.caller.principal));
    if let Some(taken) = taken {
        keep(call, taken)?;
    }
    call.passed(Step::Throttle);
    Ok(Throttled(()))
}

/// Keeps what is left of the allowance, and refuses a call that is one too many.
fn keep(call: &mut CallCx, taken: Result<RateFacts, RateFacts>) -> Result<(), Refused> {
    let refused = taken.as_ref().err().map(too_many);
    call.rate = Some(taken.unwrap_or_else(|left| left));
    match refused {
        Some(error) => Err(call.refuse(Step::Throttle, error)),
        None => Ok(()),
    }
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
