//! Doc comments.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use crate::attr::ungroup;

/// The doc comment as an expression; `None` if there is none, or nothing in it.
pub(crate) fn read(attributes: &[Attribute]) -> Option<TokenStream> {
    let parts: Vec<Expr> = attributes.iter().filter_map(part).collect();
    let texts: Option<Vec<String>> = parts.iter().map(text).collect();
    match texts {
        Some(texts) => {
            let text = cleaned(&texts.join("\n"));
            (!text.is_empty()).then(|| text.to_token_stream())
        }
        // `#[doc = include_str!(…)]`: the compiler puts it together.
        None => Some(joined(&parts)),
    }
}

fn joined(parts: &[Expr]) -> TokenStream {
    let lines = parts.iter().enumerate().map(|(index, part)| match index {
        0 => quote!(#part),
        _ => quote!("\n", #part),
    });
    quote!(::core::concat!(#(#lines),*))
}

fn part(attribute: &Attribute) -> Option<Expr> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => Some(ungroup(pair.value.clone())),
        _ => None,
    }
}

fn text(part: &Expr) -> Option<String> {
    match part {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The text without the blank that `///` leaves before each line, and without outer blanks.
fn cleaned(text: &str) -> String {
    let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    use super::*;

    fn doc(input: &DeriveInput) -> Option<String> {
        read(&input.attrs).map(|tokens| tokens.to_string())
    }

    #[test]
    fn lines_are_joined_and_blanks_are_cut() {
        let input = parse_quote! {
            /// One.
            ///
            ///   Two.
            struct A;
        };
        assert_eq!(doc(&input).as_deref(), Some("\"One.\\n\\n  Two.\""));
    }

    #[test]
    fn nothing_said_is_nothing() {
        assert_eq!(
            doc(&parse_quote!(
                struct A;
            )),
            None
        );
        assert_eq!(
            doc(&parse_quote!(
                #[doc = "  "]
                struct A;
            )),
            None
        );
        assert_eq!(
            doc(&parse_quote!(
                #[doc(hidden)]
                struct A;
            )),
            None
        );
    }

    #[test]
    fn an_included_file_is_left_to_the_compiler() {
        let input = parse_quote!(
            #[doc = include_str!("a.md")]
            struct A;
        );
        let tokens = doc(&input).unwrap_or_default();
        assert!(tokens.contains("include_str ! (\"a.md\")"), "{tokens}");
    }
}
