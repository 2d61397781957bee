//! execute: all attempts, under the one deadline that the driver keeps.

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::admit::{HeldKey, Permits, Planned, Running};
use super::{Act, Refused};
use crate::error::Error;
use crate::observe::Step;
use crate::record::CallCx;

/// A call that was executed.
pub(super) struct Executed<A: Act> {
    pub(super) answer: Result<A::Data, Error>,
    pub(super) key: Option<Box<HeldKey>>,
    pub(super) permits: Permits,
}

/// A dry run's answer, if the operation has one.
pub(super) struct Foreseen {
    pub(super) answer: Option<String>,
}

/// Does it, once or as often as declared.
pub(super) async fn execute<A: Act>(call: &CallCx, running: Running<A>) -> Executed<A> {
    let Running { parsed, key, permits } = running;
    let mut params = parsed.params;
    let mut delays = delays(call);
    let answer = loop {
        call.attempt();
        call.reach(Step::Execute);
        let delay = delays.as_mut().and_then(|delays| delays.next());
        let spare = if delay.is_some() { A::again(&params) } else { None };
        match A::execute(call, params).await {
            Err(error) if error.transient() => match (spare, delay) {
                (Some(again), Some(delay)) => {
                    tokio::time::sleep(delay).await;
                    params = again;
                }
                _ => break Err(error),
            },
            ended => break ended,
        }
    };
    match &answer {
        Ok(_) => call.passed(Step::Execute),
        Err(error) => call.failed(Step::Execute, error),
    }
    Executed { answer, key, permits }
}

/// Asks what would happen.
///
/// # Errors
///
/// The author's own.
pub(super) async fn plan(call: &CallCx, planned: Planned) -> Result<Foreseen, Refused> {
    let Planned(parsed) = planned;
    call.reach(Step::Execute);
    match parsed.params.plan(call).await {
        Ok(answer) => {
            call.passed(Step::Execute);
            Ok(Foreseen { answer })
        }
        Err(error) => Err(call.refuse(Step::Execute, error)),
    }
}

/// The waits between attempts; none unless retries are declared and doing it twice is safe.
///
/// Boxed: few operations have them, and every call would carry their room.
#[inline]
fn delays(call: &CallCx) -> Option<Box<ExponentialBackoff>> {
    let spec = call.spec();
    let retry = spec.limits.retry.filter(|_| spec.idempotent || spec.reads_only())?;
    let more = usize::try_from(retry.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let delays =
        ExponentialBuilder::new().with_min_delay(retry.delay).with_max_times(more).with_jitter();
    Some(Box::new(delays.build()))
}
