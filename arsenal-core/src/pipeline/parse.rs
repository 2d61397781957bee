//! parse: decodes, coerces and validates, and tells every fault.

use super::{Act, Refused, Throttled};
use crate::observe::Step;
use crate::record::CallCx;

/// A call whose parameters are what the schema says.
pub(super) struct Parsed<A: Act> {
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
    call: &CallCx,
    _: Throttled,
    input: A::Input,
) -> Result<Parsed<A>, Refused> {
    call.reach(Step::Parse);
    match A::parse(call, input) {
        Ok(params) => {
            call.passed(Step::Parse);
            Ok(Parsed { params })
        }
        Err(error) => Err(call.refuse(Step::Parse, error)),
    }
}
