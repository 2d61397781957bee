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
#[inline]
pub(super) fn throttle(call: &mut CallCx, _: Permitted) -> Result<Throttled, Refused> {
    let taken = call.op.rate().map(|limit| limit.take(&call.origin.caller.principal));
    let refusal = match taken {
        None => None,
        Some(Ok(facts)) => {
            call.rate = Some(facts);
            None
        }
        Some(Err(facts)) => {
            let error = too_many(&facts);
            call.rate = Some(facts);
            Some(error)
        }
    };
    match refusal {
        None => {
            call.passed(Step::Throttle);
            Ok(Throttled(()))
        }
        Some(error) => Err(call.refuse(Step::Throttle, error)),
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
