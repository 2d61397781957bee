//! `supervision_tree`.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{
    ChildInfo, Kind, Pid, ProcessName, Restart, SupervisorFlags, SupervisorRef, Target,
};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::{Instant, timeout};

use super::reach::find_or_root;
use super::{ChildState, FlagsView, NotASupervisor};
use crate::catalogue::Catalogue;
use crate::process::Missing;
use crate::refusal::Refusal;

/// A supervisor that stops or starts a child does not answer meanwhile; the tree goes on without.
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// Shows a supervisor and all below it: what is kept, by which strategy, and what has no process.
///
/// A supervisor that does not answer soon, or that the time of the call does not suffice for, is
/// shown without its children, as busy.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervision-tree", role = viewer,
            effect = read, idempotent, timeout = "30s", output = SupervisionNode,
            error = Refusal<SupervisionTreeError>,
            example(name = "the catalogue's own", params = r#"{"process": "arsenal"}"#))]
pub struct SupervisionTree {
    /// The top: its pid or its name; the root where none is given.
    #[param(alias = "supervisor")]
    pub process: Option<Target>,
    /// How many levels below the top.
    #[param(default = 16, max = 64)]
    pub depth: u32,
    /// How many children of each supervisor at most.
    #[param(default = 1000, min = 1, max = 10000)]
    pub max_children: u32,
}

/// A supervisor and what it keeps.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupervisionNode {
    /// Its pid.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// How it keeps its children; absent if it did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<FlagsView>,
    /// Its children, in start order.
    pub children: Vec<SupervisionChild>,
    /// Whether there is more below than is shown: too deep, too many, or below a busy one.
    pub truncated: bool,
    /// Whether it did not answer in time: what it keeps is not shown.
    pub busy: bool,
}

/// A child in the tree.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupervisionChild {
    /// Its id; under simple_one_for_one, the template's.
    pub id: String,
    /// Whether it runs.
    pub state: ChildState,
    /// What it is.
    pub kind: Kind,
    /// When it is started again.
    pub restart: Restart,
    /// How often it was restarted.
    pub restarts: u32,
    /// Its process, if it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Pid>,
    /// The registered name of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// What it keeps itself, if it is a supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervises: Option<Box<SupervisionNode>>,
}

/// Why no tree was shown.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum SupervisionTreeError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is another kind of process, and lives on.
    #[error(transparent)]
    #[failure(class = conflict)]
    NotASupervisor(#[from] NotASupervisor),
}

impl Execute for SupervisionTree {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<SupervisionNode, Refusal<SupervisionTreeError>> {
        let top = find_or_root::<SupervisionTreeError>(cx, self.process.as_ref())?;
        // The last tenth is for the answer itself.
        let until = Instant::now() + cx.time_left().mul_f64(0.9);
        let walk = Walk { catalogue: cx.state(), until, n_max: self.max_children as usize };
        Ok(walk.node(top, self.depth).await)
    }
}

/// What holds for the whole tree.
struct Walk<'a> {
    catalogue: &'a Catalogue,
    /// From then on nobody is asked.
    until: Instant,
    /// How many children of each supervisor are shown.
    n_max: usize,
}

type Growing<'a> = Pin<Box<dyn Future<Output = SupervisionNode> + Send + 'a>>;

impl Walk<'_> {
    fn node(&self, supervisor: SupervisorRef, depth: u32) -> Growing<'_> {
        Box::pin(async move {
            let pid = supervisor.pid();
            let name = self.catalogue.runtime.info(pid).ok().and_then(|info| info.name);
            let Some((flags, infos)) = self.ask(supervisor).await else {
                let (flags, children) = (None, Vec::new());
                return SupervisionNode { pid, name, flags, children, truncated: true, busy: true };
            };
            let mut truncated = self.n_max < infos.len() || (depth == 0 && !infos.is_empty());
            let mut children = Vec::new();
            if depth > 0 {
                for info in infos.into_iter().take(self.n_max) {
                    let child = self.child(info, depth - 1).await;
                    truncated |= child.supervises.as_ref().is_some_and(|below| below.truncated);
                    children.push(child);
                }
            }
            let flags = Some(FlagsView::of(pid, &flags));
            SupervisionNode { pid, name, flags, children, truncated, busy: false }
        })
    }

    /// What the supervisor says, if it does in time.
    async fn ask(&self, supervisor: SupervisorRef) -> Option<(SupervisorFlags, Vec<ChildInfo>)> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        let asked = async {
            let flags = supervisor.flags().await.ok()?;
            Some((flags, supervisor.which_children().await.ok()?))
        };
        timeout(left.min(ANSWER_WAIT), asked).await.ok().flatten()
    }

    async fn child(&self, info: ChildInfo, depth: u32) -> SupervisionChild {
        let runtime = &self.catalogue.runtime;
        let (state, pid) = ChildState::of(info.pid);
        let below = pid.filter(|_| info.kind == Kind::Supervisor);
        let supervises = match below.and_then(|pid| runtime.find_supervisor(pid).ok()) {
            Some(supervisor) => Some(Box::new(self.node(supervisor, depth).await)),
            None => None,
        };
        SupervisionChild {
            id: info.id.as_ref().to_owned(),
            state,
            kind: info.kind,
            restart: info.restart,
            restarts: info.restarts,
            pid,
            name: pid.and_then(|pid| runtime.info(pid).ok()).and_then(|info| info.name),
            supervises,
        }
    }
}
