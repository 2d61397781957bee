//! The gate in front of a process's poll: kill, suspend, busy time and panics live here.
//!
//! The control lane is looked at before and after each poll of the body, so it wins over the
//! mailbox. A suspended body is not polled; an ended one is dropped before its end is told.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tracing::Span;

use crate::cell::{Core, EXITING, LEFT, Process, SUSPENDED};
use crate::current::Inside;
use crate::finish::finish;
use crate::panic::{catch, regardless};
use crate::{Event, ExitReason, ProcessName};

/// What has to happen between the end of the body and the end of the process.
pub(crate) trait Afterwards: Send {
    /// Polled until it is ready; only then the process ends.
    fn poll_done(&mut self, cx: &mut Context<'_>, core: &Core, reason: &ExitReason) -> Poll<()>;
}

pin_project! {
    /// A process as Tokio sees it.
    pub(crate) struct Gate<F> {
        #[pin]
        body: Option<F>,
        process: Arc<dyn Process>,
        afterwards: Option<Box<dyn Afterwards>>,
        // Kept while what comes afterwards is not done.
        reason: Option<Box<ExitReason>>,
        has_ended: bool,
        span: Span,
    }

    impl<F> PinnedDrop for Gate<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if !*this.has_ended {
                // Tokio itself goes down, or aborts the task.
                *this.has_ended = true;
                regardless(|| this.body.set(None));
                finish(this.process, ExitReason::Killed);
            }
        }
    }
}

impl<F> Gate<F> {
    pub(crate) fn new(
        body: F,
        process: Arc<dyn Process>,
        afterwards: Option<Box<dyn Afterwards>>,
    ) -> Self {
        let (body, reason) = (Some(body), None);
        let span = span(process.core());
        Self { body, process, afterwards, reason, has_ended: false, span }
    }

    pub(crate) fn woken_by(&self, waker: &Waker) {
        self.process.core().woken_by(waker);
    }
}

impl<F: Future<Output = ExitReason>> Future for Gate<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // The waker of a Tokio task stays the same for the task's life, and a process that has
        // begun with a task's waker stays in that task.
        self.process.core().woken_by(cx.waker());
        self.advance(cx)
    }
}

impl<F: Future<Output = ExitReason>> Gate<F> {
    /// The first poll, before Tokio has it. Where its waker is no process's, whoever wakes it
    /// meanwhile wakes nobody.
    pub(crate) fn begin(self: Pin<&mut Self>, waker: &Waker) -> Poll<()> {
        // What it does at its end is nobody's doing, as it is under Tokio.
        let _outside = Inside::of(None);
        self.advance(&mut Context::from_waker(waker))
    }

    fn advance(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let kept = self.as_mut().project().reason.take();
        let reason = match kept {
            Some(reason) => *reason,
            None => ready!(self.as_mut().poll_body(cx)),
        };
        self.poll_end(cx, reason)
    }

    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ExitReason> {
        let mut this = self.project();
        let core = this.process.core();
        // A subscriber can be anybody's code, also where it is told.
        let inside = catch(|| this.span.enter()).ok();
        let _current = Inside::of(Some(core.pid));
        let outcome = loop {
            if core.has(EXITING) {
                let reason = core.control().exit.as_deref().cloned();
                break Poll::Ready(Ok(reason.unwrap_or(ExitReason::Killed)));
            }
            if core.has(SUSPENDED) {
                break Poll::Pending;
            }
            let Some(body) = this.body.as_mut().as_pin_mut() else {
                break Poll::Ready(Ok(ExitReason::Killed));
            };
            core.enter_poll();
            let polled = catch(|| body.poll(cx));
            let busy = core.leave_poll();
            if core.node.slow_poll_ns < busy {
                let took = Duration::from_nanos(busy);
                core.report(|| Event::SlowPoll { pid: core.pid, took });
            }
            match polled {
                Ok(Poll::Pending) if core.has(EXITING) => {}
                Ok(Poll::Pending) => break Poll::Pending,
                Ok(Poll::Ready(reason)) => break Poll::Ready(Ok(reason)),
                Err(panic) => break Poll::Ready(Err(panic)),
            }
        };
        let ended = match outcome {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(reason) | Err(reason)) => {
                // A destructor that panics changes nothing: the reason is the first one.
                regardless(|| this.body.set(None));
                Poll::Ready(reason)
            }
        };
        regardless(|| drop(inside));
        ended
    }

    fn poll_end(self: Pin<&mut Self>, cx: &mut Context<'_>, reason: ExitReason) -> Poll<()> {
        let this = self.project();
        if let Some(afterwards) = this.afterwards {
            let core = this.process.core();
            core.set(LEFT);
            // A panic in there cannot hold the end up.
            let polled = catch(|| afterwards.poll_done(cx, core, &reason));
            if matches!(polled, Ok(Poll::Pending)) {
                *this.reason = Some(Box::new(reason));
                return Poll::Pending;
            }
            *this.afterwards = None;
        }
        *this.has_ended = true;
        if let ExitReason::Panic { .. } | ExitReason::Error { .. } = &reason {
            regardless(|| tracing::error!(parent: &*this.span, %reason, "process ended"));
        }
        finish(this.process, reason);
        Poll::Ready(())
    }
}

/// Its fields are looked up only where somebody listens.
fn span(core: &Core) -> Span {
    let made = catch(|| {
        tracing::info_span!(
            parent: None,
            "process",
            pid = %core.pid,
            name = core.control().name.as_ref().map(ProcessName::as_str),
        )
    });
    // A subscriber can be anybody's code.
    made.unwrap_or_else(|_panic| Span::none())
}
