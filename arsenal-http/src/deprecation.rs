//! That an operation is on its way out, as headers (RFC 9745, RFC 8594).

use arsenal_core::Deprecation;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Adds `Deprecation` and `Sunset`.
pub(crate) fn add(headers: &mut HeaderMap, deprecation: &Deprecation) {
    let since = begin(&deprecation.since).map(|at| format!("@{}", at.as_second()));
    let sunset = deprecation.sunset.as_deref().and_then(begin);
    let sunset = sunset.map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    for (name, text) in [("deprecation", since), ("sunset", sunset)] {
        if let Some(value) = text.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// The moment at which a day begins, in UTC.
fn begin(day: &str) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_the_forms_of_the_two_rfcs() {
        let mut headers = HeaderMap::new();
        let deprecation = Deprecation {
            since: "2027-01-01".into(),
            instead: None,
            sunset: Some("2027-06-30".into()),
        };
        add(&mut headers, &deprecation);
        assert_eq!(headers["deprecation"], "@1798761600");
        assert_eq!(headers["sunset"], "Wed, 30 Jun 2027 00:00:00 GMT");
    }
}
