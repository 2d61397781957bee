//! What a caller is told when a call fails: a class, a stable code, a sentence, safe details.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::codes;
use crate::fault::{Budget, Fault};

/// What kind of failure: closed, so that a transport's table has no hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The input cannot be read at all.
    Malformed,
    /// The input can be read and breaks the schema or a rule.
    Validation,
    /// Nobody known is calling.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// What was named is not there.
    NotFound,
    /// It is there already, or in another state.
    Conflict,
    /// A declared condition does not hold.
    Precondition,
    /// Too many calls: later it may work.
    RateLimited,
    /// The deadline passed.
    Timeout,
    /// The caller, or the program's end, called it off.
    Cancelled,
    /// The program cannot take this now.
    Unavailable,
    /// The operation itself failed.
    Execution,
    /// A fault of the program.
    System,
}

impl Class {
    /// Every class, in order.
    pub const ALL: [Self; 13] = [
        Self::Malformed,
        Self::Validation,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::Precondition,
        Self::RateLimited,
        Self::Timeout,
        Self::Cancelled,
        Self::Unavailable,
        Self::Execution,
        Self::System,
    ];

    /// The class as a word in snake_case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Validation => "validation",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Precondition => "precondition",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Unavailable => "unavailable",
            Self::Execution => "execution",
            Self::System => "system",
        }
    }

    /// Whether the same call may work later.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Timeout | Self::Unavailable)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failed call, as its caller sees it; the source is for the log alone.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    class: Class,
    code: Cow<'static, str>,
    sentence: Cow<'static, str>,
    faults: Vec<Fault>,
    details: Map<String, Value>,
    retry_after: Option<Duration>,
    transient: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a class, with a code in UPPER_SNAKE that never changes, and one sentence
    /// that is safe to show.
    #[must_use]
    pub fn new(
        class: Class,
        code: impl Into<Cow<'static, str>>,
        sentence: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Inner {
            class,
            code: code.into(),
            sentence: sentence.into(),
            faults: Vec::new(),
            details: Map::new(),
            retry_after: None,
            transient: false,
            source: None,
        }))
    }

    /// Refused parameters, with every fault; of very many, with the first and how many are left.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let sentence = match faults.as_slice() {
            [one] if one.pointer.is_empty() => format!("the input {}", one.detail),
            [one] => format!("`{}` {}", one.pointer, one.detail),
            many => format!("{} faults in the parameters", many.len()),
        };
        let mut error = codes::INVALID_PARAMS.error(sentence);
        let mut budget = Budget::default();
        let told = faults.into_iter().filter_map(|fault| budget.admit(|| fault));
        error.0.faults = told.collect();
        match budget.n_omitted() {
            0 => error,
            more => error.with_detail("omitted", more),
        }
    }

    /// Adds a detail that is safe to show.
    #[must_use]
    pub fn with_detail(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.details.insert(name.into(), value.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// Says that the same attempt may work at once: what a declared retry looks at.
    #[must_use]
    pub fn as_transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    /// Keeps the cause for the log; it is never shown to a caller.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The class.
    #[must_use]
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The sentence.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.0.sentence
    }

    /// Each fault of refused parameters.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The same, to be completed by a transport that knows where a parameter stood.
    pub fn faults_mut(&mut self) -> &mut [Fault] {
        &mut self.0.faults
    }

    /// The safe details.
    #[must_use]
    pub fn details(&self) -> &Map<String, Value> {
        &self.0.details
    }

    /// When to try again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the author marked it as passing.
    #[must_use]
    pub fn transient(&self) -> bool {
        self.0.transient
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.sentence)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// An author's error type: what the caller of an operation may be told.
///
/// `#[derive(Failure)]` implements it for an enum, beside `thiserror::Error`:
///
/// ```text
/// #[derive(Debug, thiserror::Error, Failure)]
/// pub enum KillError {
///     /// It has ended, or never was.
///     #[error("no process {pid}")]
///     #[failure(class = not_found)]
///     NoProcess { pid: Pid },
/// }
/// ```
///
/// `Display` is the sentence that the caller gets; the source goes to the log.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of an operation",
    label = "this type says no class and no code",
    note = "derive `Failure` on the enum, or use `arsenal::Error`"
)]
pub trait Failure: Sized + Send + 'static {
    /// Every code that it can answer with, for the published description.
    const CODES: &'static [CodeSpec];

    /// The error as its caller sees it.
    fn into_error(self) -> Error;
}

/// A code that an operation can answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSpec {
    /// The class.
    pub class: Class,
    /// The code.
    pub code: &'static str,
    /// When it happens.
    pub doc: &'static str,
}

impl CodeSpec {
    /// An error with this code, and one sentence that is safe to show.
    #[must_use]
    pub fn error(&self, sentence: impl Into<Cow<'static, str>>) -> Error {
        Error::new(self.class, self.code, sentence)
    }
}

impl Failure for Error {
    const CODES: &'static [CodeSpec] = &[];

    fn into_error(self) -> Error {
        self
    }
}

impl Failure for std::convert::Infallible {
    const CODES: &'static [CodeSpec] = &[];

    fn into_error(self) -> Error {
        match self {}
    }
}

/// The answer for an author's error: its sentence, and its causes for the log.
pub fn failure<E>(error: E, spec: &CodeSpec, transient: bool) -> Error
where
    E: StdError + Send + Sync + 'static,
{
    let mut answer = Error::new(spec.class, spec.code, error.to_string());
    answer.0.transient = transient;
    if error.source().is_some() { answer.with_source(Causes(error)) } else { answer }
}

/// The causes of an error that has become a sentence: it stands for the first of them, so that
/// a chain does not say the sentence twice.
struct Causes<E>(E);

impl<E: StdError> fmt::Debug for Causes<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<E: StdError> fmt::Display for Causes<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source().map_or(Ok(()), |cause| fmt::Display::fmt(cause, f))
    }
}

impl<E: StdError> StdError for Causes<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()?.source()
    }
}

/// An error and its causes, joined with colons: for logs only.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
