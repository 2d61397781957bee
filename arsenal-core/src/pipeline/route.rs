//! route: a name becomes an operation.

use std::sync::Arc;

use super::TurnedAway;
use super::corridor::{Corridor, tell_unrouted};
use crate::arsenal::Shared;
use crate::call::{Caller, Origin, Terms};
use crate::codes;
use crate::context::CallCx;
use crate::error::Error;
use crate::model::Visibility;
use crate::observe::Step;
use crate::registry::Registered;

/// A call whose operation is known.
#[derive(Debug)]
pub(super) struct Routed {
    pub(super) cx: Arc<CallCx>,
}

/// How the operation is named: by its type, by whoever links its crate, or by a name, by anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    ByType,
    ByName,
}

/// Finds the operation.
///
/// # Errors
///
/// Not found, with the nearest name; unavailable once the program drains.
#[inline]
pub(super) fn route(
    shared: &Arc<Shared>,
    name: &str,
    door: Door,
    origin: Origin,
    terms: Terms,
) -> Result<(Routed, Corridor), TurnedAway> {
    match find(shared, name, door, &origin) {
        Ok(op) => {
            let cx = Arc::new(CallCx::new(Arc::clone(shared), op, origin, terms));
            let corridor = Corridor::new(Arc::clone(&cx));
            cx.passed(Step::Route);
            Ok((Routed { cx }, corridor))
        }
        Err(error) => {
            tell_unrouted(shared, name, &origin, &error);
            Err(TurnedAway { error, facts: Box::default() })
        }
    }
}

/// Lets the call in and finds its operation; a call whose operation is not found is out again.
#[inline]
fn find(
    shared: &Shared,
    name: &str,
    door: Door,
    origin: &Origin,
) -> Result<Arc<Registered>, Error> {
    if 0 < origin.depth {
        // What a call under way calls in its turn belongs to that call, which may end.
        shared.in_flight.follow();
    } else if !shared.in_flight.enter() {
        return Err(codes::DRAINING
            .error("the program is shutting down")
            .with_retry_after(shared.settings.drain_retry_after));
    }
    let found = shared.registry.find(name).and_then(|op| {
        let internal = op.spec().visibility == Visibility::Internal;
        if internal && door == Door::ByName && origin.caller != Caller::program() {
            return Err(shared.registry.snapshot().unknown(name));
        }
        Ok(op)
    });
    found.inspect_err(|_unknown| shared.in_flight.leave())
}
