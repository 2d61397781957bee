//! What may be started by name: its arguments, its facts, and its entry for the linker.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{at, scoped, site, table};
use crate::check::EntryPoint;

/// An entry point; a missing `start` is told at the struct's name.
pub(crate) fn entry_point(entry_point: &EntryPoint) -> TokenStream {
    let EntryPoint { table, name, kind } = entry_point;
    let (ident, doc) = (&table.ident, &table.doc);
    let params = table::impl_params(table);
    let facts = quote_spanned! {site()=>
        #[automatically_derived]
        impl __p::EntryPoint for #ident {
            const SPEC: &'static __p::EntryPointSpec = &__p::EntryPointSpec {
                name: #name,
                doc: #doc,
                kind: __p::Kind::#kind,
                args: <Self as __p::Params>::table,
                place: __p::Place {
                    package: __p::Cow::Borrowed(::core::env!("CARGO_PKG_NAME")),
                    file: __p::Cow::Borrowed(::core::file!()),
                    line: ::core::line!(),
                },
            };
        }
    };
    let entry = quote_spanned! {at(ident.span())=>
        __p::inventory::submit! { __p::LinkedEntryPoint::of::<#ident>() }
    };
    scoped(&table.krate, &quote_spanned!(site()=> #params #facts #entry))
}
