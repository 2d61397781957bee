//! Names of operations, categories and parameters.
//!
//! A name is a wire name, a file's name, a module's name and, in PascalCase, a type's name at
//! once, so it is checked against the rules of all four.

use std::fmt;

use crate::template;

/// A checked name: `[a-z][a-z0-9_]{0,47}`, not a keyword, with single underscores inside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// It has no first letter.
    #[error("it must start with a letter from a to z")]
    Start,
    /// It has a letter that is not allowed.
    #[error("`{0}` is not allowed: use a to z, 0 to 9 and `_`")]
    Letter(char),
    /// It is longer than clients bear.
    #[error("it is {0} characters long, at most 48 are allowed")]
    Length(usize),
    /// Rust warns about such a name.
    #[error("underscores stand alone and between letters, as in `get_disk_usage`")]
    Underscore,
    /// Rust keeps the word for itself.
    #[error("it is a keyword of Rust: add a word, as in `list_{0}`")]
    Keyword(&'static str),
    /// The type's name would hide one that the operation's file needs.
    #[error("its type `{0}` would hide another of that name: add a word, as in `get_…`")]
    Hides(&'static str),
    /// The name has a meaning of its own.
    #[error("it is reserved: choose another word")]
    Reserved,
}

impl Name {
    /// Checks what every name must keep.
    ///
    /// # Errors
    ///
    /// [`NameError::Start`], [`NameError::Letter`], [`NameError::Length`],
    /// [`NameError::Underscore`] or [`NameError::Keyword`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(NameError::Start);
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if let Some(letter) = text.chars().find(|c| !allowed(*c)) {
            return Err(NameError::Letter(letter));
        }
        if LENGTH_MAX < text.len() {
            return Err(NameError::Length(text.len()));
        }
        if text.contains("__") || text.ends_with('_') {
            return Err(NameError::Underscore);
        }
        match KEYWORDS.iter().find(|keyword| **keyword == text) {
            Some(keyword) => Err(NameError::Keyword(keyword)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// Checks what an operation's name must keep beyond that: its type hides no other.
    pub(crate) fn operation(text: &str) -> Result<Self, NameError> {
        let name = Self::parse(text)?;
        let pascal = name.pascal();
        let hidden = PRELUDE.into_iter().chain(template::imports()).find(|name| *name == pascal);
        match hidden {
            Some(hidden) => Err(NameError::Hides(hidden)),
            None => Ok(name),
        }
    }

    /// Checks what a category's name must keep beyond that: it is a module beside others, and a
    /// word of the command line.
    pub(crate) fn category(text: &str) -> Result<Self, NameError> {
        let name = Self::parse(text)?;
        match RESERVED_CATEGORIES.contains(&text) {
            true => Err(NameError::Reserved),
            false => Ok(name),
        }
    }

    /// Checks what a parameter's name must keep beyond that: it is none that every call has.
    pub(crate) fn param(text: &str) -> Result<Self, NameError> {
        let name = Self::parse(text)?;
        match RESERVED_PARAMS.contains(&text) {
            true => Err(NameError::Reserved),
            false => Ok(name),
        }
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the type: `refund_invoice` gives `RefundInvoice`.
    #[must_use]
    pub fn pascal(&self) -> String {
        self.0.split('_').map(capitalized).collect()
    }

    /// The name with spaces: `refund invoice`.
    pub(crate) fn spaced(&self) -> String {
        self.0.replace('_', " ")
    }

    /// Whether the derive, which sees the type alone, arrives at this name.
    pub(crate) fn follows_from_type(&self) -> bool {
        snake(&self.pascal()) == self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The operation's name that the derive gives to a type: `RefundInvoice` is `refund_invoice`,
/// and `HTTPServer` is `http_server`.
pub(crate) fn snake(pascal: &str) -> String {
    let letters: Vec<char> = pascal.chars().collect();
    let mut snake = String::with_capacity(pascal.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = letters[..at].last();
        let ends_acronym = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let splits =
            |before: &char| *before != '_' && (!before.is_ascii_uppercase() || ends_acronym);
        if letter.is_ascii_uppercase() && before.is_some_and(splits) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

const LENGTH_MAX: usize = 48;

/// Strict and reserved words of every edition, since a team's crate may be of any.
#[rustfmt::skip]
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that a generated file has without importing them, or that its author would miss.
#[rustfmt::skip]
const PRELUDE: [&str; 13] = [
    "Box", "Default", "Err", "None", "Ok", "Option", "Params", "Result", "Self", "Some", "String",
    "Timeout", "Vec",
];

/// Module names that Rust or Cargo give a meaning, and the built-in commands of the program.
#[rustfmt::skip]
const RESERVED_CATEGORIES: [&str; 17] = [
    "alloc", "arsenal", "arsenal_core", "bin", "call", "completions", "core", "help", "lib",
    "main", "mcp", "ops", "schema", "serde", "serve", "spec", "std",
];

/// Parameters that every call has.
const RESERVED_PARAMS: [&str; 1] = ["dry_run"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_name_is_refused_with_the_reason() {
        let long = "a".repeat(49);
        let cases = [
            ("", NameError::Start),
            ("9lives", NameError::Start),
            ("_x", NameError::Start),
            ("Kill", NameError::Start),
            ("kill-process", NameError::Letter('-')),
            ("killProcess", NameError::Letter('P')),
            ("../x", NameError::Start),
            ("x/../y", NameError::Letter('/')),
            ("größe", NameError::Letter('ö')),
            (long.as_str(), NameError::Length(49)),
            ("get__x", NameError::Underscore),
            ("get_", NameError::Underscore),
            ("type", NameError::Keyword("type")),
            ("gen", NameError::Keyword("gen")),
        ];
        for (text, expected) in cases {
            assert_eq!(Name::parse(text), Err(expected), "{text}");
        }
        assert!(Name::parse(&"a".repeat(48)).is_ok());
    }

    #[test]
    fn a_name_with_a_meaning_elsewhere_is_refused_there_only() {
        assert_eq!(Name::operation("context"), Err(NameError::Hides("Context")));
        assert_eq!(Name::category("serve"), Err(NameError::Reserved));
        assert_eq!(Name::category("lib"), Err(NameError::Reserved));
        assert_eq!(Name::param("dry_run"), Err(NameError::Reserved));
        assert!(Name::category("context").is_ok());
        assert!(Name::operation("serve").is_ok());
        assert!(Name::operation("dry_run").is_ok());
    }

    #[test]
    fn a_type_is_named_for_its_operation() {
        let cases = [
            ("kill_process", "KillProcess", true),
            ("ping", "Ping", true),
            ("get_ipv4_route", "GetIpv4Route", true),
            ("get_2d", "Get2d", false),
            ("get_a_b", "GetAB", false),
            ("get_a_bag", "GetABag", true),
        ];
        for (name, pascal, follows) in cases {
            let name = Name::parse(name).unwrap();
            assert_eq!((name.pascal().as_str(), name.follows_from_type()), (pascal, follows));
        }
    }
}
