//! authorize: the author's policy for this very resource.

use super::parse::Parsed;
use super::{Act, Refused};
use crate::observe::Step;
use crate::record::CallCx;

/// A call that its author's policy allows.
pub(super) struct Authorized<A: Act>(pub(super) Parsed<A>);

/// Asks the author's policy.
///
/// # Errors
///
/// The policy's own.
pub(super) async fn authorize<A: Act>(
    call: &CallCx,
    parsed: Parsed<A>,
) -> Result<Authorized<A>, Refused> {
    call.reach(Step::Authorize);
    match A::authorize(call, &parsed.params).await {
        Ok(()) => {
            call.passed(Step::Authorize);
            Ok(Authorized(parsed))
        }
        Err(error) => Err(call.refuse(Step::Authorize, error)),
    }
}
