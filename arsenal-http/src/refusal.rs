//! Everything that is not a success, as a problem document.

use arsenal_core::{Class, Error, Facts, Problem, ProblemFault, RateFacts, Reply};
use axum::body::Body;
use axum::http::header::{
    ACCEPT, ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{Response, StatusCode};

use crate::ids::Ids;
use crate::limits::whole_seconds;
use crate::status::status;

/// A refusal that HTTP itself makes: each has a status and a code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    NoRoute,
    Method,
    UriTooLong,
    HeadersTooLarge,
    PeerRate,
    Credentials,
    Path,
    Query,
    Header,
    NotAcceptable,
    MediaType,
    BodyNotTaken,
    BodyTooLarge,
    BodyTooSlow,
    BodyBroken,
    PreconditionRequired,
    Panicked,
}

/// What is always said of a rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleSpec {
    pub(crate) status: u16,
    pub(crate) class: Class,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
}

impl Rule {
    pub(crate) const ALL: [Self; 17] = [
        Self::NoRoute,
        Self::Method,
        Self::UriTooLong,
        Self::HeadersTooLarge,
        Self::PeerRate,
        Self::Credentials,
        Self::Path,
        Self::Query,
        Self::Header,
        Self::NotAcceptable,
        Self::MediaType,
        Self::BodyNotTaken,
        Self::BodyTooLarge,
        Self::BodyTooSlow,
        Self::BodyBroken,
        Self::PreconditionRequired,
        Self::Panicked,
    ];

    pub(crate) const fn spec(self) -> RuleSpec {
        use Class::{Malformed, NotFound, Precondition, RateLimited, System, Unauthenticated};
        let (status, class, code, title) = match self {
            Self::NoRoute => (404, NotFound, "NO_ROUTE", "Nothing has this address"),
            Self::Method => (405, Malformed, "METHOD_NOT_ALLOWED", "The method is not allowed"),
            Self::UriTooLong => (414, Malformed, "URI_TOO_LONG", "The address is too long"),
            Self::HeadersTooLarge => (431, Malformed, "HEADERS_TOO_LARGE", "Too many headers"),
            Self::PeerRate => (429, RateLimited, "PEER_RATE_LIMITED", "Too many requests"),
            Self::Credentials => {
                (401, Unauthenticated, "INVALID_CREDENTIALS", "The credentials are not valid")
            }
            Self::Path => (400, Malformed, "MALFORMED_PATH", "The path cannot be read"),
            Self::Query => (400, Malformed, "MALFORMED_QUERY", "The query cannot be read"),
            Self::Header => (400, Malformed, "MALFORMED_HEADER", "A header cannot be read"),
            Self::NotAcceptable => (406, Malformed, "NOT_ACCEPTABLE", "No answer of this type"),
            Self::MediaType => {
                (415, Malformed, "UNSUPPORTED_MEDIA_TYPE", "The body is not of a type that is read")
            }
            Self::BodyNotTaken => (400, Malformed, "BODY_NOT_TAKEN", "No body is taken here"),
            Self::BodyTooLarge => (413, Malformed, "BODY_TOO_LARGE", "The body is too large"),
            Self::BodyTooSlow => (408, Malformed, "BODY_TOO_SLOW", "The body did not come in time"),
            Self::BodyBroken => (400, Malformed, "BODY_BROKEN", "The body did not come whole"),
            Self::PreconditionRequired => {
                (428, Precondition, "PRECONDITION_REQUIRED", "A condition is required")
            }
            Self::Panicked => (500, System, "FRONT_PANICKED", "A fault of the program"),
        };
        RuleSpec { status, class, code, title }
    }

    /// The refusal, with a sentence on this occurrence.
    pub(crate) fn refuse(self, detail: impl Into<String>) -> Refused {
        let RuleSpec { class, code, .. } = self.spec();
        let mut refused = Refusal::of(Error::new(class, code, detail.into()), Facts::default());
        refused.rule = Some(self);
        if self == Self::MediaType {
            refused.headers.push((ACCEPT, HeaderValue::from_static("application/json")));
        }
        refused
    }
}

/// Why there is no success, and what a caller is told beside.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) error: Error,
    pub(crate) facts: Facts,
    rule: Option<Rule>,
    headers: Vec<(HeaderName, HeaderValue)>,
    in_header: Option<&'static str>,
    /// Whether the operation is named: not to a stranger.
    names_operation: bool,
}

/// A refusal, boxed: it is the rare case of many results.
pub(crate) type Refused = Box<Refusal>;

/// What a problem document needs of its request.
#[derive(Debug)]
pub(crate) struct Occasion<'a> {
    pub(crate) ids: &'a Ids,
    pub(crate) operation: Option<&'a str>,
    pub(crate) public_url: &'a str,
}

impl Refusal {
    pub(crate) fn of(error: Error, facts: Facts) -> Refused {
        let (headers, in_header, names_operation) = (Vec::new(), None, true);
        Box::new(Self { error, facts, rule: None, headers, in_header, names_operation })
    }

    /// A refusal with the facts of its reply.
    pub(crate) fn of_reply(reply: Reply) -> Refused {
        let Reply { outcome, facts } = reply;
        Self::of(outcome.err().unwrap_or_else(unrefused), facts)
    }

    /// What a stranger is told of every operation that is not open to all, and of every name
    /// that none has: not even a header tells which of them it was.
    pub(crate) fn of_stranger() -> Refused {
        let error = Error::new(Class::Unauthenticated, "UNAUTHENTICATED", "credentials are needed");
        let mut refused = Self::of(error, Facts::default());
        refused.names_operation = false;
        refused
    }

    /// The same refusal, with the facts of the reply that it has become.
    pub(crate) fn told_by(self: Box<Self>, refuse: impl FnOnce(Error) -> Reply) -> Refused {
        let Self { error, facts: _, rule, headers, in_header, names_operation } = *self;
        let told = *Self::of_reply(refuse(error));
        Box::new(Self { rule, headers, in_header, names_operation, ..told })
    }

    /// Names the header that is wrong.
    pub(crate) fn in_header(mut self: Box<Self>, name: &'static str) -> Refused {
        self.in_header = Some(name);
        self
    }

    /// Names the methods that would do.
    pub(crate) fn allowing(mut self: Box<Self>, allow: HeaderValue) -> Refused {
        self.headers.push((ALLOW, allow));
        self
    }

    /// Names the allowance that was broken, and says when to try again.
    pub(crate) fn breaking(mut self: Box<Self>, rate: RateFacts) -> Refused {
        self.error = self.error.with_retry_after(rate.reset);
        self.facts.rate = Some(rate);
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        let status = self.rule.map_or(status(self.error.class()), |rule| rule.spec().status);
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The response.
    pub(crate) fn into_response(self, occasion: &Occasion<'_>) -> Response<Body> {
        let status = self.status();
        let mut response = Response::new(Body::from(self.document(status, occasion).to_json()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(wait) = self.error.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait).max(1)));
        }
        if let Some(challenge) = self.challenge() {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        headers.extend(self.headers);
        response
    }

    fn document(&self, status: StatusCode, occasion: &Occasion<'_>) -> Problem {
        let mut problem = Problem::of(&self.error);
        let (kind, title) = self.kind(occasion.public_url);
        problem.kind = kind.into();
        problem.title = title.unwrap_or(problem.title);
        problem.status = Some(status.as_u16());
        problem.instance = occasion.ids.instance();
        let operation = occasion.operation.filter(|_| self.names_operation);
        problem.operation = operation.map(str::to_owned);
        problem.request_id = Some(occasion.ids.request.clone());
        problem.trace_id = occasion.ids.trace().map(str::to_owned);
        let broken = self.facts.rate.iter().filter(|rate| rate.broken);
        problem.violated_policies = broken.map(|rate| rate.policy.to_string()).collect();
        if let Some(name) = self.in_header.or_else(|| header_of(self.error.code())) {
            let fault = ProblemFault::header(name, "header", self.error.sentence().to_owned());
            problem.errors.push(fault);
        }
        problem
    }

    /// The type, and a title that belongs to it rather than to the class.
    fn kind(&self, public_url: &str) -> (String, Option<arsenal_core::Text>) {
        let registered =
            |name: &str| format!("https://iana.org/assignments/http-problem-types#{name}");
        match self.error.class() {
            Class::RateLimited => (
                registered("quota-exceeded"),
                Some("Request cannot be satisfied as assigned quota has been exceeded".into()),
            ),
            Class::Unavailable => (
                registered("temporary-reduced-capacity"),
                Some(
                    "Request cannot be satisfied due to temporary server capacity constraints"
                        .into(),
                ),
            ),
            _ => (
                format!("{public_url}/problems/{}", self.error.code()),
                self.rule.map(|rule| rule.spec().title.into()),
            ),
        }
    }

    /// RFC 6750, section 3.
    fn challenge(&self) -> Option<HeaderValue> {
        match (self.error.class(), self.rule) {
            (Class::Unauthenticated, Some(Rule::Credentials)) => {
                Some(HeaderValue::from_static(r#"Bearer realm="arsenal", error="invalid_token""#))
            }
            (Class::Unauthenticated, _) => {
                Some(HeaderValue::from_static(r#"Bearer realm="arsenal""#))
            }
            (Class::Forbidden, _) => {
                let scope = self.error.details().get("scope")?.as_str()?;
                let text = format!(
                    r#"Bearer realm="arsenal", error="insufficient_scope", scope="{scope}""#
                );
                HeaderValue::try_from(text).ok()
            }
            _ => None,
        }
    }
}

/// The header that core spoke of without knowing that it is one.
fn header_of(code: &str) -> Option<&'static str> {
    code.starts_with("IDEMPOTENCY_KEY_").then_some("Idempotency-Key")
}

#[cold]
fn unrefused() -> Error {
    Error::new(Class::System, "FRONT_PANICKED", "a refused call was answered")
}
