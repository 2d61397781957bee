//! The sandboxes of a program, and how each is put up and taken down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, ExitReason, Pid, ProcessName, Restart, Runtime, Shutdown, StartError,
    Strategy, SupervisorError, SupervisorRef, SupervisorSpec,
};
use tokio::time::{Instant, timeout};

use super::create_sandbox::CreateError;
use super::keeper;
use super::kept::{Now, Plan, Sandbox};
use crate::entry_point::EntryPoints;

/// The supervisor of all sandboxes, and its id below the root.
const TOP: &str = "sandboxes";

/// How many sandboxes there may be.
const SANDBOXES_MAX: usize = 32;

/// How long what runs in a sandbox may take to stop before it is killed.
const STOP_WITHIN: Duration = Duration::from_secs(3);

/// How long a killed process may take to be gone: it only has to yield once.
const KILL_WAIT: Duration = Duration::from_millis(500);

/// A sandbox that is not there.
#[derive(Debug, thiserror::Error)]
#[error("no sandbox `{sandbox}`: `list_sandboxes` lists those that are there")]
pub struct NoSandbox {
    /// What was asked for.
    pub sandbox: String,
}

/// A name that a sandbox has.
#[derive(Debug, thiserror::Error)]
#[error("there is a sandbox `{sandbox}` already")]
pub struct SandboxExists {
    /// The name.
    pub sandbox: String,
}

/// More sandboxes than may be.
#[derive(Debug, thiserror::Error)]
#[error("there are {max} sandboxes, and no more may be")]
pub struct TooManySandboxes {
    /// How many there may be.
    pub max: usize,
}

/// A supervisor that did not answer, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's supervisor did not do it")]
pub struct SupervisorFailed(#[from] SupervisorError);

/// The sandboxes of a program; cheap to clone.
#[derive(Clone)]
pub struct Sandboxes(Arc<Shared>);

struct Shared {
    runtime: Runtime,
    entry_points: EntryPoints,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    sandboxes: BTreeMap<String, Arc<Sandbox>>,
    /// Names that are being put up.
    reserved: BTreeSet<String>,
    numbers: u64,
}

/// A name that is free again when this is dropped, also by a call that was called off.
struct Reserved<'a> {
    sandboxes: &'a Sandboxes,
    name: String,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.sandboxes.kept().reserved.remove(&self.name);
    }
}

/// What came of taking a sandbox down.
pub(crate) struct TakenDown {
    /// How many processes lived in it, its supervisor too.
    pub(crate) before: usize,
    /// How many of them had not stopped in time and were killed.
    pub(crate) killed: usize,
    /// What lives on even so.
    pub(crate) left: Vec<Pid>,
}

impl Sandboxes {
    /// No sandboxes of this runtime yet.
    #[must_use]
    pub fn new(runtime: &Runtime, entry_points: EntryPoints) -> Self {
        Self(Arc::new(Shared { runtime: runtime.clone(), entry_points, kept: Mutex::default() }))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept().sandboxes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept().sandboxes.is_empty()
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub(crate) fn entry_points(&self) -> &EntryPoints {
        &self.0.entry_points
    }

    pub(crate) fn find(&self, name: &str) -> Result<Arc<Sandbox>, NoSandbox> {
        let found = self.kept().sandboxes.get(name).cloned();
        found.ok_or_else(|| NoSandbox { sandbox: name.to_owned() })
    }

    pub(crate) fn list(&self) -> Vec<Arc<Sandbox>> {
        self.kept().sandboxes.values().cloned().collect()
    }

    /// A name for a sandbox that was given none.
    pub(crate) fn new_name(&self) -> String {
        format!("sandbox_{}", self.number())
    }

    /// An id for a child that was given none.
    pub(crate) fn new_id(&self, entry_point: &str) -> String {
        format!("{entry_point}_{}", self.number())
    }

    /// Puts a new sandbox up.
    pub(crate) async fn create(&self, plan: Plan) -> Result<Arc<Sandbox>, CreateError> {
        let reserved = self.reserve(&plan.name)?;
        let sandbox = self.put_up(plan).await?;
        self.kept().sandboxes.insert(reserved.name.clone(), Arc::clone(&sandbox));
        Ok(sandbox)
    }

    /// Takes the sandbox down and puts it up again, empty, with the same limits.
    pub(crate) async fn renew(
        &self,
        sandbox: &Arc<Sandbox>,
    ) -> Result<TakenDown, SupervisorFailed> {
        let taken = self.take_down(sandbox).await?;
        let (supervisor, now) = self.begin(&sandbox.plan).await?;
        let times_restarted = sandbox.now().times_restarted + 1;
        *sandbox.now() = Now { times_restarted, ..now };
        keeper::start(self, sandbox, supervisor).map_err(not_kept)?;
        Ok(taken)
    }

    /// Takes the sandbox down and forgets it.
    pub(crate) async fn destroy(&self, sandbox: &Sandbox) -> Result<TakenDown, SupervisorFailed> {
        let taken = self.take_down(sandbox).await?;
        self.kept().sandboxes.remove(&sandbox.plan.name);
        Ok(taken)
    }

    /// Destroys a sandbox whose time is over, unless it has been begun anew since.
    pub(crate) async fn expire(&self, sandbox: &Sandbox, supervisor: Pid) {
        let _turn = sandbox.turn.lock().await;
        if sandbox.now().supervisor != supervisor {
            return;
        }
        // The keeper is who calls: nobody waits for its end.
        sandbox.now().keeper = None;
        if let Err(error) = self.destroy(sandbox).await {
            let error: &(dyn std::error::Error + 'static) = &error;
            let sandbox = &sandbox.plan.name;
            ::tracing::warn!(%sandbox, error = %arsenal::Chain(error), "it did not expire");
        }
    }

    async fn put_up(&self, plan: Plan) -> Result<Arc<Sandbox>, SupervisorFailed> {
        let (supervisor, now) = self.begin(&plan).await?;
        let sandbox = Arc::new(Sandbox::new(plan, now));
        keeper::start(self, &sandbox, supervisor).map_err(not_kept)?;
        Ok(sandbox)
    }

    async fn begin(&self, plan: &Plan) -> Result<(SupervisorRef, Now), SupervisorFailed> {
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .intensity(plan.max_restarts, plan.restarts_within);
        let child = ChildSpec::supervisor(&plan.name, spec)
            .restart(Restart::Temporary)
            .shutdown(Shutdown::Timeout(STOP_WITHIN));
        let top = self.top().await?;
        let started = match top.start_child(child.clone()).await {
            // A call that was called off left it, and nobody else has the name.
            Err(SupervisorError::AlreadyStarted { .. }) => {
                top.terminate_child(plan.name.as_str()).await?;
                top.start_child(child).await?
            }
            started => started?,
        };
        let pid = started.ok_or_else(ended_at_once)?;
        let supervisor = self.0.runtime.find_supervisor(pid).map_err(|_gone| ended_at_once())?;
        let inside = self.0.runtime.narrowed(pid, plan.scope());
        let inside = inside.map_err(|_gone| ended_at_once())?;
        let now = Now {
            supervisor: pid,
            inside,
            expires: Instant::now() + plan.time_to_live,
            keeper: None,
            end: None,
            times_restarted: 0,
        };
        Ok((supervisor, now))
    }

    async fn take_down(&self, sandbox: &Sandbox) -> Result<TakenDown, SupervisorFailed> {
        let now = sandbox.now().clone();
        let before = now.inside.pids().len();
        let top = self.top().await?;
        match top.terminate_child(sandbox.plan.name.as_str()).await {
            Ok(()) | Err(SupervisorError::NotFound { .. }) => {}
            Err(other) => return Err(other.into()),
        }
        let mut killed = 0;
        for pid in now.inside.pids() {
            // What is linked with the supervisor ends by itself; what traps that does not.
            if timeout(STOP_WITHIN, now.inside.wait_end(pid)).await.is_err() {
                killed += 1;
                _ = now.inside.kill(pid, KILL_WAIT, Authority::Forced).await;
            }
        }
        if let Some(keeper) = now.keeper {
            // It may be gone already; or it waits for its own turn to do this.
            _ = self.0.runtime.kill(keeper, KILL_WAIT, Authority::Forced).await;
        }
        Ok(TakenDown { before, killed, left: now.inside.pids() })
    }

    /// The supervisor of all sandboxes; the first sandbox starts it.
    async fn top(&self) -> Result<SupervisorRef, SupervisorError> {
        let name = ProcessName::try_from(TOP).expect("the catalogue's own names are names");
        if let Ok(top) = self.0.runtime.find_supervisor(&name) {
            return Ok(top);
        }
        let ending = |_gone| SupervisorError::Start(StartError::ShuttingDown);
        let root = self.0.runtime.root().map_err(ending)?;
        let registered = name.clone();
        let child = ChildSpec::supervisor_with(TOP, move |starter| {
            let spec = SupervisorSpec::new(Strategy::OneForOne);
            starter.supervisor(spec).name(registered.clone()).protected()
        });
        match root.start_child(child).await {
            // Somebody was faster.
            Ok(_) | Err(SupervisorError::AlreadyStarted { .. }) => {}
            Err(other) => return Err(other),
        }
        self.0.runtime.find_supervisor(&name).map_err(|_gone| ended_at_once())
    }

    fn number(&self) -> u64 {
        let mut kept = self.kept();
        kept.numbers += 1;
        kept.numbers
    }

    fn reserve(&self, name: &str) -> Result<Reserved<'_>, CreateError> {
        let mut kept = self.kept();
        if SANDBOXES_MAX <= kept.sandboxes.len() + kept.reserved.len() {
            return Err(TooManySandboxes { max: SANDBOXES_MAX }.into());
        }
        if kept.sandboxes.contains_key(name) || !kept.reserved.insert(name.to_owned()) {
            return Err(SandboxExists { sandbox: name.to_owned() }.into());
        }
        Ok(Reserved { sandboxes: self, name: name.to_owned() })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sandboxes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sandboxes({})", self.len())
    }
}

fn not_kept(refused: StartError) -> SupervisorFailed {
    SupervisorError::Start(refused).into()
}

/// A supervisor that is gone although it has just been started.
fn ended_at_once() -> SupervisorError {
    SupervisorError::Start(StartError::Failed { reason: ExitReason::NoProc })
}
