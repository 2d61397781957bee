//! The facts of an operation: constant data, the same for every transport.
//!
//! The derive emits one [`OperationSpec`] per operation; a dynamic operation brings its own.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::params::StructSpec;

/// Text that is constant in a declaration and owned in a dynamic operation.
pub type Text = Cow<'static, str>;

/// A list that is constant in a declaration and owned in a dynamic operation.
pub type List<T> = Cow<'static, [T]>;

/// Everything that a declaration says, but for the types.
#[derive(Debug, Clone)]
pub struct OperationSpec {
    /// The name: `[a-z][a-z0-9_]{0,47}`, unique, never changed.
    pub name: Text,
    /// Names that it had before; they are called like it.
    pub aliases: List<Text>,
    /// Which version of the operation this is; the newest of a family has the plain name.
    pub version: u32,
    /// The group it is listed under.
    pub category: Text,
    /// The doc comment: the first paragraph is the summary.
    pub doc: Text,
    /// Further groups.
    pub tags: List<Text>,
    /// Who may call it at all.
    pub role: Role,
    /// A scope that a caller needs besides the role.
    pub scope: Option<Text>,
    /// What it does to the world.
    pub effect: Effect,
    /// Doing it twice is doing it once.
    pub idempotent: bool,
    /// Whether callers may, or must, send an idempotency key.
    pub idempotency_key: IdempotencyKey,
    /// A call that is answered, or a job that goes on.
    pub mode: Mode,
    /// What happens when the caller goes.
    pub cancel: CancelPolicy,
    /// Bounds in time and number.
    pub limits: LimitSpec,
    /// The HTTP address and answer.
    pub http: HttpSpec,
    /// Whether agents are offered it as a tool.
    pub mcp: bool,
    /// Whether it is listed.
    pub visibility: Visibility,
    /// The columns of a table of its answer; none: the first scalar fields.
    pub columns: List<Text>,
    /// Named examples of parameters.
    pub examples: List<ExampleSpec>,
    /// Why and since when not to use it.
    pub deprecated: Option<Deprecation>,
    /// Its parameters.
    pub params: ParamsSpec,
    /// Where it was declared.
    pub place: Place,
}

impl OperationSpec {
    /// The first paragraph of the doc comment, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let first = self.doc.split("\n\n").next().unwrap_or_default();
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The doc comment after its first paragraph.
    #[must_use]
    pub fn description(&self) -> &str {
        self.doc.split_once("\n\n").map_or("", |(_, rest)| rest.trim())
    }

    /// Whether it only reads.
    #[must_use]
    pub fn reads_only(&self) -> bool {
        self.effect == Effect::Read
    }
}

/// Who may call; each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Anybody, unauthenticated too.
    Public,
    /// Looks.
    Viewer,
    /// Runs the service.
    Operator,
    /// Everything.
    Admin,
}

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Public, Self::Viewer, Self::Operator, Self::Admin];

    /// The role as a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing.
    Read,
    /// Changes that can be undone.
    Write,
    /// Changes that cannot.
    Destructive,
}

impl Effect {
    /// The effect as a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destructive => "destructive",
        }
    }
}

/// Whether callers may, or must, send an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdempotencyKey {
    /// A key is not looked at.
    #[default]
    Ignored,
    /// A key is honoured.
    Taken,
    /// A call without a key is malformed.
    Required,
}

/// A call that is answered, or a job that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The caller waits for the answer.
    #[default]
    Call,
    /// The caller gets a job's id, and the work goes on.
    Job,
}

/// What happens to a running operation when its caller goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelPolicy {
    /// It is dropped where it stands.
    Drop,
    /// It runs to its end, owned by the pipeline, within its deadline.
    Finish,
}

/// Bounds in time and number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LimitSpec {
    /// How long all attempts together may take; none: the program's default.
    pub timeout: Option<Duration>,
    /// How many calls of one principal in a span.
    pub rate: Option<Rate>,
    /// How many may run at once.
    pub concurrency: Option<u32>,
    /// What to do on a passing error.
    pub retry: Option<RetrySpec>,
}

/// A number of calls in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many calls.
    pub calls: u32,
    /// In how long.
    pub per: Duration,
}

/// How a passing error is tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetrySpec {
    /// How many attempts in all.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles from one to the next.
    pub delay: Duration,
}

/// The HTTP address and answer.
#[derive(Debug, Clone)]
pub struct HttpSpec {
    /// The method of its own address.
    pub method: Method,
    /// Its own address below the API's root, with `{name}` for a parameter.
    pub path: Option<Text>,
    /// The status of a success.
    pub success: u16,
    /// The greatest body in bytes; none: the program's default.
    pub body_bytes_max: Option<u64>,
    /// For how long an answer may be kept.
    pub cache: Option<Duration>,
    /// A version must be named with `If-Match`.
    pub if_match: bool,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "RFC 9110 names them")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Whether an operation is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Everywhere.
    #[default]
    Listed,
    /// Callable from Rust only: absent from every transport.
    Internal,
}

/// A named example of parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleSpec {
    /// Its name.
    pub name: Text,
    /// The parameters, as JSON text.
    pub params: Text,
}

/// Why and since when not to use something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecation {
    /// The day, as `2027-01-01`.
    pub since: Text,
    /// What to use instead.
    pub instead: Option<Text>,
    /// The day after which it is gone.
    pub sunset: Option<Text>,
}

/// Where the description of the parameters comes from.
#[derive(Debug, Clone)]
pub enum ParamsSpec {
    /// The table of a derived struct.
    Table(fn() -> &'static StructSpec),
    /// The JSON Schema of a dynamic operation.
    Schema(Arc<serde_json::Value>),
}

/// Where an operation was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The package.
    pub package: Text,
    /// The source file.
    pub file: Text,
    /// The line.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} (package {})", self.file, self.line, self.package)
    }
}
