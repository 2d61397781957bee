//! throttle: the caller's allowance for this operation.

use std::sync::Arc;

use super::Refused;
use super::permit::Permitted;
use crate::call::RateFacts;
use crate::codes;
use crate::context::CallCx;
use crate::observe::Step;

/// A call within its caller's allowance.
#[derive(Debug)]
pub(crate) struct Throttled {
    pub(super) cx: Arc<CallCx>,
}

impl Throttled {
    #[inline]
    pub(crate) fn cx(&self) -> &Arc<CallCx> {
        &self.cx
    }
}

/// Takes one call of the allowance.
///
/// # Errors
///
/// [`Class::RateLimited`] with the time to wait.
#[inline]
pub(super) fn throttle(permitted: Permitted) -> Result<Throttled, Refused> {
    let cx = permitted.cx;
    let Some(limit) = cx.op.rate() else {
        cx.passed(Step::Throttle);
        return Ok(Throttled { cx });
    };
    match limit.take(&cx.origin.caller.principal) {
        Ok(facts) => {
            keep(&cx, facts);
            cx.passed(Step::Throttle);
            Ok(Throttled { cx })
        }
        Err(facts) => {
            let wait = facts.reset;
            let error = codes::RATE_LIMITED
                .error(format!(
                    "`{}` allows {} calls in {}s; try again in {}s",
                    facts.policy,
                    facts.quota,
                    facts.window.as_secs(),
                    wait.as_millis().div_ceil(1000)
                ))
                .with_retry_after(wait);
            keep(&cx, facts);
            Err(cx.refuse(Step::Throttle, error))
        }
    }
}

fn keep(cx: &CallCx, facts: RateFacts) {
    // The step is entered once, and so the cell is empty.
    let _ = cx.rate.set(Box::new(facts));
}
