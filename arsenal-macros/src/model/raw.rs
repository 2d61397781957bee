//! Keys as they were written.

use proc_macro2::Ident;
use syn::{Expr, LitInt, LitStr, Path, Type};

/// A value, and the key that it stands behind.
#[derive(Debug, Clone)]
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// A key that may not be there.
pub(crate) type Slot<T> = Option<Given<T>>;

/// `#[operation(…)]`.
#[derive(Default)]
pub(crate) struct RawOperation {
    pub(crate) common: RawParams,
    pub(crate) name: Slot<LitStr>,
    pub(crate) category: Slot<LitStr>,
    pub(crate) method: Slot<Ident>,
    pub(crate) path: Slot<LitStr>,
    pub(crate) role: Slot<Ident>,
    pub(crate) effect: Slot<Ident>,
    pub(crate) idempotent: Slot<()>,
    pub(crate) timeout: Slot<LitStr>,
    pub(crate) retry: Slot<RawRetry>,
    pub(crate) rate_limit: Slot<LitStr>,
    pub(crate) concurrency: Slot<LitInt>,
    pub(crate) idempotency_key: Slot<Ident>,
    pub(crate) body_max: Slot<LitStr>,
    pub(crate) mode: Slot<Ident>,
    pub(crate) cache: Slot<LitStr>,
    pub(crate) if_match: Slot<()>,
    pub(crate) scope: Slot<LitStr>,
    pub(crate) output: Slot<Type>,
    pub(crate) error: Slot<Type>,
    pub(crate) status: Slot<LitInt>,
    pub(crate) tags: Slot<Vec<LitStr>>,
    pub(crate) columns: Slot<Vec<LitStr>>,
    pub(crate) mcp: Slot<bool>,
    pub(crate) examples: Vec<Given<RawExample>>,
    pub(crate) deprecated: Slot<RawDeprecation>,
    pub(crate) version: Slot<LitInt>,
    pub(crate) aliases: Slot<Vec<LitStr>>,
    pub(crate) visibility: Slot<Ident>,
    pub(crate) cancel: Slot<Ident>,
    pub(crate) served: Slot<LitStr>,
    pub(crate) generic: Slot<()>,
}

/// `#[params(…)]`, and the keys that `#[operation(…)]` shares with it.
#[derive(Default)]
pub(crate) struct RawParams {
    pub(crate) krate: Slot<Path>,
    pub(crate) rule: Slot<Expr>,
    pub(crate) unknown_fields: Slot<Ident>,
}

/// `retry(…)`.
#[derive(Default)]
pub(crate) struct RawRetry {
    pub(crate) attempts: Slot<LitInt>,
    pub(crate) delay: Slot<LitStr>,
}

/// `deprecated(…)` of an operation.
#[derive(Default)]
pub(crate) struct RawDeprecation {
    pub(crate) since: Slot<LitStr>,
    pub(crate) instead: Slot<LitStr>,
    pub(crate) sunset: Slot<LitStr>,
}

/// `example(…)` of an operation.
#[derive(Default)]
pub(crate) struct RawExample {
    pub(crate) name: Slot<LitStr>,
    pub(crate) params: Slot<LitStr>,
}

/// `#[param(…)]`.
#[derive(Default)]
pub(crate) struct RawParam {
    pub(crate) rename: Slot<LitStr>,
    pub(crate) alias: Slot<Vec<LitStr>>,
    pub(crate) default: Slot<Option<Expr>>,
    pub(crate) min: Slot<Expr>,
    pub(crate) max: Slot<Expr>,
    pub(crate) exclusive_min: Slot<Expr>,
    pub(crate) exclusive_max: Slot<Expr>,
    pub(crate) multiple_of: Slot<Expr>,
    pub(crate) min_len: Slot<Expr>,
    pub(crate) max_len: Slot<Expr>,
    pub(crate) unique: Slot<()>,
    pub(crate) pattern: Slot<LitStr>,
    pub(crate) format: Slot<LitStr>,
    pub(crate) one_of: Slot<Vec<Expr>>,
    pub(crate) example: Slot<Expr>,
    pub(crate) secret: Slot<()>,
    pub(crate) deprecated: Slot<Option<LitStr>>,
    pub(crate) validate: Slot<Expr>,
    pub(crate) flatten: Slot<()>,
    pub(crate) foreign: Slot<()>,
    pub(crate) with: Slot<Type>,
    pub(crate) style: Slot<Ident>,
    pub(crate) sort: Slot<()>,
    pub(crate) page_size: Slot<()>,
    pub(crate) page_token: Slot<()>,
    pub(crate) required: Slot<()>,
}

/// `#[choice(…)]` on an enum.
#[derive(Default)]
pub(crate) struct RawChoice {
    pub(crate) krate: Slot<Path>,
}

/// `#[choice(…)]` on a variant.
#[derive(Default)]
pub(crate) struct RawWord {
    pub(crate) rename: Slot<LitStr>,
    pub(crate) alias: Slot<Vec<LitStr>>,
}

/// `#[failure(…)]` on an enum.
#[derive(Default)]
pub(crate) struct RawFailure {
    pub(crate) krate: Slot<Path>,
}

/// `#[failure(…)]` on a variant.
#[derive(Default)]
pub(crate) struct RawCode {
    pub(crate) class: Slot<Ident>,
    pub(crate) code: Slot<LitStr>,
    pub(crate) transient: Slot<()>,
}

/// `#[output(…)]`.
#[derive(Default)]
pub(crate) struct RawOutput {
    pub(crate) krate: Slot<Path>,
}
