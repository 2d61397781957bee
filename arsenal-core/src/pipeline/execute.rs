//! execute: all attempts, under the one deadline that the driver keeps.

use std::sync::Arc;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::admit::{HeldKey, Permits, Planned, Running};
use super::{Act, Refused};
use crate::context::CallCx;
use crate::error::Error;
use crate::observe::Step;

/// A call that was executed.
pub(super) struct Executed<A: Act> {
    pub(super) cx: A::Cx,
    pub(super) answer: Result<A::Data, Error>,
    pub(super) key: Option<Box<HeldKey>>,
    pub(super) permits: Permits,
}

/// A dry run's answer, if the operation has one.
pub(super) struct Foreseen {
    pub(super) cx: Arc<CallCx>,
    pub(super) answer: Option<String>,
}

/// Does it, once or as often as declared.
pub(super) async fn execute<A: Act>(running: Running<A>) -> Executed<A> {
    let Running { parsed, key, permits } = running;
    let (act, cx, mut params) = (parsed.act, parsed.cx, parsed.params);
    let mut delays = delays(cx.as_ref());
    let answer = loop {
        cx.as_ref().attempt();
        cx.as_ref().reach(Step::Execute);
        let delay = delays.as_mut().and_then(Iterator::next);
        let spare = if delay.is_some() { act.again(&params) } else { None };
        match act.execute(params, &cx).await {
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
        Ok(_) => cx.as_ref().passed(Step::Execute),
        Err(error) => cx.as_ref().failed(Step::Execute, error),
    }
    Executed { cx, answer, key, permits }
}

/// Asks what would happen.
///
/// # Errors
///
/// The author's own.
pub(super) async fn plan(planned: Planned) -> Result<Foreseen, Refused> {
    let Planned(parsed) = planned;
    parsed.cx.reach(Step::Execute);
    match parsed.params.plan(&parsed.cx).await {
        Ok(answer) => {
            parsed.cx.passed(Step::Execute);
            Ok(Foreseen { cx: parsed.cx, answer })
        }
        Err(error) => Err(parsed.cx.refuse(Step::Execute, error)),
    }
}

/// The waits between attempts; none unless retries are declared and doing it twice is safe.
#[inline]
fn delays(cx: &CallCx) -> Option<impl Iterator<Item = std::time::Duration> + Send + use<>> {
    let spec = cx.op.spec();
    let retry = spec.limits.retry.filter(|_| spec.idempotent || spec.reads_only())?;
    let more = usize::try_from(retry.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    Some(
        ExponentialBuilder::new()
            .with_min_delay(retry.delay)
            .with_max_times(more)
            .with_jitter()
            .build(),
    )
}
