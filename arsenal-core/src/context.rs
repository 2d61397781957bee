//! What an operation sees of its call.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ref_cast::{RefCastCustom, ref_cast_custom};
use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::call::{Caller, Input, Origin, Terms};
use crate::codes;
use crate::error::Error;
use crate::handle::Handle;
use crate::model::OperationSpec;
use crate::operation::Execute;
use crate::record::CallCx;
use crate::registry::Snapshot;
use crate::sources::Sources;
use crate::{Arsenal, Reply};

/// How deep operations may call operations: a cycle ends here, long before the stack does.
const DEPTH_MAX: u32 = 8;

/// What an operation sees of its call: its state, its caller, its time.
///
/// It is the call's own record, seen as that of an operation with such a state.
#[derive(Debug, RefCastCustom)]
#[repr(transparent)]
pub struct Context<S> {
    // The operation of this call has a state of this type: `context` has looked.
    call: CallCx,
    state: PhantomData<fn() -> S>,
}

/// What an operation with a state of this type sees of the call.
///
/// # Errors
///
/// The operation has another state.
#[inline]
pub(crate) fn context<S: Send + Sync + 'static>(call: &CallCx) -> Result<&Context<S>, Error> {
    match call.op().state::<S>() {
        Some(_) => Ok(Context::of(call)),
        None => Err(wrong_state()),
    }
}

#[cold]
fn wrong_state() -> Error {
    codes::WRONG_STATE.error("another operation of the same name is registered with another state")
}

impl<S> Context<S> {
    /// Without a look at the state's type: for a call at which [`context`] has looked.
    #[ref_cast_custom]
    pub(crate) fn of(call: &CallCx) -> &Self;
}

impl<S: Send + Sync + 'static> Context<S> {
    /// What the program handed over for this operation.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "`context` has looked")]
    pub fn state(&self) -> &Arc<S> {
        self.call.op().state().expect("the type was checked when the context was made")
    }
}

impl<S> Context<S> {
    /// Who calls.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.call.origin.caller
    }

    /// The facts of the operation that runs.
    #[must_use]
    pub fn spec(&self) -> &OperationSpec {
        self.call.spec()
    }

    /// When the call ends, come what may.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.call.deadline()
    }

    /// How much time is left.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.call.deadline().saturating_duration_since(Instant::now())
    }

    /// Resolves when the caller has gone, the job is to stop, or the program begins to end.
    ///
    /// # Cancel safety
    ///
    /// It can be dropped and asked for again.
    pub async fn cancelled(&self) {
        let stop = self.call.program.stop.cancelled();
        match self.call.called_off() {
            None => stop.await,
            Some(called_off) => tokio::select! {
                () = called_off.cancelled() => {}
                () = stop => {}
            },
        }
    }

    /// Whether [`Context::cancelled`] would resolve at once.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.called_off().is_some_and(CancellationToken::is_cancelled)
            || self.call.program.stop.is_cancelled()
    }

    /// The request's id, for logs and answers.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.call.request_id()
    }

    /// The W3C trace context of the request, if it had one.
    #[must_use]
    pub fn trace(&self) -> Option<&str> {
        self.call.origin.trace.as_deref()
    }

    /// A value that the transport put beside the call.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.call.origin.extensions.get()
    }

    /// Tells whoever waits how far the work is.
    pub fn progress(&self, progress: &Progress) {
        if let Some(job) = &self.call.job {
            job.progress(progress);
        }
        if let Some(sink) = &self.call.origin.progress {
            (sink.0)(progress);
        }
    }

    /// Whether what is to be changed is as the caller has seen it, where the caller said what it
    /// has seen: called before the change, with the version that there is now.
    ///
    /// # Errors
    ///
    /// `PRECONDITION_FAILED`, a failed precondition: the caller has seen another version.
    pub fn unchanged(&self, version: &str) -> Result<(), Error> {
        match &self.call.terms.if_match {
            Some(seen) if !seen.holds(version) => Err(codes::PRECONDITION_FAILED
                .error("what is to be changed has another version by now: read it again")),
            _ => Ok(()),
        }
    }

    /// The operations as they are at this moment.
    #[must_use]
    pub fn operations(&self) -> Arc<Snapshot> {
        self.call.program.registry.snapshot()
    }

    /// The program's events, gauges and resources.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.call.program.sources
    }

    /// The program's jobs.
    #[must_use]
    pub fn jobs(&self) -> &crate::Jobs {
        &self.call.program.jobs
    }

    /// A signature over the parts that only this program can make (HMAC-SHA-256 with a key
    /// that is made at its start): for tokens that callers bring back.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.call.program.signer.sign(parts)
    }

    /// The program's handle: a call through it is the program's own, with all its rights. It is
    /// meant for this call: kept for others on many threads, it has them wait for each other.
    #[must_use]
    pub fn arsenal(&self) -> Arsenal {
        Arsenal(Handle::Within(Arc::clone(&self.call.program)))
    }

    /// Calls another operation for the same caller: no more time and no more rights than this
    /// call has.
    ///
    /// # Errors
    ///
    /// As [`Arsenal::call_as`]; `CALL_DEPTH`, a failed execution, when operations call each other
    /// without end.
    ///
    /// # Cancel safety
    ///
    /// As the operation that is called.
    pub fn call<O: Execute>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Output, Error>> + Send + use<O, S> {
        let origin = self.nested();
        let arsenal = self.arsenal();
        // Boxed, so that an operation can call itself.
        let called: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(async move { arsenal.call_as(operation, origin?).await });
        called
    }

    /// Calls another operation by name, as [`Context::call`].
    ///
    /// # Errors
    ///
    /// In the reply.
    ///
    /// # Cancel safety
    ///
    /// As the operation that is called.
    pub fn call_by_name(
        &self,
        operation: &str,
        input: Input,
        terms: Terms,
    ) -> impl Future<Output = Reply> + Send + use<S> {
        let origin = self.nested();
        let arsenal = self.arsenal();
        let operation = operation.to_owned();
        async move {
            match origin {
                Ok(origin) => arsenal.run(crate::Call { operation, input, origin, terms }).await,
                Err(error) => Reply::refused(error),
            }
        }
    }

    fn nested(&self) -> Result<Origin, Error> {
        let depth = self.call.origin.depth + 1;
        if depth > DEPTH_MAX {
            return Err(codes::CALL_DEPTH
                .error("operations call each other too deep; one of them calls itself"));
        }
        let mut origin = Origin::new(self.call.origin.caller.clone());
        origin.deadline = Some(self.call.deadline());
        origin.cancel = self.call.nested_cancel();
        origin.request_id = Some(self.call.request_id().to_owned().into());
        origin.trace.clone_from(&self.call.origin.trace);
        origin.extensions = self.call.origin.extensions.clone();
        origin.depth = depth;
        Ok(origin)
    }
}

/// How far a piece of work is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// How much is done.
    pub done: u64,
    /// Of how much, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What is being done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::Value;
    use tokio::sync::Notify;
    use tokio::time::timeout;

    use super::*;
    use crate::call::ProgressSink;
    use crate::{Builder, Call, Operation, Resource};

    /// Tells what it sees of its call.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = read,
                output = String)]
    struct Look {}

    impl Execute for Look {
        type State = ();

        async fn execute(self, cx: &Context<()>) -> Result<String, Error> {
            cx.progress(&Progress { done: 1, total: None, message: None });
            let resources: Vec<&str> =
                cx.sources().resources().iter().map(|resource| resource.uri).collect();
            let until = (cx.deadline() - Instant::now()).as_secs_f64().ceil();
            Ok(format!("{until}s {:?} {}", cx.trace(), resources.join(" ")))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_operation_sees_the_end_of_its_call_its_trace_and_the_sources_and_is_heard() {
        let notes = Resource {
            uri: "arsenal://notes",
            name: "notes",
            doc: "Notes.",
            read: Arc::new(|| Value::Null),
        };
        let builder = Builder::empty().operation::<Look>().resource(notes);
        let arsenal = builder.build().expect("the program is sound");
        let now = Instant::now();
        let cases = [
            (None, "30s"),
            (Some(now + Duration::from_secs(5)), "5s"),
            (Some(now + Duration::from_secs(60)), "30s"),
        ];
        for (deadline, expected) in cases {
            let heard = Arc::new(Mutex::new(Vec::new()));
            let ear = Arc::clone(&heard);
            let hear = move |progress: &Progress| {
                ear.lock().expect("no test panics with it").push(progress.done);
            };
            let origin = Origin {
                deadline,
                trace: Some("00-trace".into()),
                progress: Some(ProgressSink(Arc::new(hear))),
                ..Origin::new(Caller::program())
            };
            let seen = arsenal.call_as(Look {}, origin).await.expect("it looks");
            assert_eq!(seen, format!("{expected} Some(\"00-trace\") arsenal://notes"));
            assert_eq!(*heard.lock().expect("no test panics with it"), [1]);
        }
    }

    #[derive(Debug, Default)]
    struct Bells {
        begun: Notify,
        over: Notify,
    }

    /// Goes on until it is called off.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = write,
                timeout = "60s", output = ())]
    struct Listen {}

    impl Execute for Listen {
        type State = Arc<Bells>;

        async fn execute(self, cx: &Context<Arc<Bells>>) -> Result<(), Error> {
            cx.state().begun.notify_one();
            cx.cancelled().await;
            cx.state().over.notify_one();
            Ok(())
        }
    }

    /// Has another go on.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = write,
                mode = job, output = ())]
    struct Delegate {}

    impl Execute for Delegate {
        type State = ();

        async fn execute(self, cx: &Context<()>) -> Result<(), Error> {
            cx.call(Listen {}).await
        }
    }

    fn house() -> (Arsenal, Arc<Bells>) {
        let bells = Arc::new(Bells::default());
        let builder = Builder::empty().operation::<Listen>().operation::<Delegate>();
        let arsenal = builder.state(Arc::clone(&bells)).build().expect("the program is sound");
        (arsenal, bells)
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_job_calls_is_called_off_with_the_job() {
        let (arsenal, bells) = house();
        let opened = arsenal.run(Call::new("delegate", "{}", Caller::program())).await;
        let job: Value = serde_json::from_str(&opened.outcome.expect("a job")).expect("JSON");
        bells.begun.notified().await;
        arsenal.jobs().cancel(job["id"].as_str().expect("an id")).expect("it is known");
        let over = timeout(Duration::from_secs(1), bells.over.notified()).await;
        assert!(over.is_ok(), "the call within has heard");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_nobody_can_call_off_ends_with_the_program() {
        let (arsenal, bells) = house();
        let end = async {
            bells.begun.notified().await;
            arsenal.drain(Duration::from_secs(1)).await
        };
        let (called, drained) = tokio::join!(arsenal.call(Listen {}), end);
        assert!(called.is_ok(), "it ended by itself");
        assert_eq!(drained, Ok(()));
    }
}
