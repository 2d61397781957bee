//! route: a name becomes an operation.

use std::sync::Arc;

use super::Refused;
use super::corridor::{Corridor, tell_unrouted};
use crate::arsenal::Shared;
use crate::call::{Origin, Terms};
use crate::context::CallCx;
use crate::error::{Class, Error};
use crate::observe::Step;

/// A call whose operation is known.
#[derive(Debug)]
pub(super) struct Routed {
    pub(super) cx: CallCx,
}

/// Finds the operation.
///
/// # Errors
///
/// [`Class::NotFound`] with the nearest name; [`Class::Unavailable`] once the program drains.
pub(super) fn route(
    shared: &Arc<Shared>,
    name: &str,
    origin: Origin,
    terms: Terms,
) -> Result<(Routed, Corridor), Refused> {
    let found = if shared.tracker.is_closed() {
        Err(Error::new(Class::Unavailable, "DRAINING", "the program is shutting down")
            .with_retry_after(shared.settings.drain_retry_after))
    } else {
        shared.registry.find(name)
    };
    match found {
        Ok(op) => {
            let mut cx = CallCx::new(Arc::clone(shared), op, origin, terms);
            cx.facts.success = cx.op.spec().http.success;
            cx.facts.deprecated.clone_from(&cx.op.spec().deprecated);
            let corridor = Corridor::new(shared, &mut cx);
            cx.passed(Step::Route);
            Ok((Routed { cx }, corridor))
        }
        Err(error) => {
            tell_unrouted(shared, name, &origin, &error);
            Err(Refused { error, facts: Box::default() })
        }
    }
}
