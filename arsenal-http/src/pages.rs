//! What a problem's type address says to whoever follows it.

use arsenal_core::{Class, Snapshot};
use axum::body::Body;
use axum::http::Response;
use axum::http::header::{CONTENT_TYPE, HeaderValue};

use crate::refusal::{Refused, Rule};
use crate::status::status;

/// The page of a code: of HTTP's own, of the pipeline's, or of a listed operation's.
///
/// # Errors
///
/// Nobody has this code.
pub(crate) fn problem(code: &str, snapshot: &Snapshot) -> Result<Response<Body>, Refused> {
    let Some(meaning) = find(code, snapshot) else {
        return Err(Rule::NoRoute.refuse(format!("no problem has the code {code}")));
    };
    let Meaning { status, class, doc } = meaning;
    let again = if class.retryable() { "may work later" } else { "will fail again" };
    let text =
        format!("{code}\n\n{doc}\n\nstatus: {status}\nclass: {class}\nthe same call: {again}\n");
    let mut response = Response::new(Body::from(text));
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    Ok(response)
}

struct Meaning {
    status: u16,
    class: Class,
    doc: String,
}

fn find(code: &str, snapshot: &Snapshot) -> Option<Meaning> {
    let own = Rule::ALL.iter().map(|rule| rule.spec()).find(|spec| spec.code == code);
    if let Some(spec) = own {
        let doc = format!("{}.", spec.title);
        return Some(Meaning { status: spec.status, class: spec.class, doc });
    }
    if let Some((_, class, doc)) = PIPELINE.iter().find(|(known, _, _)| *known == code) {
        let doc = (*doc).to_owned();
        return Some(Meaning { status: status(*class), class: *class, doc });
    }
    let declared = snapshot.listed().flat_map(|operation| operation.codes());
    let found = declared.into_iter().find(|known| known.code == code)?;
    let doc = found.doc.to_owned();
    Some(Meaning { status: status(found.class), class: found.class, doc })
}

/// The codes that any call may be refused with.
const PIPELINE: &[(&str, Class, &str)] = &[
    ("NO_OPERATION", Class::NotFound, "No listed operation has this name."),
    ("UNAUTHENTICATED", Class::Unauthenticated, "The operation is not open to strangers."),
    ("ROLE_MISSING", Class::Forbidden, "The caller's role is too small for the operation."),
    ("SCOPE_MISSING", Class::Forbidden, "The caller was not granted the operation's scope."),
    (
        "INVALID_PARAMS",
        Class::Validation,
        "The parameters break the operation's schema or a rule; \
      `errors` names each fault and where it is.",
    ),
    ("MALFORMED_JSON", Class::Malformed, "The body is not JSON, or not UTF-8."),
    ("PARAMETER_TWICE", Class::Malformed, "A parameter that has one value is given twice."),
    ("PARAMETER_TOO_DEEP", Class::Malformed, "A parameter's name nests too deep."),
    ("TOO_MANY_PARAMETERS", Class::Malformed, "The query has too many parameters."),
    ("IDEMPOTENCY_KEY_MISSING", Class::Malformed, "The operation takes no call without a key."),
    ("IDEMPOTENCY_KEY_MALFORMED", Class::Malformed, "A key is 1 to 255 visible ASCII characters."),
    ("IDEMPOTENCY_KEY_IN_FLIGHT", Class::Conflict, "The first call with this key still runs."),
    ("IDEMPOTENCY_KEY_REUSED", Class::Validation, "The key was used with other parameters."),
    (
        "OUTCOME_UNKNOWN",
        Class::Execution,
        "The first call with this key did not end by itself: \
      find out what it did before it is made again with another key.",
    ),
    ("TIMEOUT", Class::Timeout, "The call did not end before its deadline."),
    ("PANICKED", Class::Execution, "The operation failed unexpectedly; the log says how."),
    ("CANCELLED", Class::Cancelled, "The call was called off."),
    ("CALL_DEPTH", Class::Execution, "Operations call each other without end."),
    ("ANSWER_NOT_ENCODED", Class::System, "The answer could not be written as JSON."),
];
