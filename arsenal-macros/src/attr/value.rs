//! The forms that a value can have.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, ExprLit, Lit, LitBool, LitInt, LitStr, Path, Result, Token, Type};

use crate::model::{Given, Slot};

/// The expression without the invisible groups that `macro_rules` puts around it.
pub(crate) fn ungroup(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungroup(*group.expr),
        expr => expr,
    }
}

fn given<T>(key: &Ident, value: T) -> Result<Slot<T>> {
    Ok(Some(Given { key: key.clone(), value }))
}

fn equals(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<()> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Ok(());
        }
    }
    Err(Error::new_spanned(key, format!("`{key}` needs a value: `{key} = {example}`")))
}

fn any(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Expr> {
    equals(key, input, example)?;
    Ok(ungroup(input.parse()?))
}

fn wrong<T>(at: &Expr, key: &Ident, what: &str, example: &str) -> Result<T> {
    Err(Error::new_spanned(at, format!("expected {what}: `{key} = {example}`")))
}

/// A flag: the bare key, or a boolean behind it; `false` is as if it were not there.
pub(super) fn flag(key: &Ident, input: ParseStream<'_>) -> Result<Slot<()>> {
    Ok(switch(key, input)?.filter(|on| on.value).map(|on| Given { key: on.key, value: () }))
}

/// A boolean; the bare key is `true`.
pub(super) fn switch(key: &Ident, input: ParseStream<'_>) -> Result<Slot<bool>> {
    if !input.peek(Token![=]) {
        return given(key, true);
    }
    match any(key, input, "true")? {
        Expr::Lit(ExprLit { lit: Lit::Bool(LitBool { value, .. }), .. }) => given(key, value),
        other => wrong(&other, key, "`true` or `false`", "true"),
    }
}

/// A string.
pub(super) fn text(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Slot<LitStr>> {
    match any(key, input, example)? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => given(key, text),
        other => wrong(&other, key, "a string", example),
    }
}

/// One string or a list of strings.
pub(super) fn texts(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
) -> Result<Slot<Vec<LitStr>>> {
    let elements = match any(key, input, example)? {
        Expr::Array(array) => array.elems.into_iter().map(ungroup).collect(),
        other => vec![other],
    };
    let mut texts = Vec::with_capacity(elements.len());
    for element in elements {
        match element {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => texts.push(text),
            other => return wrong(&other, key, "strings", example),
        }
    }
    given(key, texts)
}

/// A bare word.
pub(super) fn word(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Slot<Ident>> {
    match any(key, input, example)? {
        Expr::Path(path) if path.qself.is_none() && path.path.get_ident().is_some() => {
            path.path.get_ident().map_or(Ok(None), |word| given(key, word.clone()))
        }
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let sentence = format!("expected a word without quotes: `{key} = {}`", text.value());
            Err(Error::new_spanned(text, sentence))
        }
        other => wrong(&other, key, "a word", example),
    }
}

/// A whole number.
pub(super) fn whole(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Slot<LitInt>> {
    match any(key, input, example)? {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => given(key, number),
        other => wrong(&other, key, "a whole number", example),
    }
}

/// Any expression.
pub(super) fn expr(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Slot<Expr>> {
    any(key, input, example).and_then(|value| given(key, value))
}

/// A list of expressions.
pub(super) fn exprs(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Slot<Vec<Expr>>> {
    match any(key, input, example)? {
        Expr::Array(array) => given(key, array.elems.into_iter().map(ungroup).collect()),
        other => wrong(&other, key, "a list", example),
    }
}

/// A type.
pub(super) fn ty(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Slot<Type>> {
    equals(key, input, example)?;
    let start = input.fork();
    match input.parse::<Type>() {
        Ok(ty) => given(key, ty),
        Err(_) => Err(Error::new(start.span(), format!("expected a type: `{key} = {example}`"))),
    }
}

/// A path to a crate or module: bare, or in quotes as serde has it.
pub(super) fn path(key: &Ident, input: ParseStream<'_>) -> Result<Slot<Path>> {
    equals(key, input, "\"arsenal\"")?;
    if !input.peek(LitStr) {
        return given(key, input.call(Path::parse_mod_style)?);
    }
    let text: LitStr = input.parse()?;
    match text.parse_with(Path::parse_mod_style) {
        Ok(path) => given(key, path),
        Err(_) => Err(Error::new_spanned(
            text,
            "expected the path of a crate or module, such as `crate = \"my_app::arsenal\"`",
        )),
    }
}

/// `key(…)`: nested keys.
pub(super) fn list<K: super::Keys>(key: &Ident, input: ParseStream<'_>) -> Result<Slot<K>> {
    super::nested(input).and_then(|value| given(key, value))
}

/// Whether keys in parentheses follow.
pub(super) fn is_list(input: ParseStream<'_>) -> bool {
    input.peek(syn::token::Paren)
}

/// A value, or the bare key.
pub(super) fn optional<T: Parse>(key: &Ident, input: ParseStream<'_>) -> Result<Slot<Option<T>>> {
    if !input.peek(Token![=]) {
        return given(key, None);
    }
    input.parse::<Token![=]>()?;
    let value = input.parse::<T>()?;
    given(key, Some(value))
}
