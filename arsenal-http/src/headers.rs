//! What a request's headers ask for.

use arsenal_core::{Error, Facts, Fault, IfMatch, Terms};
use axum::http::header::{ACCEPT, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};

use crate::refusal::{Refusal, Refused, Rule};

/// How the call is to be run, by headers and by the reserved name in the query, which is taken
/// out of it.
///
/// # Errors
///
/// A key or a switch that cannot be read.
pub(crate) fn terms(
    headers: &HeaderMap,
    query: &mut Vec<(String, String)>,
    safe: bool,
) -> Result<Terms, Refused> {
    Ok(Terms {
        dry_run: dry_run(query)?,
        // On a safe method there is nothing that a key could protect.
        idempotency_key: if safe { None } else { idempotency_key(headers)? },
        if_match: if safe { None } else { if_match(headers)? },
        detach: prefers_async(headers),
    })
}

fn dry_run(query: &mut Vec<(String, String)>) -> Result<bool, Refused> {
    let mut given = query.extract_if(.., |(name, _)| name == "dry_run").map(|(_, value)| value);
    let (first, second) = (given.next(), given.next());
    drop(given);
    if second.is_some() {
        return Err(Rule::Query.refuse("`dry_run` is given twice"));
    }
    match first.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let fault = Fault::of_parameter("dry_run", "type", "must be `true` or `false`");
            Err(Refusal::of(Error::invalid(vec![fault]), Facts::default()))
        }
    }
}

/// A quoted string of RFC 9651, or a bare token; whether it will do as a key is core's to say.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    const NAME: HeaderName = HeaderName::from_static("idempotency-key");
    let refuse = |why: &str| {
        let why = format!("the idempotency key {why}");
        Err(Rule::Header.refuse(why).in_header("Idempotency-Key"))
    };
    let mut all = headers.get_all(NAME).iter();
    let Some(value) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return refuse("is given twice");
    }
    let Ok(text) = value.to_str() else { return refuse("is not visible ASCII") };
    match unquote(text.trim()) {
        Some(key) => Ok(Some(key)),
        None => refuse("begins with a quote and is not a string"),
    }
}

fn unquote(text: &str) -> Option<String> {
    let Some(rest) = text.strip_prefix('"') else { return Some(text.to_owned()) };
    let inner = rest.strip_suffix('"')?;
    let mut key = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => key.push(characters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            other => key.push(other),
        }
    }
    Some(key)
}

/// `Prefer: respond-async` (RFC 7240).
fn prefers_async(headers: &HeaderMap) -> bool {
    let all = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|text| text.split(',')).any(|preference| {
        let name = preference.split([';', '=']).next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("respond-async")
    })
}

/// Whether JSON is among what the caller takes.
///
/// # Errors
///
/// [`Rule::NotAcceptable`].
pub(crate) fn accept(headers: &HeaderMap) -> Result<(), Refused> {
    let all: Vec<_> = headers.get_all(ACCEPT).iter().collect();
    if all.is_empty() {
        return Ok(());
    }
    let ranges = all.iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    // The most specific range that fits decides.
    let best = ranges.filter_map(fit).max_by_key(|(specific, _)| *specific);
    match best {
        Some((_, true)) => Ok(()),
        _ => Err(Rule::NotAcceptable.refuse("answers are application/json").in_header("Accept")),
    }
}

/// How specific a range is that JSON fits, and whether it is wanted at all.
fn fit(range: &str) -> Option<(u8, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let specific = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/json" => 2,
        "application/*" => 1,
        "*/*" => 0,
        _ => return None,
    };
    let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    let wanted = quality.is_none_or(|q| q.trim().parse::<f32>().is_ok_and(|q| q > 0.0));
    Some((specific, wanted))
}

/// Whether the caller has the answer with this tag already.
pub(crate) fn has_already(headers: &HeaderMap, etag: &str) -> bool {
    let all = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|text| text.split(',')).map(str::trim).any(|tag| {
        // RFC 9110, section 13.1.2: the comparison is weak.
        tag == "*" || tag.trim_start_matches("W/") == etag
    })
}

/// The versions that the caller has seen, of all the fields of the name.
fn if_match(headers: &HeaderMap) -> Result<Option<IfMatch>, Refused> {
    let fields: Result<Vec<_>, _> = headers.get_all(IF_MATCH).iter().map(|f| f.to_str()).collect();
    let list = fields.map(|fields| fields.join(", "));
    match list.as_deref() {
        Ok("") if !headers.contains_key(IF_MATCH) => Ok(None),
        Ok(list) => list.parse().map(Some).map_err(|error| malformed_if_match(&error)),
        Err(error) => Err(malformed_if_match(error)),
    }
}

fn malformed_if_match(error: &dyn std::error::Error) -> Refused {
    Rule::Header.refuse(format!("the seen version {error}")).in_header("If-Match")
}

/// An error that is the caller's, where a version must be named and none is.
///
/// # Errors
///
/// [`Rule::PreconditionRequired`].
pub(crate) fn version(headers: &HeaderMap, required: bool) -> Result<(), Refused> {
    if required && !headers.contains_key(IF_MATCH) {
        return Err(Rule::PreconditionRequired
            .refuse("name the version you have seen with `If-Match`")
            .in_header("If-Match"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn one(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        headers
    }

    #[test]
    fn a_key_is_a_string_or_a_token() {
        for (text, expected) in [
            (r#""abc""#, Some("abc")),
            ("abc", Some("abc")),
            (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
            (r#""abc"#, None),
            (r#""a"b""#, None),
            (r#""a\b""#, None),
            (r#""""#, Some("")),
            ("a b", Some("a b")),
            ("é", None),
        ] {
            let found = idempotency_key(&one("idempotency-key", text));
            assert_eq!(found.ok().flatten().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn json_is_taken_where_the_most_specific_range_says_so() {
        for (text, expected) in [
            ("*/*", true),
            ("application/json", true),
            ("text/html, application/*;q=0.2", true),
            ("application/json;q=0, */*", false),
            ("text/html", false),
            ("*/*;q=0", false),
            ("text/event-stream", false),
            ("", false),
        ] {
            assert_eq!(accept(&one("accept", text)).is_ok(), expected, "{text}");
        }
        assert!(accept(&HeaderMap::new()).is_ok());
    }

    #[test]
    fn a_preference_is_found_among_others() {
        for (text, expected) in [
            ("respond-async", true),
            ("wait=10, Respond-Async", true),
            ("respond-async; wait=1", true),
            ("return=minimal", false),
        ] {
            assert_eq!(prefers_async(&one("prefer", text)), expected, "{text}");
        }
    }
}
