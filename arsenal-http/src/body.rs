//! A request's body: of a type that is read, no larger than allowed, and in time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::refusal::{Refused, Rule};

/// What holds for a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) bytes_max: u64,
    pub(crate) wait_max: Duration,
}

/// The body, where there is one.
///
/// # Errors
///
/// It is not JSON by its type, too large, too slow, or broken off.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    bounds: Bounds,
) -> Result<Option<Bytes>, Refused> {
    if body.is_end_stream() {
        return Ok(None);
    }
    let Bounds { bytes_max, wait_max } = bounds;
    let too_large = || Rule::BodyTooLarge.refuse(format!("a body is at most {bytes_max} bytes"));
    is_json(headers)?;
    if declared(headers).is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large());
    }
    let most = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    let all = tokio::time::timeout(wait_max, Limited::new(body, most).collect());
    match all.await {
        Ok(Ok(whole)) => Ok(Some(whole.to_bytes()).filter(|bytes| !bytes.is_empty())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_broken)) => Err(Rule::BodyBroken.refuse("the body did not come whole")),
        Err(_elapsed) => {
            Err(Rule::BodyTooSlow.refuse(format!("the body did not come within {wait_max:?}")))
        }
    }
}

/// Refuses a body where none is taken.
///
/// # Errors
///
/// [`Rule::BodyNotTaken`].
pub(crate) fn none(body: &Body) -> Result<(), Refused> {
    if body.is_end_stream() {
        return Ok(());
    }
    Err(Rule::BodyNotTaken.refuse("this address takes its parameters from the query, not a body"))
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_json(headers: &HeaderMap) -> Result<(), Refused> {
    let given = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or("unreadable"));
    let essence = given.unwrap_or_default().split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/");
    if subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json")) {
        return Ok(());
    }
    let what = given.map_or("of no type".to_owned(), |given| format!("`{given}`"));
    Err(Rule::MediaType
        .refuse(format!("the body is {what}; send application/json"))
        .in_header("Content-Type"))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, StatusCode};

    use super::*;

    #[tokio::test]
    async fn a_body_is_read_or_refused_with_its_own_status() {
        let json = Some("application/json");
        let cases = [
            (json, "{}", Ok(Some("{}"))),
            (Some("application/merge-patch+json; charset=utf-8"), "{}", Ok(Some("{}"))),
            (None, "", Ok(None)),
            (json, "12345678", Ok(Some("12345678"))),
            (json, "123456789", Err(StatusCode::PAYLOAD_TOO_LARGE)),
            (None, "{}", Err(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
            (Some("text/json"), "{}", Err(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
            (Some("application/jsonp"), "{}", Err(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
        ];
        for (media_type, text, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(media_type) = media_type {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            }
            let bounds = Bounds { bytes_max: 8, wait_max: Duration::from_secs(1) };
            let found = read(&headers, Body::from(text), bounds).await;
            let found = found.map_err(|refused| refused.status());
            assert_eq!(
                found.as_ref().map(|bytes| bytes.as_deref()).map_err(|status| *status),
                expected.map(|text| text.map(str::as_bytes)),
                "{media_type:?} {text}"
            );
        }
    }
}
