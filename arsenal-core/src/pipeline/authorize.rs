//! authorize: the author's policy for this very resource.

use super::parse::Parsed;
use super::{Act, Refused};
use crate::observe::Step;

/// A call that its author's policy allows.
pub(super) struct Authorized<A: Act>(pub(super) Parsed<A>);

/// Asks the author's policy.
///
/// # Errors
///
/// The policy's own.
pub(super) async fn authorize<A: Act>(parsed: Parsed<A>) -> Result<Authorized<A>, Refused> {
    parsed.cx.as_ref().reach(Step::Authorize);
    match parsed.act.authorize(&parsed.params, &parsed.cx).await {
        Ok(()) => {
            parsed.cx.as_ref().passed(Step::Authorize);
            Ok(Authorized(parsed))
        }
        Err(error) => Err(parsed.cx.as_ref().refuse(Step::Authorize, error)),
    }
}
