//! parse: decodes, coerces and validates, and tells every fault.

use super::{Act, Refused, Throttled};
use crate::observe::Step;

/// A call whose parameters are what the schema says.
pub(super) struct Parsed<A: Act> {
    pub(super) act: A,
    pub(super) cx: A::Cx,
    pub(super) params: A::Params,
}

/// Reads the parameters.
///
/// # Errors
///
/// [`Class::Malformed`](crate::Class::Malformed) for what cannot be read,
/// [`Class::Validation`](crate::Class::Validation) with every fault for what breaks a rule.
#[inline]
pub(super) fn parse<A: Act>(
    throttled: Throttled,
    act: A,
    input: A::Input,
) -> Result<Parsed<A>, Refused> {
    throttled.cx.reach(Step::Parse);
    let cx = act.context(throttled.cx).map_err(|(error, call)| call.refuse(Step::Parse, error))?;
    match act.parse(input, &cx) {
        Ok(params) => {
            cx.as_ref().passed(Step::Parse);
            Ok(Parsed { act, cx, params })
        }
        Err(error) => Err(cx.as_ref().refuse(Step::Parse, error)),
    }
}
