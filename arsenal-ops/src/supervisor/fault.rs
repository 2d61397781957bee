//! Why a supervisor was not found, or did not do what it was asked: what the operations' own
//! errors are made of.

use arsenal::{Context, Failure};
use arsenal_process::{LookupError, Pid, SupervisorError, SupervisorRef, Target};

use crate::catalogue::Catalogue;
use crate::entry_point::Refused;
use crate::process::{
    EndedInStart, Missing, NameTaken, NotStarted, Protected, UnknownEntryPoint, missing,
    not_started, unknown_entry_point,
};
use crate::refusal::Refusal;

/// A process that keeps no children.
#[derive(Debug, thiserror::Error)]
#[error("{target} is not a supervisor; `list_supervisors` lists them")]
pub struct NotASupervisor {
    target: Target,
}

/// A supervisor that ended, or has too much to do.
#[derive(Debug, thiserror::Error)]
#[error("the supervisor did not answer")]
pub struct NoAnswer(#[source] SupervisorError);

/// A child that the supervisor does not have.
#[derive(Debug, thiserror::Error)]
#[error("no child {child}; `which_children` lists them")]
pub struct NoChild {
    /// What was asked for.
    pub child: String,
}

/// An id that a child has already.
#[derive(Debug, thiserror::Error)]
#[error("a child `{id}` is there already")]
pub struct ChildExists {
    /// The id.
    pub id: String,
}

/// A child that has a process.
#[derive(Debug, thiserror::Error)]
#[error("the child runs as {pid}; `terminate_child` ends it")]
pub struct ChildRunning {
    /// Its process.
    pub pid: Pid,
}

/// A child that is about to be started again.
#[derive(Debug, thiserror::Error)]
#[error("the child is being restarted; try again, or terminate it")]
pub struct ChildRestarting;

/// A supervisor whose children have no ids and no specifications of their own.
#[derive(Debug, thiserror::Error)]
#[error("a simple_one_for_one supervisor does not do this: point at its children by pid")]
pub struct SimpleOneForOne;

/// A supervisor and its children that contradict each other.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct BadSpecification {
    /// What does.
    pub why: String,
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
    #[error(transparent)]
    #[failure(class = unavailable)]
    NoAnswer(#[from] NoAnswer),
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
pub(super) fn spare<E>(cx: &Context<Catalogue>, pid: Pid, force: bool) -> Result<(), Refusal<E>>
where
    E: Failure + From<Protected>,
{
    match cx.state().runtime.info(pid) {
        Ok(info) if info.protected && !force => Err(E::from(Protected { pid }).into()),
        _ => Ok(()),
    }
}

/// The refusal of an entry point or its arguments.
pub(super) fn refused<E>(error: Refused) -> Refusal<E>
where
    E: Failure + From<UnknownEntryPoint>,
{
    match error {
        Refused::Args(error) => Refusal::Shared(error),
        Refused::Unknown { name, near } => unknown_entry_point(name, near),
    }
}

/// The refusal of a supervisor that had nothing else to say.
pub(super) fn unanswered<E>(error: SupervisorError) -> Refusal<E>
where
    E: Failure + From<NoAnswer>,
{
    E::from(NoAnswer(error)).into()
}

/// The refusal to touch a child.
pub(super) fn untouched<E>(error: SupervisorError) -> Refusal<E>
where
    E: Failure + From<NoChild> + From<SimpleOneForOne> + From<NoAnswer>,
{
    match error {
        SupervisorError::NotFound { child } => E::from(NoChild { child }).into(),
        SupervisorError::SimpleOneForOne => E::from(SimpleOneForOne).into(),
        error => unanswered(error),
    }
}

/// The refusal to do what only a child without a process bears.
pub(super) fn occupied<E>(error: SupervisorError) -> Refusal<E>
where
    E: Failure
        + From<NoChild>
        + From<SimpleOneForOne>
        + From<ChildRunning>
        + From<ChildRestarting>
        + From<NoAnswer>,
{
    match error {
        SupervisorError::Running { pid } => E::from(ChildRunning { pid }).into(),
        SupervisorError::Restarting => E::from(ChildRestarting).into(),
        error => untouched(error),
    }
}

/// The refusal of a new child.
pub(super) fn not_added<E>(error: SupervisorError) -> Refusal<E>
where
    E: Failure
        + From<ChildExists>
        + From<BadSpecification>
        + From<NameTaken>
        + From<EndedInStart>
        + From<NotStarted>
        + From<NoAnswer>,
{
    match error {
        SupervisorError::AlreadyStarted { id, pid } => {
            let refusal = Refusal::from(E::from(ChildExists { id: id.as_ref().to_owned() }));
            match pid {
                Some(pid) => refusal.with("pid", pid.to_string()),
                None => refusal,
            }
        }
        SupervisorError::AlreadyPresent { id } => {
            E::from(ChildExists { id: id.as_ref().to_owned() }).into()
        }
        SupervisorError::Spec(cause) => E::from(BadSpecification { why: cause.to_string() }).into(),
        SupervisorError::Start(error) => not_started(&error),
        error => unanswered(error),
    }
}
