//! What a caller is told of a process that is not there, or that it must not touch.

use arsenal::{Caller, Error, Failure, Role, nearest};
use arsenal_process::{Authority, Pid, Runtime, Target, TouchError};
use serde_json::{Map, Value};

use crate::moment::moment;
use crate::refusal::Refusal;

/// A process that is not there, and what is remembered of it.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Missing {
    sentence: String,
}

type Details = Map<String, Value>;

/// A process that only an admin may force.
#[derive(Debug, thiserror::Error)]
#[error("{pid} is protected: an admin can do this with `force`")]
pub struct Protected {
    /// The process.
    pub pid: Pid,
}

/// A force that the caller may not use.
#[derive(Debug, thiserror::Error)]
#[error("only an admin may use `force`")]
pub struct ForceNeedsAdmin;

/// Why nothing was told of a process.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum NoSuchProcess {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
}

/// The refusal for a process that is not there.
pub(crate) fn missing<E>(runtime: &Runtime, target: &Target) -> Refusal<E>
where
    E: Failure + From<Missing>,
{
    let (sentence, details) = match target {
        Target::Pid(pid) => missing_pid(runtime, *pid),
        Target::Name(name) => missing_name(runtime, name.as_str()),
    };
    let refusal = Refusal::from(E::from(Missing { sentence }));
    details.into_iter().fold(refusal, |refusal, (name, value)| refusal.with(&name, value))
}

/// The refusal for a process that was not touched.
pub(crate) fn touched<E>(runtime: &Runtime, target: &Target, error: &TouchError) -> Refusal<E>
where
    E: Failure + From<Missing> + From<Protected>,
{
    match error {
        TouchError::Protected { pid } => Refusal::from(E::from(Protected { pid: *pid })),
        _ => missing(runtime, target),
    }
}

/// What a caller who forces may do: only an admin does.
pub(crate) fn authority(caller: &Caller, force: bool) -> Result<Authority, ForceNeedsAdmin> {
    match (force, caller.role) {
        (false, _) => Ok(Authority::Ordinary),
        (true, Role::Admin) => Ok(Authority::Forced),
        (true, _) => Err(ForceNeedsAdmin),
    }
}

/// Whether the caller may do it, as an operation's `authorize` tells.
pub(crate) fn may_force<E>(caller: &Caller, force: bool) -> Result<(), Error>
where
    E: Failure + From<ForceNeedsAdmin>,
{
    authority(caller, force).map(drop).map_err(|refused| E::from(refused).into_error())
}

fn missing_pid(runtime: &Runtime, pid: Pid) -> (String, Details) {
    let mut details = Details::new();
    let Some(past) = runtime.past(pid) else {
        let sentence = format!(
            "no process {pid}: it ended long ago, or never was; `list_processes` lists them"
        );
        return (sentence, details);
    };
    let mut sentence = format!("{pid} ended at {}, reason {}", moment(past.ended_at), past.reason);
    details.insert("ended_at".to_owned(), moment(past.ended_at).into());
    details
        .insert("exit_reason".to_owned(), serde_json::to_value(&past.reason).unwrap_or_default());
    if let Some(new) = past.restarted_as {
        sentence.push_str(&format!(", restarted as {new}"));
        details.insert("restarted_as".to_owned(), new.to_string().into());
    }
    (sentence, details)
}

fn missing_name(runtime: &Runtime, name: &str) -> (String, Details) {
    let names = runtime.names();
    // Who took the name a moment ago is not meant.
    let others = names.iter().map(|(other, _)| other.as_str()).filter(|other| *other != name);
    let near = nearest(name, others);
    let mut details = Details::new();
    let sentence = match near {
        Some(near) => {
            details.insert("suggestion".to_owned(), near.into());
            format!("no process is named `{name}`; did you mean `{near}`?")
        }
        None => {
            format!("no process is named `{name}`; `list_registered_processes` lists the names")
        }
    };
    (sentence, details)
}

#[cfg(test)]
mod tests {
    use arsenal_process::RuntimeConfig;

    use super::*;

    #[tokio::test]
    async fn a_name_that_was_taken_meanwhile_is_not_suggested_for_itself() {
        let runtime = Runtime::start(RuntimeConfig::default()).expect("a test runs on Tokio");
        let idle = || std::future::pending::<()>();
        let _task = runtime.task().name(crate::process::name_of("ledger")).spawn(idle());
        let (sentence, details) = missing_name(&runtime, "ledgar");
        assert!(sentence.ends_with("did you mean `ledger`?"), "{sentence}");
        assert_eq!(details["suggestion"], "ledger");
        let (sentence, details) = missing_name(&runtime, "ledger");
        assert!(!sentence.contains("did you mean") && details.is_empty(), "{sentence}");
    }
}
