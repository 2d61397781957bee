//! The ids of a request: its own, and its trace's.

use axum::http::HeaderMap;
use uuid::Uuid;

/// The longest id that is taken from a caller.
const ID_BYTES_MAX: usize = 128;

/// The ids of a request.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    /// The caller's, where it is one; made otherwise.
    pub(crate) request: String,
    /// The W3C trace context, where it is one.
    pub(crate) traceparent: Option<String>,
}

impl Ids {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let request = match text("x-request-id").filter(|id| is_id(id)) {
            Some(id) => id.to_owned(),
            None => Uuid::now_v7().to_string(),
        };
        let traceparent = text("traceparent").filter(|text| is_traceparent(text));
        Self { request, traceparent: traceparent.map(str::to_owned) }
    }

    /// The trace's id alone.
    pub(crate) fn trace(&self) -> Option<&str> {
        self.traceparent.as_deref().and_then(|text| text.split('-').nth(1))
    }

    /// The request as a URI; an id that is no UUID has none.
    pub(crate) fn instance(&self) -> Option<String> {
        Uuid::try_parse(&self.request).ok().map(|id| id.urn().to_string())
    }
}

fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte);
    !text.is_empty() && text.len() <= ID_BYTES_MAX && text.bytes().all(allowed)
}

/// Version 00, or a later one that begins like it.
fn is_traceparent(text: &str) -> bool {
    let hex = |part: &str, digits: usize| {
        part.len() == digits && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    let mut parts = text.split('-');
    let mut next = || parts.next().unwrap_or_default();
    let (version, trace, span, flags) = (next(), next(), next(), next());
    let whole = version != "00" || parts.next().is_none();
    whole
        && hex(version, 2)
        && version != "ff"
        && hex(trace, 32)
        && some(trace)
        && hex(span, 16)
        && some(span)
        && hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn ids(name: &'static str, value: &str) -> Ids {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        Ids::read(&headers)
    }

    #[test]
    fn an_id_is_taken_if_it_is_one_and_made_otherwise() {
        let long = "a".repeat(129);
        for (id, taken) in [
            ("order-77", true),
            ("0190b0b2-7b1f-7000-8000-000000000001", true),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            (long.as_str(), false),
        ] {
            let found = ids("x-request-id", id);
            assert_eq!(found.request == id, taken, "{id}");
            if !taken {
                assert!(found.instance().is_some_and(|urn| urn.starts_with("urn:uuid:")));
            }
        }
    }

    #[test]
    fn a_trace_goes_on_if_it_is_one() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        for (text, expected) in [
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Some(trace)),
            ("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", Some(trace)),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", None),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", None),
            ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", None),
            ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", None),
            ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", None),
            ("nonsense", None),
        ] {
            assert_eq!(ids("traceparent", text).trace(), expected, "{text}");
        }
    }
}
