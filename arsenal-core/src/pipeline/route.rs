//! route: a name becomes an operation.

use std::sync::Arc;

use super::corridor::tell_unrouted;
use crate::arsenal::Shared;
use crate::began::Began;
use crate::call::{Caller, Origin};
use crate::codes;
use crate::error::Error;
use crate::model::Visibility;
use crate::registry::Registered;

/// A call whose operation is known.
#[derive(Debug)]
pub(crate) struct Routed(());

/// What was found, and when: for the corridor, which must be made of it and ends the call.
#[must_use = "the call was let in and counted: only its corridor lets it out again"]
pub(crate) struct Found {
    pub(crate) shared: Arc<Shared>,
    pub(crate) op: Arc<Registered>,
    pub(crate) began: Began,
}

/// How the operation is named: by its type, by whoever links its crate, or by a name, by anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    ByType,
    ByName,
}

/// Finds the operation, of which a corridor is to be made.
///
/// # Errors
///
/// Not found, with the nearest name; unavailable once the program drains. Observers have heard.
// Always: of a call by type the name is known, and so is its hash.
#[inline(always)]
pub(crate) fn route(
    shared: &Arc<Shared>,
    name: &str,
    door: Door,
    origin: &Origin,
) -> Result<(Found, Routed), Error> {
    match find(shared, name, door, origin) {
        Ok(op) => {
            op.begin();
            let began = Began::now(&shared.machine);
            Ok((Found { shared: Arc::clone(shared), op, began }, Routed(())))
        }
        Err(error) => {
            tell_unrouted(shared, name, origin, &error);
            Err(error)
        }
    }
}

/// Lets the call in and finds its operation; a call whose operation is not found is out again.
#[inline(always)]
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
