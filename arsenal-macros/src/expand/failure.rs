//! An enum of errors.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{at, scoped, site};
use crate::model::{Code, Failure};

/// An enum of errors: its codes, and the answer that each makes.
pub(crate) fn failure(failure: &Failure) -> TokenStream {
    let Failure { ident, generics, codes, .. } = failure;
    let (head, args, bounds) = generics.split_for_impl();
    let specs = codes.iter().map(|Code { class, code, doc, .. }| {
        quote_spanned! {site()=>
            __p::CodeSpec { class: __p::Class::#class, code: #code, doc: #doc }
        }
    });
    let arms = codes.iter().enumerate().map(|(place, Code { variant, transient, .. })| {
        quote_spanned!(site()=> Self::#variant { .. } => (#place, #transient),)
    });
    let answer = if codes.is_empty() {
        quote_spanned!(site()=> match self {})
    } else {
        quote_spanned! {at(ident.span())=>
            let (__place, __transient) = match &self { #(#arms)* };
            __p::failure(self, &<Self as __p::Failure>::CODES[__place], __transient)
        }
    };
    let items = quote_spanned! {site()=>
        #[automatically_derived]
        impl #head __p::Failure for #ident #args #bounds {
            const CODES: &'static [__p::CodeSpec] = &[#(#specs),*];
            fn into_error(self) -> __p::Error {
                #answer
            }
        }
        #[automatically_derived]
        impl #head ::core::convert::From<#ident #args> for __p::Error #bounds {
            fn from(__failure: #ident #args) -> Self {
                __p::Failure::into_error(__failure)
            }
        }
    };
    scoped(&failure.krate, &items)
}
