//! A call's own record.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::began::Began;
use crate::call::{Facts, Origin, RateFacts, Terms};
use crate::handle::Program;
use crate::jobs::JobHandle;
use crate::model::{CancelPolicy, IdempotencyKey, OperationSpec, Text};
use crate::pipeline::{Detour, Found, Trail};
use crate::registry::{OperationRef, Registered};

/// What is known of a call, whichever operation it is for.
///
/// The corridor owns it and lends it to each step of the walk.
#[derive(Debug)]
pub(crate) struct CallCx {
    pub(crate) program: Arc<Program>,
    op: OperationRef,
    pub(crate) origin: Origin,
    pub(crate) terms: Terms,
    pub(crate) began: Began,
    pub(crate) job: Option<Box<JobHandle>>,
    pub(crate) trail: Trail,
    /// What `throttle` found.
    pub(crate) rate: Option<RateFacts>,
    request_id: OnceLock<Text>,
}

impl CallCx {
    // Always, as `Corridor::new`, which it is the inside of.
    #[inline(always)]
    pub(crate) fn new(found: Found, origin: Origin, terms: Terms) -> Self {
        let Found { program, op, began } = found;
        Self {
            program,
            op,
            origin,
            terms,
            began,
            job: None,
            trail: Trail::default(),
            rate: None,
            request_id: OnceLock::new(),
        }
    }

    /// The operation.
    #[inline]
    pub(crate) fn op(&self) -> &Registered {
        self.program.registry.get(&self.op)
    }

    /// The operation's facts.
    #[inline]
    pub(crate) fn spec(&self) -> &OperationSpec {
        match &self.op {
            OperationRef::Declared(_, spec) => spec,
            OperationRef::Dynamic(operation) => operation.spec(),
        }
    }

    /// When it began.
    pub(crate) fn started(&self) -> Instant {
        self.began.moment(&self.program.machine)
    }

    /// How long it takes so far.
    #[inline]
    pub(crate) fn took(&self) -> Duration {
        self.began.elapsed(&self.program.machine)
    }

    /// When it is to have ended. Its time-out may be longer than the clock reaches.
    pub(crate) fn deadline(&self) -> Instant {
        const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
        let from = self.job.as_ref().map_or_else(|| self.started(), |job| job.opened);
        let own = from.checked_add(self.timeout()).unwrap_or(from + FOR_EVER);
        self.origin.deadline.map_or(own, |callers| callers.min(own))
    }

    /// Whether its time is over before it is begun.
    #[inline]
    pub(crate) fn is_too_late(&self) -> bool {
        // One that has just come has all of its own time left.
        let may_be = self.began.is_by_clock() || self.origin.deadline.is_some();
        self.timeout().is_zero() || may_be && self.deadline() <= Instant::now()
    }

    /// How much time it has from its beginning on; none where it came after its caller's deadline.
    pub(crate) fn allowance(&self) -> Duration {
        self.deadline().saturating_duration_since(self.started())
    }

    #[inline]
    fn timeout(&self) -> Duration {
        self.spec().limits.timeout.unwrap_or(self.program.settings.timeout)
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

    /// The same call as a job: it has its own time and its own end, and not its caller's.
    pub(crate) fn as_job(&self, job: JobHandle) -> Self {
        // A job waits for its turn, and so goes by the clock.
        self.started();
        Self {
            program: Arc::clone(&self.program),
            op: self.op.clone(),
            origin: Origin { cancel: None, deadline: None, ..self.origin.clone() },
            terms: self.terms.clone(),
            began: self.began.clone(),
            job: Some(Box::new(job)),
            trail: Trail::default(),
            rate: self.rate.clone(),
            request_id: self.request_id.clone(),
        }
    }

    /// What a transport turns into headers, of a call that ran or took this detour.
    pub(crate) fn facts(&self, detour: Option<Box<Detour>>) -> Facts {
        let spec = self.spec();
        let mut facts = Facts {
            success: spec.http.success,
            rate: self.rate.clone(),
            attempts: self.trail.attempts(),
            deprecated: spec.deprecated.clone(),
            ..Facts::default()
        };
        match detour.map(|detour| *detour) {
            None => {}
            Some(Detour::Planned { foreseen }) => {
                facts.dry_run = true;
                facts.planned = foreseen;
            }
            Some(Detour::Replayed { job }) => {
                facts.replayed = true;
                facts.job = job;
            }
            Some(Detour::Detached { job }) => facts.job = Some(job),
        }
        if facts.job.is_some() {
            facts.success = 202;
        }
        facts
    }

    /// Whether the parameters' fingerprint will be asked for.
    #[inline]
    pub(crate) fn wants_fingerprint(&self) -> bool {
        self.terms.idempotency_key.is_some()
            && self.spec().idempotency_key != IdempotencyKey::Ignored
    }

    /// What calls it off from outside: the job's own token, or the caller's.
    pub(crate) fn called_off(&self) -> Option<&CancellationToken> {
        self.job.as_ref().map(|job| &job.cancel).or(self.origin.cancel.as_ref())
    }

    /// What calls off the calls that this one makes: what ends this one, and nothing else, for a
    /// call that runs to its end needs theirs.
    pub(crate) fn nested_cancel(&self) -> Option<CancellationToken> {
        match (&self.job, self.spec().cancel) {
            (Some(job), _) => Some(job.cancel.clone()),
            (None, CancelPolicy::Drop) => self.origin.cancel.clone(),
            (None, CancelPolicy::Finish) => None,
        }
    }
}
