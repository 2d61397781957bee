//! The one place where processes are born.
//!
//! Name, table and link are there before the first poll; what cannot have them is never polled.

use std::sync::Arc;
use std::time::Duration;

use crate::cell::{Core, Origin, PROTECTED, Process, TRAP_EXIT};
use crate::finish::finish;
use crate::mailbox::Intake;
use crate::node::Node;
use crate::scope::{Entry, Scope};
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
    /// A start function gave another process than a new one that it made with its starter. That
    /// one is left as it is.
    #[error("{pid} was not made with the starter that its start function was given")]
    Stray { pid: Pid },
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
            Self::NameTaken { .. }
            | Self::Name(_)
            | Self::Spec(_)
            | Self::Scope(_)
            | Self::Stray { .. } => ExitReason::error(self),
        }
    }
}

/// What is asked of a new process; the builders fill it in.
pub(crate) struct Birth {
    pub(crate) name: Option<ProcessName>,
    /// What it is linked to whatever else is asked: its supervisor, or that of its scope.
    pub(crate) belongs_to: Option<Pid>,
    /// Its supervisor, where it has one of its own.
    supervisor: Option<Arc<dyn Process>>,
    /// What it is to be linked to besides; each has to be visible from its scope.
    links: Vec<Pid>,
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
            belongs_to: None,
            supervisor: None,
            links: Vec::new(),
            parent: None,
            child_id: None,
            entry_point: None,
            restarts: 0,
            flags: 0,
            mailbox: MailboxBound::Unbounded,
            scope,
        }
    }

    pub(crate) fn child_of(&mut self, supervisor: Arc<dyn Process>) {
        let pid = supervisor.core().pid;
        (self.belongs_to, self.parent) = (Some(pid), Some(pid));
        self.supervisor = Some(supervisor);
    }

    /// The first link of a process without a supervisor is its parent.
    pub(crate) fn linked(&mut self, pid: Pid) {
        self.links.push(pid);
        self.parent.get_or_insert(pid);
    }

    pub(crate) fn trapping(&mut self) {
        self.flags |= TRAP_EXIT;
    }

    pub(crate) fn protected(&mut self) {
        self.flags |= PROTECTED;
    }

    fn intake(&self, kind: Kind) -> Intake {
        // A supervisor that is asked too often, or too much, must go on with its work.
        let scope = self.scope.as_ref().filter(|_| kind != Kind::Supervisor);
        let bound = match (self.mailbox, scope.and_then(|scope| scope.mailbox_max())) {
            (bound, None) => bound,
            (MailboxBound::Unbounded, Some(max)) => MailboxBound::Bounded(max),
            (MailboxBound::Bounded(own), Some(max)) => MailboxBound::Bounded(own.min(max)),
        };
        Intake { bound, per_second: scope.and_then(|scope| scope.messages_per_second()) }
    }
}

/// Makes the process's cell and enters it everywhere, or nowhere.
pub(crate) fn admit<P: Process>(
    node: Arc<Node>,
    kind: Kind,
    birth: Birth,
    make: impl FnOnce(Core, Intake) -> P,
) -> Result<Arc<P>, StartError> {
    if node.is_closing() {
        return Err(StartError::ShuttingDown);
    }
    let intake = birth.intake(kind);
    enter_scope(&node, &birth).map_err(StartError::Scope)?;
    let Birth { name, belongs_to, supervisor, links, parent, child_id, .. } = birth;
    let Birth { entry_point, restarts, flags, scope, .. } = birth;
    let origin = Origin { kind, parent, belongs_to, child_id, entry_point, restarts };
    let started_by = origin.child_id.as_ref().and(parent);
    let known_as = (name.clone(), scope.clone());
    let typed = Arc::new(make(Core::new(node, origin, flags, known_as), intake));
    let process: Arc<dyn Process> = typed.clone();
    let core = typed.core();
    let node = &core.node;
    if let Some(name) = &name
        && let Err(holder) = node.names.take(name, &process)
    {
        if let Some(scope) = scope {
            scope.turn_away();
        }
        return Err(StartError::NameTaken { name: name.clone(), holder });
    }
    if let Some(scope) = &scope {
        scope.admit(core.pid);
    }
    node.processes.insert(process);
    node.events.send(|| {
        (Event::Spawned { pid: core.pid, name, kind, supervisor: started_by }, scope.clone())
    });
    crate::trace::spawned(node, parent, core.pid);
    match bind(core, supervisor, &links, scope.as_ref()) {
        // The shutdown began before the process was in the table, and may not have seen it.
        Ok(()) if node.is_closing() => {
            finish(&(typed as Arc<dyn Process>), ExitReason::Shutdown);
            Err(StartError::ShuttingDown)
        }
        Ok(()) => Ok(typed),
        Err(pid) => {
            finish(&(typed as Arc<dyn Process>), ExitReason::NoProc);
            Err(StartError::NoLink { pid })
        }
    }
}

fn enter_scope(node: &Node, birth: &Birth) -> Result<(), ScopeError> {
    let Some(scope) = &birth.scope else { return Ok(()) };
    // Only what has no parent is started by whom it is called in.
    let starter = birth.parent.or_else(crate::current::current);
    scope.enter(&Entry {
        entry_point: birth.entry_point.as_deref(),
        covered_by: &|scope| covering(node, scope, starter),
        now: node.clock.elapsed(),
    })
}

/// The entry point of the nearest member of the scope, from `starter` upwards, that has one.
fn covering(node: &Node, scope: &Scope, starter: Option<Pid>) -> Option<Arc<str>> {
    let mut next = starter;
    while let Some(pid) = next.filter(|pid| *pid != scope.supervisor && scope.has(*pid)) {
        let process = node.find(pid)?;
        let origin = &process.core().origin;
        if let Some(entry_point) = &origin.entry_point {
            return Some(Arc::clone(entry_point));
        }
        next = origin.parent;
    }
    None
}

/// Links a new process with all that it belongs to, or says what is not there.
fn bind(
    core: &Core,
    supervisor: Option<Arc<dyn Process>>,
    links: &[Pid],
    scope: Option<&Arc<Scope>>,
) -> Result<(), Pid> {
    if let Some(pid) = core.origin.belongs_to {
        let other = supervisor.or_else(|| core.node.find(pid)).ok_or(pid)?;
        let linked = if core.origin.parent == Some(pid) {
            crate::bond::link_to_parent(core, other.core())
        } else {
            crate::bond::link(core, other.core())
        };
        linked.map_err(|_ended| pid)?;
    }
    for &pid in links {
        let other = core.node.find(pid).filter(|other| {
            scope.is_none_or(|scope| scope.contains(other.core().control().scope.as_ref()))
        });
        crate::bond::link(core, other.ok_or(pid)?.core()).map_err(|_ended| pid)?;
    }
    Ok(())
}
