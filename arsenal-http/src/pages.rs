//! What a problem's type address says to whoever follows it.

use arsenal_core::{Class, PIPELINE_CODES, Snapshot};
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
    let declared = snapshot.listed().flat_map(|operation| operation.codes());
    let found = PIPELINE_CODES.iter().chain(declared).find(|known| known.code == code)?;
    let doc = found.doc.to_owned();
    Some(Meaning { status: status(found.class), class: found.class, doc })
}
