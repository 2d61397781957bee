//! Checked to tokens: names facts and calls core, decides nothing.
//!
//! Everything stands in one anonymous constant, behind the one name `__p` for core's
//! `__private`. Paths are absolute and locals hygienic, so that nothing an author names can be
//! meant by accident; locals begin with `__` all the same, since a pattern means the constant of
//! its name wherever that comes from. A field's type appears in calls with the span of the type,
//! and always by way of the one trait `Field`, so that a type that does not fit is told once.

mod choice;

mod entry_point;

mod facts;

mod failure;

mod field;

mod limits;

mod output;

mod table;

pub(crate) use choice::{choice, choice_impls};
pub(crate) use entry_point::entry_point;
pub(crate) use facts::operation;
pub(crate) use failure::failure;
pub(crate) use output::output;
pub(crate) use table::{impl_param, params};

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type};

/// The span of generated code: locals are its own, names are found from the call.
pub(crate) fn site() -> Span {
    Span::mixed_site()
}

/// A span of the author's, for generated code that a fault should point to.
pub(crate) fn at(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// The type with every token at the place of its first, so that what is reported of its uses
/// is one and the same report.
pub(crate) fn gathered(ty: &Type) -> TokenStream {
    fn put(tokens: TokenStream, place: Span) -> TokenStream {
        tokens
            .into_iter()
            .map(|mut token| {
                if let TokenTree::Group(group) = &token {
                    let stream = put(group.stream(), place);
                    token = Group::new(group.delimiter(), stream).into();
                }
                // `$crate` is found from where it was written.
                let own = matches!(&token, TokenTree::Ident(ident) if *ident == "$crate");
                token.set_span(if own { token.span().located_at(place) } else { place });
                token
            })
            .collect()
    }
    put(ty.to_token_stream(), at(ty.span()))
}

/// Items in their own scope, behind the one name for core.
pub(crate) fn scoped(krate: &Path, items: &TokenStream) -> TokenStream {
    quote_spanned! {site()=>
        #[doc(hidden)]
        #[allow(deprecated, clippy::all, clippy::pedantic, clippy::restriction, unused_qualifications)]
        const _: () = {
            use #krate::__private as __p;
            #items
        };
    }
}

/// A list in a `Cow`.
fn list(items: &[TokenStream]) -> TokenStream {
    quote_spanned!(site()=> __p::Cow::Borrowed(&[#(#items),*]))
}

/// A text in a `Cow`.
fn text(text: impl quote::ToTokens) -> TokenStream {
    quote_spanned!(site()=> __p::Cow::Borrowed(#text))
}

/// An optional value.
fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote_spanned!(site()=> __p::Some(#value)),
        None => quote_spanned!(site()=> __p::None),
    }
}
