//! What a call's end looks like: an answer, or a refusal.

use uuid::Uuid;

use super::exit::ExitStatus;
use super::screen::{Form, Screen};
use super::table;
use crate::{Class, Deprecation, Error, Fault, Problem, Reply, Text};

/// Shows an answer: the document that HTTP sends, or a table of it.
pub(super) fn answer(screen: &Screen, reply: &Reply, columns: &[Text]) {
    let document = reply.document().unwrap_or_default();
    match screen.form {
        Form::Json => screen.print(&document),
        Form::Table => {
            let value: serde_json::Value = serde_json::from_str(&document).unwrap_or_default();
            screen.print(&table::of(&value["data"], columns, |text| screen.heading(text)));
            if value["dry_run"] == true {
                screen.note("nothing was done: this was a dry run");
            }
            if value["data"].get("next_page_token").is_some() {
                screen.note("there is more; this is the first page");
            }
        }
    }
}

/// Warns that an operation is on its way out.
pub(super) fn deprecation(screen: &Screen, operation: &str, deprecated: Option<&Deprecation>) {
    let Some(Deprecation { since, instead, sunset }) = deprecated else { return };
    let instead = instead.as_ref().map(|name| format!("; use `{name}`")).unwrap_or_default();
    let sunset = sunset.as_ref().map(|day| format!("; it goes on {day}")).unwrap_or_default();
    screen.note(&format!("warning: `{operation}` is deprecated since {since}{instead}{sunset}"));
}

/// Shows a refusal: text for a person, or the document that HTTP sends.
pub(super) fn refusal(screen: &Screen, error: &Error, operation: &str, id: Uuid) -> ExitStatus {
    match screen.form {
        Form::Json => screen.note(&problem(error, Some(operation), id).to_json()),
        Form::Table => {
            screen.complain(error.sentence());
            // The sentence says a single fault whole, but for what was meant.
            let faults = error.faults();
            let told = faults.len() == 1 && faults[0].suggestion.is_none();
            for fault in faults.iter().filter(|_| !told) {
                screen.note(&format!("  {}", line(fault)));
            }
            screen.note(&format!("  {} ({}), request {id}", error.code(), error.class()));
        }
    }
    ExitStatus::from(error.class())
}

/// Says why the program did not start.
pub(super) fn not_started(screen: &Screen, why: &str) -> ExitStatus {
    failure(screen, &Error::new(Class::System, "NOT_STARTED", why.to_owned()))
}

/// Says why the parameters could not be read.
pub(super) fn unread(screen: &Screen, why: &str) -> ExitStatus {
    failure(screen, &Error::new(Class::Malformed, "PARAMETERS_NOT_READ", why.to_owned()))
}

/// A failure before any operation was called.
fn failure(screen: &Screen, error: &Error) -> ExitStatus {
    match screen.form {
        Form::Json => screen.note(&problem(error, None, Uuid::now_v7()).to_json()),
        Form::Table => screen.complain(error.sentence()),
    }
    ExitStatus::from(error.class())
}

/// No server is involved, so the type leads nowhere.
fn problem(error: &Error, operation: Option<&str>, id: Uuid) -> Problem {
    let mut problem = Problem::of(error);
    problem.instance = Some(id.urn().to_string());
    problem.operation = operation.map(str::to_owned);
    problem.request_id = Some(id.to_string());
    #[cfg(feature = "http")]
    {
        problem.status = Some(arsenal_http::status(error.class()));
    }
    problem
}

fn line(fault: &Fault) -> String {
    let place = match (&fault.parameter, fault.pointer.as_str()) {
        (Some(name), _) => name,
        (None, "") => "the input",
        (None, pointer) => pointer,
    };
    let suggestion = fault.suggestion.as_ref();
    // Some sentences say it already.
    let suggestion = suggestion.filter(|word| !fault.detail.contains(word.as_ref()));
    let suggestion = suggestion.map(|word| format!("; did you mean `{word}`?"));
    format!("{place}: {}{}", fault.detail, suggestion.unwrap_or_default())
}
