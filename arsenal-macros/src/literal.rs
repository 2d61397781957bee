//! Literals of a declaration: what they are, how they compare, and their JSON.

use std::cmp::Ordering;
use std::fmt::Write as _;

use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::attr::ungroup;
use crate::model::Literal;
use crate::quantity;

impl Literal {
    /// The literal that an expression is, if it is one.
    pub(crate) fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Group(group) => Self::of(&group.expr),
            Expr::Paren(paren) => Self::of(&paren.expr),
            Expr::Lit(ExprLit { lit, .. }) => Self::of_lit(lit),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match Self::of(expr)? {
                Self::Int(value) => Some(Self::Int(-value)),
                Self::Float(value) => Some(Self::Float(-value)),
                _ => None,
            },
            Expr::Array(array) => {
                let elements: Option<Vec<Self>> =
                    array.elems.iter().map(|e| Self::of(&ungroup(e.clone()))).collect();
                let json: Vec<String> = elements?.iter().map(Self::json).collect();
                Some(Self::Json(format!("[{}]", json.join(","))))
            }
            _ => None,
        }
    }

    fn of_lit(lit: &Lit) -> Option<Self> {
        match lit {
            Lit::Bool(value) => Some(Self::Bool(value.value)),
            Lit::Int(value) if value.suffix().starts_with('f') => {
                value.base10_digits().parse().ok().map(Self::Float)
            }
            Lit::Int(value) => value.base10_parse().ok().map(Self::Int),
            Lit::Float(value) => value.base10_parse().ok().map(Self::Float),
            Lit::Str(text) => Some(Self::Text(text.value())),
            Lit::Char(c) => Some(Self::Text(c.value().to_string())),
            _ => None,
        }
    }

    /// The JSON text.
    pub(crate) fn json(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => format!("{value:?}"),
            Self::Text(text) => json_string(text),
            Self::Json(text) => text.clone(),
        }
    }

    /// The order of two numbers, or of two texts that are durations or sizes.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => {
                match (quantity::duration(a), quantity::duration(b)) {
                    (Some(a), Some(b)) => Some(a.cmp(&b)),
                    _ => Some(quantity::bytes(a)?.cmp(&quantity::bytes(b)?)),
                }
            }
            _ => self.as_f64()?.partial_cmp(&other.as_f64()?),
        }
    }

    /// Whether the two are the same value.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        self == other || self.compare(other) == Some(Ordering::Equal)
    }

    #[expect(clippy::cast_precision_loss, reason = "compared with a float, which has no more")]
    fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it can be an end of a range.
    pub(crate) fn bounds(&self) -> bool {
        matches!(self, Self::Int(_) | Self::Float(_) | Self::Text(_))
    }
}

/// Tokens as the author would write them, for a sentence.
pub(crate) fn shown(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    [(" < ", "<"), (" >", ">"), (" :: ", "::"), (" ,", ","), ("- ", "-"), ("& ", "&")]
        .iter()
        .fold(text, |text, (loose, tight)| text.replace(loose, tight))
}

fn json_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\t' => json.push_str("\\t"),
            '\r' => json.push_str("\\r"),
            c if u32::from(c) < 0x20 => {
                // Writing to a string cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(source: &str) -> Option<Literal> {
        Literal::of(&syn::parse_str(source).expect(source))
    }

    #[test]
    fn literals_have_their_json() {
        let cases = [
            ("true", Some("true")),
            ("-5", Some("-5")),
            ("5_000u64", Some("5000")),
            ("2f32", Some("2.0")),
            ("(-1.5)", Some("-1.5")),
            ("'x'", Some("\"x\"")),
            (r#""a\"\n\u{1}\\\t\r""#, Some(r#""a\"\n\u0001\\\t\r""#)),
            (r#"["a", 1]"#, Some(r#"["a",1]"#)),
            ("[A]", None),
            ("LIMIT", None),
            ("1 + 1", None),
            ("-true", None),
            ("b\"x\"", None),
        ];
        for (source, expected) in cases {
            assert_eq!(literal(source).map(|l| l.json()).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn literals_compare_where_they_can() {
        let cases = [
            ("1", "2", Some(Ordering::Less)),
            ("1.5", "1", Some(Ordering::Greater)),
            ("1", "1.0", Some(Ordering::Equal)),
            ("\"60s\"", "\"1m\"", Some(Ordering::Equal)),
            ("\"1KiB\"", "\"1MiB\"", Some(Ordering::Less)),
            ("\"x\"", "\"y\"", None),
            ("true", "1", None),
        ];
        for (a, b, expected) in cases {
            let (a, b) = (literal(a).expect(a), literal(b).expect(b));
            assert_eq!(a.compare(&b), expected, "{a:?} {b:?}");
        }
    }
}
