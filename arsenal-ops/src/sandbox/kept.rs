//! One sandbox: what it was made with, and what it is now.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use arsenal_process::{ExitReason, Pid, Runtime, ScopeLimits};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::keeper::Order;
use super::sandboxes::NoSandbox;

/// What a sandbox is made with.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) principal: String,
    pub(crate) entry_points: BTreeSet<String>,
    pub(crate) processes_max: usize,
    pub(crate) mailbox_max: usize,
    pub(crate) messages_per_second: Option<u32>,
    pub(crate) starts_per_second: Option<u32>,
    pub(crate) max_restarts: u32,
    pub(crate) restarts_within: Duration,
    pub(crate) time_to_live: Duration,
}

impl Plan {
    pub(crate) fn scope(&self) -> ScopeLimits {
        ScopeLimits {
            allowed_starts: Some(self.entry_points.clone()),
            // The supervisor lives in it too, and nobody asked for it.
            processes_max: Some(self.processes_max.saturating_add(1)),
            mailbox_max: Some(self.mailbox_max),
            messages_per_second: self.messages_per_second,
            starts_max: self.starts_per_second.map(|max| (max, Duration::from_secs(1))),
        }
    }
}

pub(crate) struct Sandbox {
    pub(crate) plan: Plan,
    pub(crate) created_at: SystemTime,
    /// The process that owns it.
    pub(crate) keeper: Pid,
    orders: mpsc::Sender<Order>,
    now: Mutex<Now>,
}

/// What a sandbox is now.
#[derive(Debug, Clone)]
pub(crate) struct Now {
    pub(crate) supervisor: Pid,
    /// The part of the runtime that it is.
    pub(crate) inside: Runtime,
    pub(crate) expires: Instant,
    /// Why its supervisor ended, if it has.
    pub(crate) end: Option<ExitReason>,
    /// How often it was begun anew.
    pub(crate) times_restarted: u32,
}

impl Sandbox {
    pub(crate) fn new(plan: Plan, now: Now, keeper: Pid, orders: mpsc::Sender<Order>) -> Self {
        Self { plan, created_at: SystemTime::now(), keeper, orders, now: Mutex::new(now) }
    }

    /// What it is now; must not be held across an await.
    pub(crate) fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many processes live in it, without its supervisor.
    pub(crate) fn n_processes(&self) -> usize {
        let now = self.now().clone();
        let all = now.inside.pids();
        all.len() - usize::from(all.contains(&now.supervisor))
    }

    /// Has its keeper do something, and waits for what came of it.
    ///
    /// Dropping this future drops the answer. What has not been begun by then is not done.
    pub(crate) async fn order<T>(
        &self,
        make: impl FnOnce(oneshot::Sender<T>) -> Order,
    ) -> Result<T, NoSandbox> {
        let gone = || NoSandbox { sandbox: self.plan.name.clone() };
        let (answer, answered) = oneshot::channel();
        self.orders.send(make(answer)).await.map_err(|_ended| gone())?;
        // It may have been destroyed while this waited for its turn.
        answered.await.map_err(|_ended| gone())
    }
}
