//! The sandboxes of a program: their names, and the supervisor that they and their keepers have.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arsenal_process::{
    ChildSpec, Runtime, StartError, Strategy, SupervisorError, SupervisorRef, SupervisorSpec,
};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::create_sandbox::CreateError;
use super::keeper::{Handed, Offer, Opening, Order};
use super::kept::{Plan, Sandbox};
use super::life::TakenDown;
use crate::entry_point::EntryPoints;
use crate::process::name_of;

/// The supervisor of all sandboxes, and its id below the root.
const TOP: &str = "sandboxes";

/// How many sandboxes there may be.
const SANDBOXES_MAX: usize = 32;

/// How long a keeper that has no more to do may take to be gone.
const KEEPER_WAIT: Duration = Duration::from_millis(500);

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
    /// By name; one that is being put up is not there yet, and has its place.
    places: BTreeMap<String, Option<Arc<Sandbox>>>,
    numbers: u64,
}

/// A place among the sandboxes, and a name: free again when this is dropped, whoever has it then.
pub(crate) struct Place {
    sandboxes: Sandboxes,
    name: String,
}

impl Place {
    /// Has the sandbox found by its name.
    pub(crate) fn fill(&self, sandbox: &Arc<Sandbox>) {
        self.sandboxes.kept().places.insert(self.name.clone(), Some(Arc::clone(sandbox)));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.sandboxes.kept().places.remove(&self.name);
    }
}

impl Sandboxes {
    /// Starts the supervisor of all sandboxes, a child of the root; there is no sandbox yet.
    ///
    /// # Errors
    ///
    /// [`SupervisorError::AlreadyStarted`], and the others of a child's start.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future drops the answer; the supervisor is started.
    pub async fn start(
        runtime: &Runtime,
        entry_points: EntryPoints,
    ) -> Result<Self, SupervisorError> {
        let root = runtime.root().map_err(|_gone| shutting_down())?;
        let top = ChildSpec::supervisor_with(TOP, |starter| {
            let spec = SupervisorSpec::new(Strategy::OneForOne);
            starter.supervisor(spec).name(name_of(TOP)).protected()
        });
        root.start_child(top).await?;
        let runtime = runtime.clone();
        Ok(Self(Arc::new(Shared { runtime, entry_points, kept: Mutex::default() })))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub(crate) fn entry_points(&self) -> &EntryPoints {
        &self.0.entry_points
    }

    pub(crate) fn find(&self, name: &str) -> Result<Arc<Sandbox>, NoSandbox> {
        let found = self.kept().places.get(name).cloned().flatten();
        found.ok_or_else(|| NoSandbox { sandbox: name.to_owned() })
    }

    pub(crate) fn list(&self) -> Vec<Arc<Sandbox>> {
        self.kept().places.values().flatten().cloned().collect()
    }

    /// A name for a sandbox that was given none, and that no other has now.
    pub(crate) fn new_name(&self) -> String {
        loop {
            let name = self.new_id("sandbox");
            if !self.kept().places.contains_key(&name) {
                return name;
            }
        }
    }

    /// An id for a child that was given none.
    pub(crate) fn new_id(&self, of: &str) -> String {
        let mut kept = self.kept();
        kept.numbers += 1;
        format!("{of}_{}", kept.numbers)
    }

    /// Puts a new sandbox up; waits at most so long for the supervisor to start its keeper.
    ///
    /// Dropping this future leaves nothing behind: what was put up meanwhile is taken down again.
    pub(crate) async fn create(
        &self,
        plan: Plan,
        wait: Duration,
    ) -> Result<Arc<Sandbox>, CreateError> {
        let place = self.reserve(&plan.name)?;
        let (answer, answered) = oneshot::channel();
        let top = self.top()?.with_wait(wait);
        let name = plan.name.clone();
        let offer = Offer::new(Opening { plan, place, answer });
        let started = top.start_child(offer.keeper(self, &name)).await;
        started.map_err(SupervisorFailed::from)?;
        let handed = answered.await.map_err(|_ended| SupervisorFailed::from(shutting_down()))?;
        let Handed { sandbox, seen } = handed?;
        // A keeper that has ended meanwhile has taken the sandbox with it.
        _ = seen.send(());
        Ok(sandbox)
    }

    /// Takes the sandbox down and forgets it.
    ///
    /// Dropping this future drops the answer; once it is begun it is brought to its end.
    pub(crate) async fn destroy(&self, sandbox: &Sandbox) -> Result<TakenDown, NoSandbox> {
        let taken = sandbox.order(Order::Destroy).await?;
        // It counts among what is to be gone; it ends by itself after its answer.
        _ = timeout(KEEPER_WAIT, self.0.runtime.wait_end(sandbox.keeper)).await;
        Ok(taken)
    }

    /// The supervisor of all sandboxes.
    pub(crate) fn top(&self) -> Result<SupervisorRef, SupervisorFailed> {
        let top = self.0.runtime.find_supervisor(name_of(TOP));
        top.map_err(|_gone| shutting_down().into())
    }

    fn reserve(&self, name: &str) -> Result<Place, CreateError> {
        let mut kept = self.kept();
        if SANDBOXES_MAX <= kept.places.len() {
            return Err(TooManySandboxes { max: SANDBOXES_MAX }.into());
        }
        if kept.places.contains_key(name) {
            return Err(SandboxExists { sandbox: name.to_owned() }.into());
        }
        kept.places.insert(name.to_owned(), None);
        Ok(Place { sandboxes: self.clone(), name: name.to_owned() })
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

fn shutting_down() -> SupervisorError {
    SupervisorError::Start(StartError::ShuttingDown)
}
