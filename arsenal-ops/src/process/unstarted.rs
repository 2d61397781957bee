//! What a caller is told of a start that came to nothing: every operation that starts something by
//! name says it in these words.

use arsenal::Failure;
use arsenal_process::StartError;

use crate::entry_point::{self, Refused};
use crate::refusal::Refusal;

/// Nobody has that name.
#[derive(Debug, thiserror::Error)]
#[error("no entry point `{name}`; {hint}")]
pub struct UnknownEntryPoint {
    name: String,
    hint: String,
}

/// A name that another process has, in the runtime's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NameTaken(String);

/// A process that ended before it was ready, in the runtime's words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EndedInStart(String);

/// A process that the runtime did not take, in its words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotStarted(String);

/// The refusal of a start by name.
pub(crate) fn not_begun<E>(error: entry_point::NotStarted) -> Refusal<E>
where
    E: Failure + From<UnknownEntryPoint> + From<NameTaken> + From<EndedInStart> + From<NotStarted>,
{
    match error {
        entry_point::NotStarted::Refused(error) => refused(error),
        entry_point::NotStarted::Start(error) => not_started(&error),
    }
}

/// The refusal of an entry point or its arguments.
pub(crate) fn refused<E>(error: Refused) -> Refusal<E>
where
    E: Failure + From<UnknownEntryPoint>,
{
    match error {
        Refused::Args(error) => Refusal::Shared(error),
        Refused::Unknown { name, near } => unknown_entry_point(name, near),
    }
}

/// The refusal for an entry point that nobody has.
fn unknown_entry_point<E>(name: String, near: Option<&'static str>) -> Refusal<E>
where
    E: Failure + From<UnknownEntryPoint>,
{
    let hint = match near {
        Some(near) => format!("did you mean `{near}`? `list_entry_points` lists them"),
        None => "`list_entry_points` lists them".to_owned(),
    };
    let refusal = Refusal::from(E::from(UnknownEntryPoint { name, hint }));
    let refusal = refusal.with("see", "list_entry_points");
    match near {
        Some(near) => refusal.with("suggestion", near),
        None => refusal,
    }
}

/// The refusal of a start.
pub(crate) fn not_started<E>(error: &StartError) -> Refusal<E>
where
    E: Failure + From<NameTaken> + From<EndedInStart> + From<NotStarted>,
{
    let words = unstarted(error);
    let refusal = match error {
        StartError::NameTaken { holder, .. } => {
            return Refusal::from(E::from(NameTaken(words))).with("holder", holder.to_string());
        }
        StartError::Ended { pid, .. } | StartError::TimedOut { pid, .. } => {
            Refusal::from(E::from(EndedInStart(words))).with("pid", pid.to_string())
        }
        StartError::Ignored | StartError::Failed { .. } => E::from(EndedInStart(words)).into(),
        _ => return E::from(NotStarted(words)).into(),
    };
    refusal.with("exit_reason", serde_json::to_value(error.reason()).unwrap_or_default())
}

/// The words for a start that came to nothing: with the cause, since a caller can act on it.
pub(crate) fn unstarted(error: &StartError) -> String {
    match error {
        StartError::Name(cause) => format!("{error}: {cause}"),
        StartError::Scope(cause) => format!("{error}: {cause}"),
        StartError::Spec(cause) => format!("{error}: {cause}"),
        _ => error.to_string(),
    }
}
