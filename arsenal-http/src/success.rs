//! An operation's answer as a response.

use std::time::Duration;

use arsenal_core::{Facts, Reply};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::headers::has_already;
use crate::query::encode;
use crate::routes::ROOT;

/// What the response depends on besides the answer.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    /// The request's headers.
    pub(crate) headers: &'a HeaderMap,
    /// For how long the answer may be kept, at this address.
    pub(crate) cache: Option<Duration>,
    /// Where items of this collection are found, and by which member of the answer.
    pub(crate) item: Option<(String, String)>,
}

/// The response of a success. `None`: the reply is none.
pub(crate) fn respond(reply: &Reply, shown: &Shown<'_>) -> Option<Response<Body>> {
    let document = reply.document()?;
    let facts = &reply.facts;
    let status = status(facts);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if facts.job.is_some() {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        headers.insert(
            HeaderName::from_static("preference-applied"),
            HeaderValue::from_static("respond-async"),
        );
    }
    let location = match (&facts.job, &shown.item) {
        (Some(job), _) => Some(format!("{ROOT}/jobs/{job}")),
        (None, Some((collection, member))) if status == StatusCode::CREATED => {
            item(reply, collection, member)
        }
        _ => None,
    };
    if let Some(location) = location.and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(LOCATION, location);
    }
    if status == StatusCode::NO_CONTENT {
        return Some(response);
    }
    if let Some(keep) = shown.cache.filter(|_| status == StatusCode::OK && !facts.dry_run) {
        let tag = etag(&document);
        let kept = format!("private, max-age={}", keep.as_secs());
        headers.insert(CACHE_CONTROL, HeaderValue::try_from(kept).expect("digits"));
        headers.insert(ETAG, HeaderValue::try_from(&tag).expect("hexadecimal"));
        if has_already(shown.headers, &tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Some(response);
        }
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.body_mut() = Body::from(document);
    Some(response)
}

/// The declared status. Nothing is made by a dry run, and what it foresees is shown.
fn status(facts: &Facts) -> StatusCode {
    if facts.dry_run {
        return StatusCode::OK;
    }
    StatusCode::from_u16(facts.success).unwrap_or(StatusCode::OK)
}

/// A strong tag of the body's bytes.
fn etag(document: &str) -> String {
    let digest = Sha256::digest(document.as_bytes());
    let hex: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Where the item that was made is found.
fn item(reply: &Reply, collection: &str, member: &str) -> Option<String> {
    let data: serde_json::Value = serde_json::from_str(reply.outcome.as_ref().ok()?).ok()?;
    let id = match data.get(member)? {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(format!("{collection}/{}", encode(&id)))
}
