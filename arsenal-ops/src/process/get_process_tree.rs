//! `get_process_tree`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::{Pid, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::tree::{Bounds, tree};
use super::{NoSuchProcess, TreeNode, missing};
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;

/// Shows the processes as a tree, from the root or from one of them, and those outside of it.
#[derive(Debug, Operation)]
#[operation(category = "process", method = GET, path = "/process-tree", role = viewer,
            effect = read, idempotent, timeout = "10s", output = ProcessTree,
            error = Refusal<NoSuchProcess>,
            example(name = "two levels", params = r#"{"depth": 2}"#))]
pub struct GetProcessTree {
    /// The top: its pid or its name; the root supervisor where none is given.
    pub process: Option<Target>,
    /// How many levels below the top.
    #[param(default = 16, max = 64)]
    pub depth: u32,
    /// How many processes at most.
    #[param(default = 1000, min = 1, max = 10000)]
    pub max_processes: u32,
}

/// Processes as a tree.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProcessTree {
    /// The top.
    pub root: TreeNode,
    /// Processes outside of any supervisor, the oldest first; only with the whole tree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsupervised: Vec<TreeNode>,
    /// Whether something was left out.
    pub truncated: bool,
}

impl Execute for GetProcessTree {
    type State = Catalogue;

    async fn execute(self, cx: &Context<Catalogue>) -> Result<ProcessTree, Refusal<NoSuchProcess>> {
        let runtime = &cx.state().runtime;
        let root = runtime.root().ok().map(|root| root.pid());
        let top = match (&self.process, root) {
            (Some(target), _) => target.clone(),
            (None, Some(root)) => root.into(),
            (None, None) => Pid::new(runtime.node(), 0, 0).into(),
        };
        let gone = || missing(runtime, &top);
        let pid = runtime.resolve(top.clone()).map_err(|_gone| gone())?;
        let left = self.max_processes as usize;
        let mut bounds = Bounds { depth: self.depth, left, truncated: false };
        let node = tree(runtime, pid, &mut bounds).ok_or_else(gone)?;
        let mut unsupervised = Vec::new();
        if self.process.is_none() {
            let outside: Vec<Pid> = self.outside(cx, pid);
            unsupervised
                .extend(outside.into_iter().filter_map(|pid| tree(runtime, pid, &mut bounds)));
        }
        Ok(ProcessTree { root: node, unsupervised, truncated: bounds.truncated })
    }
}

impl GetProcessTree {
    fn outside(&self, cx: &Context<Catalogue>, root: Pid) -> Vec<Pid> {
        let survey = arsenal_process::Survey {
            measure: arsenal_process::Measure::Age,
            ascending: false,
            after: None,
            n_max: self.max_processes as usize,
        };
        let alone = cx
            .state()
            .runtime
            .survey(&survey, |brief| brief.supervisor().is_none() && brief.pid() != root);
        alone.into_iter().map(|leader| leader.info.pid).collect()
    }
}
