//! Why a supervisor was not found, or did not do what it was asked.

use arsenal::{Context, Failure};
use arsenal_process::{LookupError, Pid, StartError, SupervisorError, SupervisorRef, Target};

use crate::catalogue::Catalogue;
use crate::entry_point::Refused;
use crate::process::{
    Missing, Protected, UnknownEntryPoint, Unstarted, missing, unknown_entry_point, unstarted,
};
use crate::refusal::Refusal;

/// A process that keeps no children.
#[derive(Debug, thiserror::Error)]
#[error("{target} is not a supervisor; `list_supervisors` lists them")]
pub struct NotASupervisor {
    target: Target,
}

/// Why nothing was told of a supervisor.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum SupervisorLookup {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is another kind of process, and lives on.
    #[error(transparent)]
    #[failure(class = conflict)]
    NotASupervisor(#[from] NotASupervisor),
    /// It ended, or has too much to do.
    #[error("the supervisor did not answer")]
    #[failure(class = unavailable)]
    NoAnswer(#[source] SupervisorError),
}

/// Why a supervisor did not do what it was asked.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum ChildFault {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// It is another kind of process, and lives on.
    #[error(transparent)]
    #[failure(class = conflict)]
    NotASupervisor(#[from] NotASupervisor),
    /// It is the root supervisor, or one of the service's own.
    #[error(transparent)]
    #[failure(class = forbidden)]
    Protected(#[from] Protected),
    /// The supervisor has no such child.
    #[error("no child {child}; `which_children` lists them")]
    #[failure(class = not_found)]
    NoChild {
        /// What was asked for.
        child: String,
    },
    /// Choose another id, or restart or delete the child that has it.
    #[error("a child `{id}` is there already")]
    #[failure(class = conflict)]
    ChildExists {
        /// The id.
        id: String,
    },
    /// Terminate it first.
    #[error("the child runs as {pid}; `terminate_child` ends it")]
    #[failure(class = conflict)]
    ChildRunning {
        /// Its process.
        pid: Pid,
    },
    /// It is about to be started again.
    #[error("the child is being restarted; try again, or terminate it")]
    #[failure(class = conflict)]
    ChildRestarting,
    /// A temporary child does not come back.
    #[error("the child `{id}` is temporary and is not started again")]
    #[failure(class = conflict)]
    TemporaryChild {
        /// The id.
        id: String,
    },
    /// Its children have no ids and no specifications of their own.
    #[error("a simple_one_for_one supervisor does not do this: point at its children by pid")]
    #[failure(class = conflict)]
    SimpleOneForOne,
    /// The supervisor and its children contradict each other.
    #[error("{why}")]
    #[failure(class = validation)]
    BadSpecification {
        /// What does.
        why: String,
    },
    /// Nothing of that name can be started.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoEntryPoint(#[from] UnknownEntryPoint),
    /// Another process has the name.
    #[error("{0}")]
    #[failure(class = conflict)]
    NameTaken(Unstarted),
    /// It ended before it was ready.
    #[error("{0}")]
    #[failure(class = execution)]
    EndedInStart(Unstarted),
    /// The runtime did not take it.
    #[error("{0}")]
    #[failure(class = unavailable)]
    NotStarted(Unstarted),
    /// It ended, or has too much to do.
    #[error("the supervisor did not answer")]
    #[failure(class = unavailable)]
    NoAnswer(#[source] SupervisorError),
}

/// The supervisor of a pid or a name, which answers within the time that the call has.
pub(super) fn find<E>(cx: &Context<Catalogue>, target: &Target) -> Result<SupervisorRef, Refusal<E>>
where
    E: Failure + From<Missing> + From<NotASupervisor>,
{
    let runtime = &cx.state().runtime;
    match runtime.find_supervisor(target.clone()) {
        Ok(supervisor) => Ok(supervisor.with_wait(cx.time_left())),
        Err(LookupError::NoProcess(_)) => Err(missing(runtime, target)),
        Err(_) => Err(E::from(NotASupervisor { target: target.clone() }).into()),
    }
}

/// The supervisor of a pid or a name, or the root.
pub(super) fn find_or_root<E>(
    cx: &Context<Catalogue>,
    target: Option<&Target>,
) -> Result<SupervisorRef, Refusal<E>>
where
    E: Failure + From<Missing> + From<NotASupervisor>,
{
    let runtime = &cx.state().runtime;
    match (target, runtime.root()) {
        (Some(target), _) => find(cx, target),
        (None, Ok(root)) => Ok(root.with_wait(cx.time_left())),
        (None, Err(gone)) => Err(missing(runtime, &gone.target)),
    }
}

/// Refuses to touch a protected process without force; the right to force was checked before.
pub(super) fn spare(
    cx: &Context<Catalogue>,
    pid: Pid,
    force: bool,
) -> Result<(), Refusal<ChildFault>> {
    match cx.state().runtime.info(pid) {
        Ok(info) if info.protected && !force => Err(ChildFault::from(Protected { pid }).into()),
        _ => Ok(()),
    }
}

/// The refusal of an entry point or its arguments.
pub(super) fn refused(error: Refused) -> Refusal<ChildFault> {
    match error {
        Refused::Args(error) => Refusal::Shared(error),
        Refused::Unknown { name, near } => unknown_entry_point(name, near),
    }
}

impl From<SupervisorError> for SupervisorLookup {
    fn from(error: SupervisorError) -> Self {
        Self::NoAnswer(error)
    }
}

/// The refusal of a supervisor.
pub(super) fn told(error: SupervisorError) -> Refusal<ChildFault> {
    let fault = match error {
        SupervisorError::NotFound { child } => ChildFault::NoChild { child },
        SupervisorError::AlreadyStarted { id, pid } => {
            let refusal = Refusal::from(ChildFault::ChildExists { id: id.as_ref().to_owned() });
            return match pid {
                Some(pid) => refusal.with("pid", pid.to_string()),
                None => refusal,
            };
        }
        SupervisorError::AlreadyPresent { id } => {
            ChildFault::ChildExists { id: id.as_ref().to_owned() }
        }
        SupervisorError::Running { pid } => ChildFault::ChildRunning { pid },
        SupervisorError::Restarting => ChildFault::ChildRestarting,
        SupervisorError::Temporary { id } => {
            ChildFault::TemporaryChild { id: id.as_ref().to_owned() }
        }
        SupervisorError::SimpleOneForOne | SupervisorError::NoTemplate => {
            ChildFault::SimpleOneForOne
        }
        SupervisorError::Spec(error) => ChildFault::BadSpecification { why: error.to_string() },
        SupervisorError::Start(error) => return not_started(&error),
        error => ChildFault::NoAnswer(error),
    };
    fault.into()
}

/// The refusal of a start.
pub(super) fn not_started(error: &StartError) -> Refusal<ChildFault> {
    let words = unstarted(error);
    match error {
        StartError::NameTaken { holder, .. } => {
            Refusal::from(ChildFault::NameTaken(words)).with("holder", holder.to_string())
        }
        StartError::Spec(cause) => ChildFault::BadSpecification { why: cause.to_string() }.into(),
        StartError::Ended { .. }
        | StartError::Ignored
        | StartError::Failed { .. }
        | StartError::TimedOut { .. } => {
            let reason = serde_json::to_value(error.reason()).unwrap_or_default();
            Refusal::from(ChildFault::EndedInStart(words)).with("exit_reason", reason)
        }
        _ => ChildFault::NotStarted(words).into(),
    }
}
