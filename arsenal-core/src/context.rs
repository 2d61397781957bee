//! What an operation sees of its call.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::arsenal::Shared;
use crate::call::{Caller, Facts, Input, Origin, RateFacts, Terms};
use crate::error::{Class, Error};
use crate::jobs::JobHandle;
use crate::model::{IdempotencyKey, OperationSpec, Text};
use crate::operation::Execute;
use crate::pipeline::{Course, Trail};
use crate::registry::{Registered, Snapshot};
use crate::sources::Sources;
use crate::{Arsenal, Reply};

/// How deep operations may call operations: a cycle ends here, long before the stack does.
const DEPTH_MAX: u32 = 8;

/// A call's own record, whichever operation it is for.
///
/// It is made once and shared by the walk and the corridor around it, so that the steps hand on
/// a pointer; what they find is written into it.
#[derive(Debug)]
pub(crate) struct CallCx {
    pub(crate) shared: Arc<Shared>,
    pub(crate) op: Arc<Registered>,
    pub(crate) origin: Origin,
    pub(crate) terms: Terms,
    pub(crate) deadline: Instant,
    pub(crate) depth: u32,
    pub(crate) job: Option<Box<JobHandle>>,
    pub(crate) started: Instant,
    pub(crate) trail: Trail,
    /// What `throttle` found.
    pub(crate) rate: OnceLock<Box<RateFacts>>,
    request_id: OnceLock<Text>,
    cancel: OnceLock<CancellationToken>,
}

impl CallCx {
    #[inline]
    pub(crate) fn new(
        shared: Arc<Shared>,
        op: Arc<Registered>,
        origin: Origin,
        terms: Terms,
    ) -> Self {
        let timeout = op.spec().limits.timeout.unwrap_or(shared.settings.timeout);
        let started = Instant::now();
        let deadline = started + timeout;
        let deadline = origin.deadline.map_or(deadline, |own| own.min(deadline));
        let depth = origin.extensions.get::<Depth>().map_or(0, |depth| depth.0);
        Self {
            shared,
            op,
            origin,
            terms,
            deadline,
            depth,
            job: None,
            started,
            trail: Trail::default(),
            rate: OnceLock::new(),
            request_id: OnceLock::new(),
            cancel: OnceLock::new(),
        }
    }

    pub(crate) fn request_id(&self) -> &str {
        match &self.origin.request_id {
            Some(given) => given,
            None => self.request_id.get_or_init(|| Uuid::now_v7().to_string().into()),
        }
    }

    /// The id, where one was given or made.
    #[inline]
    pub(crate) fn known_request_id(&self) -> Option<&str> {
        self.origin.request_id.as_ref().or_else(|| self.request_id.get()).map(AsRef::as_ref)
    }

    /// The same call as a job: it has its own end, and not its caller's.
    pub(crate) fn as_job(&self, job: JobHandle) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            op: Arc::clone(&self.op),
            origin: Origin { cancel: None, ..self.origin.clone() },
            terms: self.terms.clone(),
            deadline: self.deadline,
            depth: self.depth,
            job: Some(Box::new(job)),
            started: self.started,
            trail: Trail::default(),
            rate: self.rate.clone(),
            request_id: self.request_id.clone(),
            cancel: OnceLock::new(),
        }
    }

    /// What a transport turns into headers, of a call that took this course.
    pub(crate) fn facts(&self, course: Course) -> Facts {
        let spec = self.op.spec();
        let mut facts = Facts {
            success: spec.http.success,
            rate: self.rate.get().map(|rate| rate.as_ref().clone()),
            attempts: self.trail.attempts(),
            deprecated: spec.deprecated.clone(),
            ..Facts::default()
        };
        match course {
            Course::Ran => {}
            Course::Planned => facts.dry_run = true,
            Course::Replayed => facts.replayed = true,
            Course::Detached { job } => {
                facts.success = 202;
                facts.job = Some(job);
            }
        }
        facts
    }

    /// Whether the parameters' fingerprint will be asked for.
    #[inline]
    pub(crate) fn wants_fingerprint(&self) -> bool {
        self.terms.idempotency_key.is_some()
            && self.op.spec().idempotency_key != IdempotencyKey::Ignored
    }

    fn cancel_token(&self) -> &CancellationToken {
        self.cancel.get_or_init(|| match (&self.job, &self.origin.cancel) {
            (Some(job), _) => job.cancel.clone(),
            (None, Some(caller)) => caller.clone(),
            (None, None) => self.shared.stop.child_token(),
        })
    }
}

/// How many calls deep a nested call is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth(pub(crate) u32);

/// What an operation sees of its call: its state, its caller, its time.
#[derive(Debug)]
pub struct Context<S> {
    // The operation of this call has a state of this type: checked when the context is made.
    pub(crate) call: Arc<CallCx>,
    state: PhantomData<fn() -> S>,
}

impl<S: Send + Sync + 'static> Context<S> {
    /// Of a call whose operation has a state of this type; the call back, where it has another.
    pub(crate) fn new(call: Arc<CallCx>) -> Result<Self, Arc<CallCx>> {
        match call.op.state::<S>() {
            Some(_) => Ok(Self { call, state: PhantomData }),
            None => Err(call),
        }
    }

    /// What the program handed over for this operation.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not: the type was checked before")]
    pub fn state(&self) -> &Arc<S> {
        self.call.op.state().expect("the type was checked when the context was made")
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
        self.call.op.spec()
    }

    /// When the call ends, come what may.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.call.deadline
    }

    /// How much time is left.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.call.deadline.saturating_duration_since(Instant::now())
    }

    /// Resolves when the caller has gone, the job is to stop, or the program ends.
    ///
    /// # Cancel safety
    ///
    /// It can be dropped and asked for again.
    pub async fn cancelled(&self) {
        self.call.cancel_token().cancelled().await;
    }

    /// Whether [`Context::cancelled`] would resolve at once.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.cancel_token().is_cancelled()
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

    /// The operations as they are at this moment.
    #[must_use]
    pub fn operations(&self) -> Arc<Snapshot> {
        self.call.shared.registry.snapshot()
    }

    /// The program's events, gauges and resources.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.call.shared.sources
    }

    /// The program's jobs.
    #[must_use]
    pub fn jobs(&self) -> &crate::Jobs {
        &self.call.shared.jobs
    }

    /// A signature over the parts that only this program can make (HMAC-SHA-256 with a key
    /// that is made at its start): for tokens that callers bring back.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.call.shared.signer.sign(parts)
    }

    /// The program's handle: a call through it is the program's own, with all its rights.
    #[must_use]
    pub fn arsenal(&self) -> Arsenal {
        Arsenal(Arc::clone(&self.call.shared))
    }

    /// Calls another operation for the same caller: no more time and no more rights than this
    /// call has.
    ///
    /// # Errors
    ///
    /// As [`Arsenal::call_as`]; [`Class::Execution`] with `CALL_DEPTH` when operations call
    /// each other without end.
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
                Err(error) => Reply { outcome: Err(error), facts: Facts::default() },
            }
        }
    }

    fn nested(&self) -> Result<Origin, Error> {
        let depth = self.call.depth + 1;
        if depth > DEPTH_MAX {
            return Err(Error::new(
                Class::Execution,
                "CALL_DEPTH",
                "operations call each other too deep; one of them calls itself",
            ));
        }
        let mut origin = Origin::new(self.call.origin.caller.clone());
        origin.deadline = Some(self.call.deadline);
        origin.cancel = Some(self.call.cancel_token().child_token());
        origin.request_id = Some(self.call.request_id().to_owned().into());
        origin.trace.clone_from(&self.call.origin.trace);
        origin.extensions = self.call.origin.extensions.clone();
        origin.extensions.insert(Depth(depth));
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
