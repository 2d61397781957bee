//! What is left of a caller's allowance, as headers (draft-ietf-httpapi-ratelimit-headers, in the
//! form of a List of Items).

use std::time::Duration;

use arsenal_core::RateFacts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Adds `RateLimit-Policy` and `RateLimit`.
pub(crate) fn add(headers: &mut HeaderMap, rate: &RateFacts) {
    let RateFacts { policy, quota, window, remaining, reset, .. } = rate;
    let policy = sf_string(policy);
    let window = whole_seconds(*window).max(1);
    let pairs = [
        ("ratelimit-policy", format!("{policy};q={quota};w={window}")),
        ("ratelimit", format!("{policy};r={remaining};t={}", whole_seconds(*reset))),
    ];
    for (name, text) in pairs {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// A duration in whole seconds, rounded up: who waits that long has waited long enough.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// A String of RFC 9651.
fn sf_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_two_headers_in_whole_seconds_rounded_up() {
        let mut headers = HeaderMap::new();
        let rate = RateFacts {
            policy: "kill_process".into(),
            quota: 100,
            window: Duration::from_secs(60),
            remaining: 50,
            reset: Duration::from_millis(29_001),
            broken: false,
        };
        add(&mut headers, &rate);
        assert_eq!(headers["ratelimit-policy"], r#""kill_process";q=100;w=60"#);
        assert_eq!(headers["ratelimit"], r#""kill_process";r=50;t=30"#);
    }
}
