//! route: a name becomes an operation.

use std::sync::Arc;

use super::corridor::tell_unrouted;
use crate::began::Began;
use crate::call::{Caller, Origin};
use crate::codes;
use crate::error::Error;
use crate::handle::Program;
use crate::model::Visibility;
use crate::registry::OperationRef;

/// A call whose operation is known.
#[derive(Debug)]
pub(crate) struct Routed(());

/// What was found, and when: for the corridor, which must be made of it and ends the call.
#[must_use = "the call was let in and counted: only its corridor lets it out again"]
pub(crate) struct Found {
    pub(crate) program: Arc<Program>,
    pub(crate) op: OperationRef,
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
    program: &Arc<Program>,
    name: &str,
    door: Door,
    origin: &Origin,
) -> Result<(Found, Routed), Error> {
    match find(program, name, door, origin) {
        Ok(op) => {
            program.registry.get(&op).begin(program.lane);
            let began = Began::now(&program.machine);
            Ok((Found { program: Arc::clone(program), op, began }, Routed(())))
        }
        Err(error) => {
            tell_unrouted(program, name, origin, &error);
            Err(error)
        }
    }
}

/// Lets the call in and finds its operation; a call whose operation is not found is out again.
#[inline(always)]
fn find(program: &Program, name: &str, door: Door, origin: &Origin) -> Result<OperationRef, Error> {
    // What a call under way calls in its turn belongs to that call, which may end.
    let is_in = match origin.depth {
        0 => program.in_flight.enter(program.lane),
        _ => program.in_flight.follow(program.lane),
    };
    if !is_in {
        return Err(codes::DRAINING
            .error("the program is shutting down")
            .with_retry_after(program.settings.drain_retry_after));
    }
    let found = program.registry.find(name).and_then(|op| {
        let internal = program.registry.get(&op).spec().visibility == Visibility::Internal;
        if internal && door == Door::ByName && origin.caller != Caller::program() {
            return Err(program.registry.snapshot().unknown(name));
        }
        Ok(op)
    });
    found.inspect_err(|_unknown| program.in_flight.leave(program.lane))
}
