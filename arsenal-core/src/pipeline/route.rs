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
pub(super) fn route(
    shared: &Arc<Shared>,
    name: &str,
    door: Door,
    origin: Origin,
    terms: Terms,
) -> Result<(Routed, Corridor), TurnedAway> {
    // Taken before the look: a program that drains waits for every call that it let in.
    let in_flight = shared.tracker.token();
    match find(shared, name, door, &origin) {
        Ok(op) => {
            let cx = Arc::new(CallCx::new(Arc::clone(shared), op, origin, terms));
            let corridor = Corridor::new(Arc::clone(&cx), in_flight);
            cx.passed(Step::Route);
            Ok((Routed { cx }, corridor))
        }
        Err(error) => {
            tell_unrouted(shared, name, &origin, &error);
            Err(TurnedAway { error, facts: Box::default() })
        }
    }
}

fn find(
    shared: &Shared,
    name: &str,
    door: Door,
    origin: &Origin,
) -> Result<Arc<Registered>, Error> {
    // What a call under way calls in its turn belongs to that call, which may end.
    if shared.tracker.is_closed() && origin.depth == 0 {
        return Err(codes::DRAINING
            .error("the program is shutting down")
            .with_retry_after(shared.settings.drain_retry_after));
    }
    let op = shared.registry.find(name)?;
    let internal = op.spec().visibility == Visibility::Internal;
    if internal && door == Door::ByName && origin.caller != Caller::program() {
        return Err(shared.registry.snapshot().unknown(name));
    }
    Ok(op)
}
