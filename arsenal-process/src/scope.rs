//! Scopes: a part of a runtime that a narrowed handle, and what runs under it, cannot leave.
//!
//! It keeps mistakes in and is no security boundary: code in the same program can always find
//! another way.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::intensity::Window;
use crate::pid_hash::PidHash;
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};
use crate::{Intensity, Pid};

/// What a narrowed handle may do.
#[derive(Debug, Clone, Default)]
pub struct ScopeLimits {
    /// The entry points that may be started; absent means any, and starts without one too.
    /// What a member starts without an entry point is covered by the member's own.
    pub allowed_starts: Option<BTreeSet<String>>,
    /// How many processes may live in it at a time.
    pub processes_max: Option<usize>,
    /// How many messages a mailbox in it holds; a wider or unbounded one is narrowed, but for those
    /// of supervisors.
    pub mailbox_max: Option<usize>,
    /// How many messages a second each process in it may be sent, at least one; supervisors are
    /// sent any number.
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
    /// Counted before they are made, so that no two take the last place.
    n_members: AtomicUsize,
    /// Those that are there, also in the scopes inside.
    members: Mutex<HashSet<Pid, PidHash>>,
    starts: Mutex<Window>,
}

/// A start that a scope is asked to allow.
pub(crate) struct Entry<'a> {
    pub(crate) entry_point: Option<&'a str>,
    /// The entry point of the nearest member above that was started by one.
    pub(crate) covered_by: &'a dyn Fn(&Scope) -> Option<Arc<str>>,
    pub(crate) now: Duration,
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
            members: Mutex::default(),
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
    pub(crate) fn enter(&self, entry: &Entry<'_>) -> Result<(), ScopeError> {
        self.check(entry)?;
        if let Some(outer) = &self.outer
            && let Err(refused) = outer.enter(entry)
        {
            self.take_back();
            return Err(refused);
        }
        Ok(())
    }

    /// Takes back what was counted for a process that did not come to be.
    pub(crate) fn turn_away(&self) {
        self.each_around(Self::take_back);
    }

    /// Notes a member that was counted in.
    pub(crate) fn admit(&self, pid: Pid) {
        self.each_around(|scope| _ = lock(&scope.members).insert(pid));
    }

    /// Takes a member of the scope `own` into this one, which lies in that; false if it does not.
    pub(crate) fn take_in(self: &Arc<Self>, own: Option<&Arc<Self>>, pid: Pid) -> bool {
        let is_around = own.is_none_or(|own| !Arc::ptr_eq(own, self) && own.contains(Some(self)));
        let mut next = is_around.then_some(self);
        while let Some(scope) = next.filter(|scope| own.is_none_or(|own| !Arc::ptr_eq(own, scope)))
        {
            scope.n_members.fetch_add(1, Ordering::AcqRel);
            lock(&scope.members).insert(pid);
            next = scope.outer.as_ref();
        }
        is_around
    }

    pub(crate) fn leave(&self, pid: Pid) {
        self.each_around(|scope| {
            lock(&scope.members).remove(&pid);
            scope.n_members.fetch_sub(1, Ordering::AcqRel);
        });
    }

    pub(crate) fn has(&self, pid: Pid) -> bool {
        lock(&self.members).contains(&pid)
    }

    /// Everything inside, in no order.
    pub(crate) fn members(&self) -> Vec<Pid> {
        lock(&self.members).iter().copied().collect()
    }

    /// This scope, then those around it.
    fn each_around(&self, visit: impl Fn(&Self)) {
        let mut next = Some(self);
        while let Some(scope) = next {
            visit(scope);
            next = scope.outer.as_deref();
        }
    }

    fn take_back(&self) {
        self.n_members.fetch_sub(1, Ordering::AcqRel);
        if self.limits.starts_max.is_some() {
            lock(&self.starts).take_back();
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

    fn check(&self, entry: &Entry<'_>) -> Result<(), ScopeError> {
        if let Some(allowed) = &self.limits.allowed_starts {
            let is_allowed = match entry.entry_point {
                Some(name) => allowed.contains(name),
                None => (entry.covered_by)(self).is_some_and(|name| allowed.contains(&*name)),
            };
            if !is_allowed {
                let entry_point = entry.entry_point.map(ToOwned::to_owned);
                return Err(ScopeError::StartNotAllowed { entry_point });
            }
        }
        let before = self.n_members.fetch_add(1, Ordering::AcqRel);
        let fault = self.fault(before, entry.now);
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
        let limit = Intensity { max_restarts: max, within };
        let allowed = lock(&self.starts).admit_if_borne(now, limit);
        (!allowed).then_some(ScopeError::TooManyStarts { max, within })
    }
}
