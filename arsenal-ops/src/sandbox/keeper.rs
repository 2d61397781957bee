//! The process that owns one sandbox: nobody else puts it up, begins it anew or takes it down.
//!
//! A caller that goes away leaves nothing half done: what it asked for has not been begun, or is
//! brought to its end here. The keeper's own end is the sandbox's, whatever it is.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};

use arsenal_process::{ChildSpec, ExitReason, Pid, Restart, StartError, SupervisorRef};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

use super::kept::{Now, Plan, Sandbox};
use super::life::{TakenDown, begin, take_down};
use super::restart_sandbox::{Renewal, Renewed};
use super::sandboxes::{Place, Sandboxes, SupervisorFailed};

/// How many orders wait for the one before; who comes later waits to be heard.
const ORDERS_MAX: usize = 16;

/// What a keeper is told to do.
pub(crate) enum Order {
    /// Begin the sandbox anew.
    Renew(Renewal, oneshot::Sender<Result<Renewed, SupervisorFailed>>),
    /// End it.
    Destroy(oneshot::Sender<TakenDown>),
}

/// A sandbox that is to be put up, and who waits for it.
pub(crate) struct Opening {
    pub(crate) plan: Plan,
    pub(crate) place: Place,
    pub(crate) answer: oneshot::Sender<Result<Handed, SupervisorFailed>>,
}

/// A sandbox as it is handed to who asked for it: one that is not seen is taken down again.
pub(crate) struct Handed {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) seen: oneshot::Sender<()>,
}

/// An opening that a keeper has not taken yet. Dropping this takes it back.
pub(crate) struct Offer(Arc<Mutex<Option<Opening>>>);

impl Offer {
    pub(crate) fn new(opening: Opening) -> Self {
        Self(Arc::new(Mutex::new(Some(opening))))
    }

    /// The keeper as a child: once it runs, it puts the sandbox up.
    pub(crate) fn keeper(&self, sandboxes: &Sandboxes, name: &str) -> ChildSpec {
        let id = sandboxes.new_id(&format!("keeper_of_{name}"));
        let (sandboxes, offered) = (sandboxes.clone(), Arc::clone(&self.0));
        let child = ChildSpec::task_with(&id, move |starter| {
            // Nobody waits for it any more.
            let opening = take(&offered).ok_or(StartError::Ignored)?;
            let sandboxes = sandboxes.clone();
            let start = starter.task().protected();
            start.spawn_with(move |cx| async move {
                keep(sandboxes, opening, cx.pid()).await;
                Ok(())
            })
        });
        child.restart(Restart::Temporary)
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        take(&self.0);
    }
}

fn take(offered: &Mutex<Option<Opening>>) -> Option<Opening> {
    offered.lock().unwrap_or_else(PoisonError::into_inner).take()
}

async fn keep(sandboxes: Sandboxes, opening: Opening, own: Pid) {
    let Opening { plan, place, answer } = opening;
    let (supervisor, now) = match begin(&sandboxes, &plan).await {
        Ok(begun) => begun,
        Err(refused) => {
            // The name is free before it is said that it is.
            drop(place);
            _ = answer.send(Err(refused));
            return;
        }
    };
    let (orders, to_do) = mpsc::channel(ORDERS_MAX);
    let sandbox = Arc::new(Sandbox::new(plan, now, own, orders));
    place.fill(&sandbox);
    let lease = Lease { sandboxes, sandbox, place: Some(place) };
    let mut keeper = Keeper { lease, supervisor: Some(supervisor) };
    let (seen, is_seen) = oneshot::channel();
    _ = answer.send(Ok(Handed { sandbox: Arc::clone(&keeper.lease.sandbox), seen }));
    match is_seen.await {
        Ok(()) => keeper.run(to_do).await,
        // Who asked has gone, and does not know of it.
        Err(_dropped) => _ = keeper.lease.end().await,
    }
}

struct Keeper {
    lease: Lease,
    /// Absent once it has ended.
    supervisor: Option<SupervisorRef>,
}

enum Turn {
    Expired,
    Ended(ExitReason),
    Ordered(Order),
}

impl Keeper {
    async fn run(&mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            let expires = self.lease.sandbox.now().expires;
            // Every arm is cancel safe: a lost race loses no order.
            let turn = tokio::select! {
                biased;
                () = sleep_until(expires) => Turn::Expired,
                reason = end_of(self.supervisor.as_ref()) => Turn::Ended(reason),
                Some(order) = orders.recv() => Turn::Ordered(order),
            };
            match turn {
                Turn::Expired => {
                    let left = self.lease.end().await.left;
                    if !left.is_empty() {
                        let sandbox = &self.lease.sandbox.plan.name;
                        ::tracing::warn!(%sandbox, ?left, "it expired, and not all of it ended");
                    }
                    return;
                }
                Turn::Ended(reason) => self.ended(reason),
                Turn::Ordered(Order::Destroy(answer)) if !answer.is_closed() => {
                    _ = answer.send(self.lease.end().await);
                    return;
                }
                Turn::Ordered(Order::Renew(renewal, answer)) if !answer.is_closed() => {
                    _ = answer.send(self.renew(renewal).await);
                }
                // Nobody waits for it any more.
                Turn::Ordered(Order::Destroy(_) | Order::Renew(..)) => {}
            }
        }
    }

    /// It lives on without a supervisor: until it is begun anew, destroyed, or its time is over.
    fn ended(&mut self, reason: ExitReason) {
        self.supervisor = None;
        self.lease.sandbox.now().end.get_or_insert(reason);
    }

    async fn renew(&mut self, renewal: Renewal) -> Result<Renewed, SupervisorFailed> {
        let sandbox = Arc::clone(&self.lease.sandbox);
        let before = renewal.children_of(&sandbox).await?;
        let now = sandbox.now().clone();
        let taken = take_down(&now.inside, now.supervisor).await;
        self.ended(ExitReason::Shutdown);
        let (supervisor, anew) = begin(&self.lease.sandboxes, &sandbox.plan).await?;
        *sandbox.now() = Now { times_restarted: now.times_restarted + 1, ..anew };
        self.supervisor = Some(supervisor);
        let children = renewal.start_again(&self.lease.sandboxes, &sandbox, &before).await;
        Ok(Renewed { ended: taken.before - taken.left.len(), children })
    }
}

async fn end_of(supervisor: Option<&SupervisorRef>) -> ExitReason {
    match supervisor {
        Some(supervisor) => supervisor.ended().await,
        None => pending().await,
    }
}

/// A sandbox that is there for as long as this is.
struct Lease {
    sandboxes: Sandboxes,
    sandbox: Arc<Sandbox>,
    /// Absent once the sandbox has been taken down.
    place: Option<Place>,
}

impl Lease {
    /// Takes the sandbox down and forgets it.
    async fn end(&mut self) -> TakenDown {
        let now = self.sandbox.now().clone();
        let taken = take_down(&now.inside, now.supervisor).await;
        self.place = None;
        taken
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        // The keeper was killed, or has a fault: what it kept does not outlive it.
        let now = self.sandbox.now().clone();
        let clean_up = async move {
            take_down(&now.inside, now.supervisor).await;
            drop(place);
        };
        // It is refused while the runtime shuts down, which ends all of it anyway.
        _ = self.sandboxes.runtime().task().protected().spawn(clean_up);
    }
}
