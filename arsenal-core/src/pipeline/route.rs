//! route: a name becomes an operation.

use std::sync::Arc;

use super::TurnedAway;
use super::corridor::{Corridor, tell_unrouted};
use crate::arsenal::Shared;
use crate::call::{Origin, Terms};
use crate::context::CallCx;
use crate::error::{Class, Error};
use crate::observe::Step;

/// A call whose operation is known.
#[derive(Debug)]
pub(super) struct Routed {
    pub(super) cx: Arc<CallCx>,
}

/// Finds the operation.
///
/// # Errors
///
/// [`Class::NotFound`] with the nearest name; [`Class::Unavailable`] once the program drains.
#[inline]
pub(super) fn route(
    shared: &Arc<Shared>,
    name: &str,
    origin: Origin,
    terms: Terms,
) -> Result<(Routed, Corridor), TurnedAway> {
    let found = if shared.in_flight.enter() {
        shared.registry.find(name).inspect_err(|_unknown| shared.in_flight.leave())
    } else {
        Err(Error::new(Class::Unavailable, "DRAINING", "the program is shutting down")
            .with_retry_after(shared.settings.drain_retry_after))
    };
    match found {
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
