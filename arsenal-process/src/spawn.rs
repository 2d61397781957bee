//! The one place where processes are born: the only file that hands a future to Tokio.
//!
//! Name, table and link are there before the first poll; what cannot have them is never polled.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::cell::{Core, Origin, PROTECTED, Process, TRAP_EXIT};
use crate::finish::finish;
use crate::gate::{Afterwards, Gate};
use crate::mailbox::Intake;
use crate::node::Node;
use crate::scope::Scope;
use crate::{
    Event, ExitReason, Kind, MailboxBound, NameError, Pid, ProcessName, ScopeError, SpecError,
};

/// Why a process was not started.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum StartError {
    /// Choose another name, or end its holder.
    #[error("the name {name} is taken by {holder}")]
    NameTaken { name: ProcessName, holder: Pid },
    /// The text is no name.
    #[error("the process cannot have this name")]
    Name(#[source] NameError),
    /// It ended before it was ready, for this reason.
    #[error("{pid} ended in its start: {reason}")]
    Ended { pid: Pid, reason: ExitReason },
    /// Its `init` said that there is nothing to do.
    #[error("the process had nothing to do and ended")]
    Ignored,
    /// Its `init` took too long; it was killed.
    #[error("{pid} was not ready within {wait:?}")]
    TimedOut { pid: Pid, wait: Duration },
    /// What it should be linked to has ended, or never was.
    #[error("no process {pid} to link to")]
    NoLink { pid: Pid },
    /// The supervisor cannot be as specified.
    #[error("the specification is wrong")]
    Spec(#[source] SpecError),
    /// The scope of the handle refused.
    #[error("the scope does not allow it")]
    Scope(#[source] ScopeError),
    /// A start function gave up without a process.
    #[error("not started: {reason}")]
    Failed { reason: ExitReason },
    /// The node is shutting down.
    #[error("the runtime is shutting down")]
    ShuttingDown,
}

impl StartError {
    /// The reason that a supervisor sees.
    #[must_use]
    pub fn reason(&self) -> ExitReason {
        match self {
            Self::Ended { reason, .. } | Self::Failed { reason } => reason.clone(),
            Self::Ignored => ExitReason::Normal,
            Self::NoLink { .. } => ExitReason::NoProc,
            Self::ShuttingDown => ExitReason::Shutdown,
            Self::TimedOut { .. } => ExitReason::Killed,
            Self::NameTaken { .. } | Self::Name(_) | Self::Spec(_) | Self::Scope(_) => {
                ExitReason::error(self)
            }
        }
    }
}

/// What is asked of a new process; the builders fill it in.
pub(crate) struct Birth {
    pub(crate) name: Option<ProcessName>,
    pub(crate) link: Option<Pid>,
    pub(crate) parent: Option<Pid>,
    pub(crate) child_id: Option<Arc<str>>,
    pub(crate) entry_point: Option<Arc<str>>,
    pub(crate) restarts: u32,
    pub(crate) flags: u32,
    pub(crate) mailbox: MailboxBound,
    pub(crate) scope: Option<Arc<Scope>>,
}

impl Birth {
    pub(crate) fn new(scope: Option<Arc<Scope>>) -> Self {
        Self {
            name: None,
            link: None,
            parent: None,
            child_id: None,
            entry_point: None,
            restarts: 0,
            flags: 0,
            mailbox: MailboxBound::Unbounded,
            scope,
        }
    }

    pub(crate) fn linked(&mut self, pid: Pid) {
        self.link = Some(pid);
        self.parent = Some(pid);
    }

    pub(crate) fn trapping(&mut self) {
        self.flags |= TRAP_EXIT;
    }

    pub(crate) fn protected(&mut self) {
        self.flags |= PROTECTED;
    }

    fn intake(&self, kind: Kind) -> Intake {
        let scope = self.scope.as_ref();
        let bound = match (self.mailbox, scope.and_then(|scope| scope.mailbox_max())) {
            (bound, None) => bound,
            (MailboxBound::Unbounded, Some(max)) => MailboxBound::Bounded(max),
            (MailboxBound::Bounded(own), Some(max)) => MailboxBound::Bounded(own.min(max)),
        };
        // A supervisor that is asked too often must go on with its work.
        let paced = scope.filter(|_| kind != Kind::Supervisor);
        Intake { bound, per_second: paced.and_then(|scope| scope.messages_per_second()) }
    }
}

/// Makes the process's cell and enters it everywhere, or nowhere.
pub(crate) fn admit<P: Process>(
    node: &Arc<Node>,
    kind: Kind,
    birth: Birth,
    make: impl FnOnce(Core, Intake) -> P,
) -> Result<Arc<P>, StartError> {
    if node.is_closing() {
        return Err(StartError::ShuttingDown);
    }
    let bound = birth.intake(kind);
    if let Some(scope) = &birth.scope {
        let entry_point = birth.entry_point.as_deref();
        scope.enter(entry_point, node.clock.elapsed()).map_err(StartError::Scope)?;
    }
    let Birth { name, link, parent, child_id, entry_point, restarts, flags, scope, .. } = birth;
    let origin = Origin { kind, parent, child_id, entry_point, restarts };
    let supervisor = origin.child_id.as_ref().and(parent);
    let typed = Arc::new(make(Core::new(node, node.next_pid(), origin, flags), bound));
    let process: Arc<dyn Process> = typed.clone();
    let core = process.core();
    if let Some(name) = &name
        && let Err(holder) = node.names.take(name, &process)
    {
        if let Some(scope) = scope {
            scope.leave();
        }
        return Err(StartError::NameTaken { name: name.clone(), holder });
    }
    {
        let mut control = core.control();
        control.name.clone_from(&name);
        control.scope = scope;
    }
    node.processes.insert(&process);
    node.events.send(|| Event::Spawned { pid: core.pid, name, kind, supervisor });
    crate::trace::spawned(node, parent, core.pid);
    if let Some(pid) = link {
        let linked =
            node.find(pid).is_some_and(|other| crate::bond::link(&process, &other).is_ok());
        if !linked {
            finish(&process, ExitReason::NoProc);
            return Err(StartError::NoLink { pid });
        }
    }
    Ok(typed)
}

/// Has Tokio run the process.
pub(crate) fn run<F>(process: Arc<dyn Process>, body: F, afterwards: Option<Box<dyn Afterwards>>)
where
    F: Future<Output = ExitReason> + Send + 'static,
{
    let core = process.core();
    let tokio = core.node.tokio.clone();
    let name = core.control().name.clone();
    let span = tracing::info_span!(
        parent: None,
        "process",
        pid = %core.pid,
        name = name.as_ref().map(ProcessName::as_str),
    );
    tokio.spawn(Gate::new(body, process, afterwards, span));
}
