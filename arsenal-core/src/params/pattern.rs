//! A regular expression that means the same here and in a client that reads the schema.

mod steps;

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;

use self::steps::Steps;

/// A pattern as declared, compiled when it is first used.
///
/// The derive refuses what ECMA-262 lacks, so that a client can run what the schema publishes.
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Matcher>>,
}

impl Pattern {
    /// A pattern in the syntax that Rust's `regex` and ECMA-262 share.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The pattern as published: `\d` and `\w` are ASCII, `$` is the very end.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// Whether the text has a match anywhere; a pattern that does not compile matches nothing.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self.matcher() {
            Some(Matcher::Steps(steps)) => steps.is_match(text),
            Some(Matcher::Engine(regex)) => regex.is_match(text),
            None => false,
        }
    }

    fn matcher(&self) -> Option<&Matcher> {
        self.compiled.get_or_init(|| Matcher::of(self.source)).as_ref()
    }
}

enum Matcher {
    Steps(Steps),
    Engine(Regex),
}

impl Matcher {
    fn of(source: &str) -> Option<Self> {
        match Steps::of(source) {
            Some(steps) => Some(Self::Steps(steps)),
            None => Regex::new(source).ok().map(Self::Engine),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.source)
    }
}
