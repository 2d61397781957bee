//! An enum of words.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

use super::{scoped, site};
use crate::model::{Choice, Word};

/// An enum of words: its list, and what follows from it.
pub(crate) fn choice(choice: &Choice) -> TokenStream {
    let words = impl_words(choice);
    let impls = choice_impls(&choice.ident);
    scoped(&choice.krate, &quote_spanned!(site()=> #words #impls))
}

fn impl_words(choice: &Choice) -> TokenStream {
    let Choice { ident, doc, .. } = choice;
    let name = crate::case::plain(ident);
    let words = choice.words.iter().map(|Word { word, aliases, doc, .. }| {
        quote_spanned! {site()=>
            __p::Choice { word: #word, aliases: &[#(#aliases),*], doc: #doc }
        }
    });
    let variants: Vec<&Ident> = choice.words.iter().map(|word| &word.variant).collect();
    let places: Vec<usize> = (0..variants.len()).collect();
    quote_spanned! {site()=>
        #[automatically_derived]
        impl __p::Words for #ident {
            const SPEC: &'static __p::ChoiceSpec =
                &__p::ChoiceSpec { name: #name, doc: #doc, words: &[#(#words),*] };
            fn at(__place: ::core::primitive::usize) -> __p::Option<Self> {
                match __place {
                    #(#places => __p::Some(Self::#variants),)*
                    _ => __p::None,
                }
            }
            fn place(&self) -> ::core::primitive::usize {
                match self {
                    #(Self::#variants => #places,)*
                }
            }
        }
    }
}

/// What follows from the list of words.
pub(crate) fn choice_impls(ident: &Ident) -> TokenStream {
    let param = impl_param(ident);
    let serde = impl_serde(ident);
    quote_spanned! {site()=>
        #param
        #serde
        #[automatically_derived]
        impl __p::schemars::JsonSchema for #ident {
            fn schema_name() -> __p::Cow<'static, ::core::primitive::str> {
                __p::Cow::Borrowed(<Self as __p::Words>::SPEC.name)
            }
            fn json_schema(_: &mut __p::schemars::SchemaGenerator) -> __p::schemars::Schema {
                __p::words_schema(<Self as __p::Words>::SPEC)
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                __f.pad(__p::word(self))
            }
        }
        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = __p::UnknownWord;
            fn from_str(__text: &::core::primitive::str) -> __p::Result<Self, __p::UnknownWord> {
                __p::parse_word(__text)
            }
        }
    }
}

fn impl_param(ident: &Ident) -> TokenStream {
    quote_spanned! {site()=>
        #[automatically_derived]
        impl __p::Param for #ident {
            const SHAPE: &'static __p::Shape = &__p::Shape::Choice(<Self as __p::Words>::SPEC);
            fn decode<'__de, __D: __p::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> __p::Result<Self, __D::Error> {
                __p::decode_word(__deserializer)
            }
            fn encode<__S: __p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> __p::Result<__S::Ok, __S::Error> {
                __p::serde::Serializer::serialize_str(__serializer, __p::word(self))
            }
            fn fits(&self, __constraints: &__p::Constraints) -> ::core::primitive::bool {
                __p::choice_fits(__p::word(self), __constraints)
            }
        }
    }
}

fn impl_serde(ident: &Ident) -> TokenStream {
    quote_spanned! {site()=>
        #[automatically_derived]
        impl __p::serde::Serialize for #ident {
            fn serialize<__S: __p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> __p::Result<__S::Ok, __S::Error> {
                __p::Param::encode(self, __serializer)
            }
        }
        #[automatically_derived]
        impl<'__de> __p::serde::Deserialize<'__de> for #ident {
            fn deserialize<__D: __p::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> __p::Result<Self, __D::Error> {
                __p::decode_word(__deserializer)
            }
        }
    }
}
