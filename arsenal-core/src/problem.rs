//! A failed call as a document: the shape that every front shows (RFC 9457).
//!
//! It is neutral data. A front fills in what only it knows: a status, an address for the type,
//! where a parameter stood.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Class, Error};
use crate::fault::{BrokenConstraint, Fault};
use crate::model::Text;

/// A problem document.
///
/// ```
/// use arsenal_core::{Class, Error, Problem};
///
/// let problem = Problem::of(&Error::new(Class::NotFound, "NO_JOB", "no job 7"));
/// assert_eq!(problem.kind, "about:blank");
/// assert_eq!((problem.code.as_str(), problem.detail.as_str()), ("NO_JOB", "no job 7"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// An address that says more, or `about:blank`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// A few words, the same for every problem of the type.
    pub title: Text,
    /// The HTTP status, where the front has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What happened this time.
    pub detail: String,
    /// This occurrence, as a URI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The stable code.
    pub code: String,
    /// The operation that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The trace's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Whether the same call may work later.
    pub retryable: bool,
    /// The policies whose quota is used up.
    #[serde(rename = "violated-policies", skip_serializing_if = "Vec::is_empty")]
    pub violated_policies: Vec<String>,
    /// Each fault of refused parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
    /// The safe details.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

/// One thing that is wrong with the input, and where it stood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProblemFault {
    /// In the body: a JSON Pointer in wire names, as a URI fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// In a path, a query string or a flag: the parameter's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// In a header: its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Which kind of fault.
    pub code: Text,
    /// A sentence without a capital and a full stop.
    pub detail: Text,
    /// The constraint that was broken and its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<BrokenConstraint>,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Text>,
}

impl Problem {
    /// The document of an error, with nothing that only a front knows.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        Self {
            kind: Cow::Borrowed("about:blank"),
            title: Cow::Borrowed(title(error.class())),
            status: None,
            detail: error.sentence().to_owned(),
            instance: None,
            code: error.code().to_owned(),
            operation: None,
            request_id: None,
            trace_id: None,
            retryable: error.class().retryable()
                || error.transient()
                || error.retry_after().is_some(),
            violated_policies: Vec::new(),
            errors: error.faults().iter().map(ProblemFault::of).collect(),
            details: error.details().clone(),
        }
    }

    /// The document as JSON text.
    ///
    /// # Panics
    ///
    /// Never: it is plain data.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a problem is plain data")
    }
}

impl ProblemFault {
    /// A fault of a header.
    #[must_use]
    pub fn header(name: &str, code: impl Into<Text>, detail: impl Into<Text>) -> Self {
        let mut fault = Self::of(&Fault::new("", code, detail));
        (fault.pointer, fault.header) = (None, Some(name.to_owned()));
        fault
    }

    fn of(fault: &Fault) -> Self {
        // What a parameter's name says whole needs no pointer beside it.
        let nested = fault.pointer.matches('/').count() > 1;
        let pointed = fault.parameter.is_none() || nested;
        Self {
            pointer: pointed.then(|| fragment(&fault.pointer)),
            parameter: fault.parameter.clone(),
            header: None,
            code: fault.code.clone(),
            detail: fault.detail.clone(),
            constraint: fault.constraint.clone(),
            suggestion: fault.suggestion.clone(),
        }
    }
}

const fn title(class: Class) -> &'static str {
    match class {
        Class::Malformed => "The input cannot be read",
        Class::Validation => "The input breaks a rule",
        Class::Unauthenticated => "Credentials are needed",
        Class::Forbidden => "The caller may not do this",
        Class::NotFound => "Not found",
        Class::Conflict => "Conflict with the present state",
        Class::Precondition => "A condition does not hold",
        Class::RateLimited => "Too many calls",
        Class::Timeout => "The deadline passed",
        Class::Cancelled => "The call was cancelled",
        Class::Unavailable => "Not available now",
        Class::Execution => "The operation failed",
        Class::System => "A fault of the program",
    }
}

/// A JSON Pointer as a URI fragment (RFC 6901, section 6).
fn fragment(pointer: &str) -> String {
    let mut text = String::with_capacity(pointer.len() + 1);
    text.push('#');
    for byte in pointer.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*'
            | b'+' | b',' | b';' | b'=' | b':' | b'@' | b'?' => text.push(char::from(byte)),
            other => {
                let _ = write!(text, "%{other:02X}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_becomes_a_fragment() {
        for (pointer, expected) in [
            ("", "#"),
            ("/maxItems", "#/maxItems"),
            ("/a~1b/0", "#/a~1b/0"),
            ("/k\"l m", "#/k%22l%20m"),
            ("/é", "#/%C3%A9"),
        ] {
            assert_eq!(fragment(pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn a_fault_says_where_it_stood() {
        let mut error = Error::invalid(vec![
            Fault::new("/name", "required", "is required"),
            Fault::new("/page", "type", "must be an integer"),
            Fault::new("/filter/age", "type", "must be an integer"),
        ]);
        error.faults_mut()[1].parameter = Some("page".into());
        error.faults_mut()[2].parameter = Some("filter".into());
        let errors = serde_json::to_value(Problem::of(&error).errors).expect("plain data");
        assert_eq!(
            errors,
            json!([
                {"pointer": "#/name", "code": "required", "detail": "is required"},
                {"parameter": "page", "code": "type", "detail": "must be an integer"},
                {"pointer": "#/filter/age", "parameter": "filter", "code": "type",
                 "detail": "must be an integer"},
            ])
        );
    }
}
