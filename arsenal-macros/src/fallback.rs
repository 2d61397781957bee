//! What stands beside the errors: impls that type-check, so that nothing else is reported.
//!
//! Nothing here needs `Execute`, and nothing is collected.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{GenericParam, Generics};

use crate::check::Refused;
use crate::expand::{choice_impls, scoped, site};

/// Beside the errors of an operation.
pub(crate) fn operation(refused: &Refused) -> TokenStream {
    let Some(generics) = stub_generics(&refused.generics) else { return TokenStream::new() };
    let (head, args, bounds) = generics.split_for_impl();
    let ident = &refused.ident;
    let output = refused.output.as_ref().map_or_else(|| quote_spanned!(site()=> ()), tokens);
    let error = refused.error.as_ref().map_or_else(|| quote_spanned!(site()=> __p::Error), tokens);
    let params = params_impl(refused, &generics);
    let items = quote_spanned! {site()=>
        #params
        impl #head __p::Operation for #ident #args #bounds {
            type Output = #output;
            type Error = #error;
            const SPEC: &'static __p::OperationSpec = ::core::unreachable!();
        }
    };
    scoped(&refused.krate, &items)
}

/// Beside the errors of an entry point.
pub(crate) fn entry_point(refused: &Refused) -> TokenStream {
    let Some(generics) = stub_generics(&refused.generics) else { return TokenStream::new() };
    let (head, args, bounds) = generics.split_for_impl();
    let ident = &refused.ident;
    let params = params_impl(refused, &generics);
    let items = quote_spanned! {site()=>
        #params
        impl #head __p::EntryPoint for #ident #args #bounds {
            const SPEC: &'static __p::EntryPointSpec = ::core::unreachable!();
        }
    };
    scoped(&refused.krate, &items)
}

/// Beside the errors of a struct of parameters.
pub(crate) fn params(refused: &Refused) -> TokenStream {
    let Some(generics) = stub_generics(&refused.generics) else { return TokenStream::new() };
    let params = params_impl(refused, &generics);
    let param = crate::expand::impl_param(&refused.ident, &generics);
    scoped(&refused.krate, &quote_spanned!(site()=> #params #param))
}

/// Beside the errors of an enum of words.
pub(crate) fn choice(refused: &Refused) -> TokenStream {
    if !refused.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &refused.ident;
    let impls = choice_impls(ident);
    let items = quote_spanned! {site()=>
        impl __p::Words for #ident {
            const SPEC: &'static __p::ChoiceSpec =
                &__p::ChoiceSpec { name: "", doc: "", words: &[] };
            fn at(_: ::core::primitive::usize) -> __p::Option<Self> {
                ::core::unreachable!()
            }
            fn place(&self) -> ::core::primitive::usize {
                ::core::unreachable!()
            }
        }
        #impls
    };
    scoped(&refused.krate, &items)
}

/// Beside the errors of an enum of errors.
pub(crate) fn failure(refused: &Refused) -> TokenStream {
    let ident = &refused.ident;
    let (head, args, bounds) = refused.generics.split_for_impl();
    let items = quote_spanned! {site()=>
        impl #head __p::Failure for #ident #args #bounds {
            const CODES: &'static [__p::CodeSpec] = &[];
            fn into_error(self) -> __p::Error {
                ::core::unreachable!()
            }
        }
        impl #head ::core::convert::From<#ident #args> for __p::Error #bounds {
            fn from(_: #ident #args) -> Self {
                ::core::unreachable!()
            }
        }
    };
    scoped(&refused.krate, &items)
}

fn tokens(value: &impl ToTokens) -> TokenStream {
    value.to_token_stream()
}

/// The generics of a stub; `None` where a lifetime leaves no impl that could stand.
fn stub_generics(generics: &Generics) -> Option<Generics> {
    if generics.lifetimes().next().is_some() {
        return None;
    }
    let mut generics = generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(syn::parse_quote_spanned!(site()=> ::core::marker::Send));
            param.bounds.push(syn::parse_quote_spanned!(site()=> ::core::marker::Sync));
            param.bounds.push(syn::parse_quote_spanned!(site()=> 'static));
        }
    }
    Some(generics)
}

fn params_impl(refused: &Refused, generics: &Generics) -> TokenStream {
    let ident = &refused.ident;
    let (head, args, bounds) = generics.split_for_impl();
    quote_spanned! {site()=>
        impl #head __p::Params for #ident #args #bounds {
            type Slots = ();
            fn table() -> &'static __p::StructSpec {
                ::core::unreachable!()
            }
            fn slots() -> Self::Slots {}
            fn put<'__de, __A: __p::serde::de::MapAccess<'__de>>(
                _: &mut Self::Slots,
                _: &::core::primitive::str,
                _: &mut __A,
            ) -> __p::Result<::core::primitive::bool, __A::Error> {
                ::core::unreachable!()
            }
            fn finish<__E: __p::serde::de::Error>(_: Self::Slots) -> __p::Result<Self, __E> {
                ::core::unreachable!()
            }
            fn fits(&self) -> ::core::primitive::bool {
                ::core::unreachable!()
            }
            fn encode_fields<__M: __p::serde::ser::SerializeMap>(
                &self,
                _: &mut __M,
            ) -> __p::Result<(), __M::Error> {
                ::core::unreachable!()
            }
        }
    }
}
