//! Facts that hold.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, Generics, Path, Type};

/// An operation: its parameters and its facts.
pub(crate) struct Operation {
    pub(crate) table: Table,
    pub(crate) facts: Facts,
}

/// What an operation says besides its parameters.
pub(crate) struct Facts {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) version: u32,
    pub(crate) category: String,
    pub(crate) tags: Vec<String>,
    pub(crate) role: Ident,
    pub(crate) scope: Option<String>,
    pub(crate) effect: Ident,
    pub(crate) idempotent: bool,
    pub(crate) idempotency_key: Ident,
    pub(crate) mode: Ident,
    pub(crate) cancel: Ident,
    pub(crate) timeout: Option<Duration>,
    pub(crate) rate: Option<(u32, Duration)>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) retry: Option<Retry>,
    pub(crate) method: Ident,
    pub(crate) path: Option<String>,
    pub(crate) success: u16,
    pub(crate) body_max: Option<u64>,
    pub(crate) cache: Option<Duration>,
    pub(crate) if_match: bool,
    pub(crate) mcp: bool,
    pub(crate) visibility: Ident,
    pub(crate) columns: Vec<String>,
    pub(crate) examples: Vec<(String, String)>,
    pub(crate) deprecated: Option<Deprecation>,
    pub(crate) output: Option<Type>,
    pub(crate) error: Option<Type>,
    /// The feature that its behavior stands behind.
    pub(crate) served: Option<String>,
    /// Whether it is collected at link time.
    pub(crate) collected: bool,
}

/// How a passing error is tried again, and the key that says so.
pub(crate) struct Retry {
    pub(crate) key: Ident,
    pub(crate) attempts: u32,
    pub(crate) delay: Duration,
}

/// Why and since when not to use it.
pub(crate) struct Deprecation {
    pub(crate) since: String,
    pub(crate) instead: Option<String>,
    pub(crate) sunset: Option<String>,
}

/// A struct of parameters.
pub(crate) struct Table {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) krate: Path,
    /// The doc comment, as an expression.
    pub(crate) doc: TokenStream,
    pub(crate) fields: Vec<Field>,
    pub(crate) ignores_unknown: bool,
    pub(crate) rule: Option<Expr>,
}

/// One parameter.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) wire: String,
    pub(crate) aliases: Vec<String>,
    /// The doc comment, as an expression.
    pub(crate) doc: TokenStream,
    pub(crate) way: Way,
    pub(crate) absence: Absence,
    pub(crate) constraints: Constraints,
    /// The example, as JSON text.
    pub(crate) example: Option<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) flatten: bool,
    pub(crate) secret: bool,
    /// The key that says that a list stands between commas.
    pub(crate) comma: Option<Ident>,
    pub(crate) role: FieldRole,
    pub(crate) validate: Option<Expr>,
    /// Whether it stands in the operation's path.
    pub(crate) in_path: bool,
}

/// Who reads the field's type.
pub(crate) enum Way {
    /// The type itself.
    Own,
    /// serde and schemars.
    Foreign,
    /// A type that stands for it.
    With(Box<Type>),
}

/// What stands in for an absent field.
pub(crate) enum Absence {
    /// What the type says.
    ByType,
    /// A literal, and where it stands.
    Literal(Literal, Span),
    /// An expression of the field's type.
    Expr(Expr),
    /// `Default::default()`.
    Std,
}

/// A literal of a declaration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    /// A list, as JSON text.
    Json(String),
}

/// A number or text that bounds: known here, or a constant that the compiler knows.
pub(crate) enum Number {
    Known(Literal),
    Constant(Expr),
}

/// One end of a range, and the key that says so.
pub(crate) struct Bound {
    pub(crate) key: Ident,
    pub(crate) value: Number,
    pub(crate) exclusive: bool,
}

/// A length, and the key that says so.
pub(crate) struct Len {
    pub(crate) key: Ident,
    pub(crate) value: LenValue,
}

/// A length: known here, or a constant that the compiler knows.
pub(crate) enum LenValue {
    Known(u64),
    Constant(Expr),
}

/// The declared limits of a field.
#[derive(Default)]
pub(crate) struct Constraints {
    pub(crate) min: Option<Bound>,
    pub(crate) max: Option<Bound>,
    pub(crate) multiple_of: Option<Bound>,
    pub(crate) min_len: Option<Len>,
    pub(crate) max_len: Option<Len>,
    pub(crate) unique: Option<Ident>,
    /// The pattern as published, and its key.
    pub(crate) pattern: Option<(Ident, String)>,
    pub(crate) format: Option<(Ident, String)>,
    pub(crate) one_of: Option<(Ident, Vec<Literal>)>,
}

/// What a field does for a list of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldRole {
    Plain,
    Sort,
    PageSize,
    PageToken,
}

/// An enum of words.
pub(crate) struct Choice {
    pub(crate) ident: Ident,
    pub(crate) krate: Path,
    pub(crate) doc: TokenStream,
    pub(crate) words: Vec<Word>,
}

/// One word.
pub(crate) struct Word {
    pub(crate) variant: Ident,
    pub(crate) word: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) doc: TokenStream,
}

/// An enum of errors.
pub(crate) struct Failure {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) krate: Path,
    pub(crate) codes: Vec<Code>,
}

/// One error.
pub(crate) struct Code {
    pub(crate) variant: Ident,
    pub(crate) class: Ident,
    pub(crate) code: String,
    pub(crate) transient: bool,
    pub(crate) doc: TokenStream,
}
