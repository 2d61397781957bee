//! Why a supervisor was not found, or did not do what it was asked: what the operations' own
//! errors are made of.

use arsenal::Failure;
use arsenal_process::{Pid, SupervisorError, Target};

use crate::process::{EndedInStart, Missing, NameTaken, NotStarted, not_started};
use crate::refusal::Refusal;

/// A process that keeps no children.
#[derive(Debug, thiserror::Error)]
#[error("{target} is not a supervisor; `list_supervisors` lists them")]
pub struct NotASupervisor {
    pub(super) target: Target,
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
