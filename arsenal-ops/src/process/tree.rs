//! Processes as a tree: each under its supervisor, as the links say at this moment.

use arsenal_process::{Kind, Pid, ProcessInfo, ProcessName, Runtime};
use schemars::JsonSchema;
use serde::Serialize;

use super::StatusWord;

/// A process and what it supervises.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TreeNode {
    /// Its pid.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// What it is.
    pub kind: Kind,
    /// What it is doing.
    pub status: StatusWord,
    /// The entry point that it was started by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Which child of its supervisor it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_id: Option<String>,
    /// How many messages wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_length: Option<u64>,
    /// Its children that run, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<TreeNode>,
}

/// How much of a tree is shown.
#[derive(Debug)]
pub(super) struct Bounds {
    /// How many levels below the top.
    pub(super) depth: u32,
    /// How many processes are left to show.
    pub(super) left: usize,
    /// Whether something was left out.
    pub(super) truncated: bool,
}

/// The process and what is below it, within the bounds; absent if it has ended or none is left.
pub(super) fn tree(runtime: &Runtime, pid: Pid, bounds: &mut Bounds) -> Option<TreeNode> {
    let info = runtime.info(pid).ok()?;
    if bounds.left == 0 {
        bounds.truncated = true;
        return None;
    }
    bounds.left -= 1;
    let below = info.children.clone().known().unwrap_or_default();
    let mut node = TreeNode::of(info);
    if bounds.depth == 0 {
        bounds.truncated |= !below.is_empty();
        return Some(node);
    }
    bounds.depth -= 1;
    node.children = below.into_iter().filter_map(|pid| tree(runtime, pid, bounds)).collect();
    bounds.depth += 1;
    Some(node)
}

impl TreeNode {
    fn of(info: ProcessInfo) -> Self {
        Self {
            pid: info.pid,
            name: info.name,
            kind: info.kind,
            status: StatusWord::of(info.status).0,
            entry_point: info.entry_point.as_deref().map(str::to_owned),
            child_id: info.child_id.as_deref().map(str::to_owned),
            mailbox_length: info.mailbox_length.known(),
            children: Vec::new(),
        }
    }
}
