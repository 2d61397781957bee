//! Scopes: a part of a runtime that a narrowed handle, and what runs under it, cannot leave.
//!
//! It keeps mistakes in and is no security boundary: code in the same program can always find
//! another way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::intensity::Window;
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};
use crate::{Intensity, Pid};

/// What a narrowed handle may do.
#[derive(Debug, Clone, Default)]
pub struct ScopeLimits {
    /// The entry points that may be started; absent means any, and starts without one too.
    pub allowed_starts: Option<BTreeSet<String>>,
    /// How many processes may live in it at a time.
    pub processes_max: Option<usize>,
    /// How many messages a mailbox in it holds; a wider or unbounded one is narrowed.
    pub mailbox_max: Option<usize>,
    /// How many messages a second each process in it may be sent, but for supervisors.
    pub messages_per_second: Option<u32>,
    /// How many processes may be started in a window of time.
    pub starts_max: Option<(u32, Duration)>,
}

/// Why a scope refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ScopeError {
    /// Start one of those that are allowed.
    #[error("{} may not be started here", .entry_point.as_deref().unwrap_or("a process without an entry point"))]
    StartNotAllowed { entry_point: Option<String> },
    /// End a process first.
    #[error("{max} processes live here, and no more may")]
    TooManyProcesses { max: usize },
    /// Start again later.
    #[error("{max} processes were started within {within:?}, and no more may be")]
    TooManyStarts { max: u32, within: Duration },
}

pub(crate) struct Scope {
    pub(crate) supervisor: Pid,
    pub(crate) outer: Option<Arc<Scope>>,
    pub(crate) limits: ScopeLimits,
    n_members: AtomicUsize,
    starts: Mutex<Window>,
}

impl Scope {
    pub(crate) fn new(
        supervisor: Pid,
        outer: Option<Arc<Scope>>,
        limits: ScopeLimits,
    ) -> Arc<Self> {
        Arc::new(Self {
            supervisor,
            outer,
            limits,
            n_members: AtomicUsize::new(0),
            starts: Mutex::new(Window::default()),
        })
    }

    /// Whether `inner` is this scope or lies in it.
    pub(crate) fn contains(self: &Arc<Self>, inner: Option<&Arc<Self>>) -> bool {
        let mut next = inner;
        while let Some(scope) = next {
            if Arc::ptr_eq(self, scope) {
                return true;
            }
            next = scope.outer.as_ref();
        }
        false
    }

    /// Counts a new member in, here and in all that lie around, or counts it nowhere.
    pub(crate) fn enter(&self, entry_point: Option<&str>, now: Duration) -> Result<(), ScopeError> {
        self.check(entry_point, now)?;
        if let Some(outer) = &self.outer
            && let Err(refused) = outer.enter(entry_point, now)
        {
            self.n_members.fetch_sub(1, Ordering::AcqRel);
            return Err(refused);
        }
        Ok(())
    }

    /// Counts a member in that was there before the scope was; those around count it already.
    pub(crate) fn adopt(&self) {
        self.n_members.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn leave(&self) {
        self.n_members.fetch_sub(1, Ordering::AcqRel);
        if let Some(outer) = &self.outer {
            outer.leave();
        }
    }

    /// The narrowest mailbox of this scope and those around.
    pub(crate) fn mailbox_max(&self) -> Option<usize> {
        let outer = self.outer.as_ref().and_then(|outer| outer.mailbox_max());
        [self.limits.mailbox_max, outer].into_iter().flatten().min()
    }

    /// The slowest pace of this scope and those around.
    pub(crate) fn messages_per_second(&self) -> Option<u32> {
        let outer = self.outer.as_ref().and_then(|outer| outer.messages_per_second());
        [self.limits.messages_per_second, outer].into_iter().flatten().min()
    }

    fn check(&self, entry_point: Option<&str>, now: Duration) -> Result<(), ScopeError> {
        if let Some(allowed) = &self.limits.allowed_starts
            && !entry_point.is_some_and(|name| allowed.contains(name))
        {
            let entry_point = entry_point.map(ToOwned::to_owned);
            return Err(ScopeError::StartNotAllowed { entry_point });
        }
        let before = self.n_members.fetch_add(1, Ordering::AcqRel);
        let fault = self.fault(before, now);
        if fault.is_some() {
            self.n_members.fetch_sub(1, Ordering::AcqRel);
        }
        fault.map_or(Ok(()), Err)
    }

    fn fault(&self, n_before: usize, now: Duration) -> Option<ScopeError> {
        if let Some(max) = self.limits.processes_max
            && max <= n_before
        {
            return Some(ScopeError::TooManyProcesses { max });
        }
        let (max, within) = self.limits.starts_max?;
        let allowed = lock(&self.starts).admit(now, Intensity { max_restarts: max, within });
        (!allowed).then_some(ScopeError::TooManyStarts { max, within })
    }
}
