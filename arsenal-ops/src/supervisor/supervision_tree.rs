//! `supervision_tree`.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{ChildInfo, Kind, Pid, ProcessName, Restart, SupervisorRef, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::reach::find_or_root;
use super::{ChildState, FlagsView, NotASupervisor};
use crate::catalogue::Catalogue;
use crate::process::Missing;
use crate::refusal::Refusal;

/// A supervisor that stops or starts a child does not answer meanwhile; the tree goes on without.
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// Shows a supervisor and all below it: what is kept, by which strategy, and what has no process.
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
    /// Whether there is more below than is shown.
    pub truncated: bool,
    /// Whether it had too much to do to answer.
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
        let bounds = (self.depth, self.max_children as usize);
        Ok(node(cx.state(), top, bounds).await)
    }
}

type Growing<'a> = Pin<Box<dyn Future<Output = SupervisionNode> + Send + 'a>>;

fn node(catalogue: &Catalogue, supervisor: SupervisorRef, bounds: (u32, usize)) -> Growing<'_> {
    Box::pin(async move {
        let (depth, n_max) = bounds;
        let supervisor = supervisor.with_wait(ANSWER_WAIT);
        let pid = supervisor.pid();
        let name = catalogue.runtime.info(pid).ok().and_then(|info| info.name);
        let answers = match supervisor.flags().await {
            Ok(flags) => supervisor.which_children().await.map(|children| (flags, children)),
            Err(error) => Err(error),
        };
        let Ok((flags, infos)) = answers else {
            let (flags, children) = (None, Vec::new());
            return SupervisionNode { pid, name, flags, children, truncated: false, busy: true };
        };
        let mut truncated = n_max < infos.len() || (depth == 0 && !infos.is_empty());
        let mut children = Vec::new();
        if depth > 0 {
            for info in infos.into_iter().take(n_max) {
                let child = child(catalogue, info, (depth - 1, n_max)).await;
                truncated |= child.supervises.as_ref().is_some_and(|below| below.truncated);
                children.push(child);
            }
        }
        let flags = Some(FlagsView::of(pid, &flags));
        SupervisionNode { pid, name, flags, children, truncated, busy: false }
    })
}

async fn child(catalogue: &Catalogue, info: ChildInfo, bounds: (u32, usize)) -> SupervisionChild {
    let (state, pid) = ChildState::of(info.pid);
    let below = pid.filter(|_| info.kind == Kind::Supervisor);
    let supervisor = below.and_then(|pid| catalogue.runtime.find_supervisor(pid).ok());
    let supervises = match supervisor {
        Some(supervisor) => Some(Box::new(node(catalogue, supervisor, bounds).await)),
        None => None,
    };
    SupervisionChild {
        id: info.id.as_ref().to_owned(),
        state,
        kind: info.kind,
        restart: info.restart,
        restarts: info.restarts,
        pid,
        name: pid.and_then(|pid| catalogue.runtime.info(pid).ok()).and_then(|info| info.name),
        supervises,
    }
}
