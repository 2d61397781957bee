//! `get_sandbox_info`.

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{Kind, Pid, ProcessInfo, ProcessName};
use schemars::JsonSchema;
use serde::Serialize;

use super::{NoSandbox, SandboxView, Sandboxes};

/// How many processes of a sandbox are shown.
const MEMBERS_MAX: usize = 1000;

/// Shows a sandbox, its limits, and what runs in it.
#[derive(Debug, Operation)]
#[operation(category = "sandbox", method = GET, path = "/sandboxes/{sandbox}", role = viewer,
            effect = read, idempotent, timeout = "5s", output = SandboxDetails,
            error = SandboxLookup,
            example(name = "an unknown one", params = r#"{"sandbox": "nowhere"}"#))]
pub struct GetSandboxInfo {
    /// The sandbox's name.
    #[param(min_len = 1, max_len = 40)]
    pub sandbox: String,
}

/// A sandbox and what runs in it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SandboxDetails {
    /// The sandbox.
    #[serde(flatten)]
    pub view: SandboxView,
    /// Its processes, the oldest first, at most a thousand.
    pub members: Vec<SandboxMember>,
}

/// A process in a sandbox.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SandboxMember {
    /// The process.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// What it is.
    pub kind: Kind,
    /// The entry point that it was started by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Which child of its supervisor it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_id: Option<String>,
    /// How many messages wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_length: Option<u64>,
    /// How many messages it has handled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_handled: Option<u64>,
    /// How often it was restarted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<u32>,
}

/// Why nothing was told of a sandbox.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum SandboxLookup {
    /// It was destroyed, its time was over, or it never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoSandbox(#[from] NoSandbox),
}

impl Execute for GetSandboxInfo {
    type State = Sandboxes;

    async fn execute(self, cx: &Context<Sandboxes>) -> Result<SandboxDetails, SandboxLookup> {
        let sandbox = cx.state().find(&self.sandbox)?;
        let now = sandbox.now().clone();
        let infos = now.inside.infos().into_iter();
        let members = infos.filter(|info| info.pid != now.supervisor).take(MEMBERS_MAX);
        Ok(SandboxDetails {
            view: SandboxView::of(&sandbox),
            members: members.map(SandboxMember::of).collect(),
        })
    }
}

impl SandboxMember {
    fn of(info: ProcessInfo) -> Self {
        Self {
            pid: info.pid,
            name: info.name,
            kind: info.kind,
            entry_point: info.entry_point.as_deref().map(str::to_owned),
            child_id: info.child_id.as_deref().map(str::to_owned),
            mailbox_length: info.mailbox_length.known(),
            messages_handled: info.messages_handled.known(),
            restarts: info.restarts.known(),
        }
    }
}
