//! permit: the operation's role and scope, before anything of the parameters is looked at.

use super::Refused;
use super::route::Routed;
use crate::call::Caller;
use crate::codes;
use crate::error::Error;
use crate::model::{OperationSpec, Role};
use crate::observe::Step;
use crate::record::CallCx;

/// A call whose caller may call the operation at all.
#[derive(Debug)]
pub(super) struct Permitted(());

/// Checks the role and the scope.
///
/// # Errors
///
/// [`Class::Unauthenticated`] for a stranger, [`Class::Forbidden`] for somebody with too small
/// a role or without the scope.
#[inline]
pub(super) fn permit(call: &CallCx, _: Routed) -> Result<Permitted, Refused> {
    match verdict(call.spec(), &call.origin.caller) {
        Ok(()) => {
            call.passed(Step::Permit);
            Ok(Permitted(()))
        }
        Err(error) => Err(call.refuse(Step::Permit, error)),
    }
}

#[inline]
pub(crate) fn verdict(spec: &OperationSpec, caller: &Caller) -> Result<(), Error> {
    if caller.role < spec.role {
        return Err(if caller.role == Role::Public {
            codes::UNAUTHENTICATED.error("credentials are needed")
        } else {
            codes::ROLE_MISSING
                .error(format!(
                    "`{}` needs the role {}, and the caller is {}",
                    spec.name, spec.role, caller.role
                ))
                .with_detail("role", spec.role.as_str())
        });
    }
    match &spec.scope {
        Some(scope) if !caller.has_scope(scope) => Err(codes::SCOPE_MISSING
            .error(format!("`{}` needs the scope {scope}", spec.name))
            .with_detail("scope", scope.as_ref())),
        _ => Ok(()),
    }
}
