//! The parameters of a struct: its table and the typed half of it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Index};

use super::field::{self, way};
use super::{at, gathered, limits, scoped, site};
use crate::model::{Field, Table};

/// A struct of parameters that stands as a field's type.
pub(crate) fn params(table: &Table) -> TokenStream {
    let params = impl_params(table);
    let param = impl_param(&table.ident, &bounded(table));
    scoped(&table.krate, &quote_spanned!(site()=> #params #param))
}

/// The struct as the type of one field.
pub(crate) fn impl_param(ident: &Ident, generics: &Generics) -> TokenStream {
    let (head, args, bounds) = generics.split_for_impl();
    quote_spanned! {site()=>
        #[automatically_derived]
        impl #head __p::Param for #ident #args #bounds {
            const SHAPE: &'static __p::Shape = &__p::Shape::Struct(<Self as __p::Params>::table);
            fn decode<'__de, __D: __p::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> __p::Result<Self, __D::Error> {
                __p::decode_struct(__deserializer)
            }
            fn encode<__S: __p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> __p::Result<__S::Ok, __S::Error> {
                __p::encode_struct(self, __serializer)
            }
            fn fits(&self, _: &__p::Constraints) -> ::core::primitive::bool {
                __p::Params::fits(self)
            }
        }
    }
}

/// The table, the slots, and what is done with them.
pub(super) fn impl_params(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let generics = bounded(table);
    let (head, args, bounds) = generics.split_for_impl();
    let outside = limits::statics(table);
    let spec = spec(table);
    let decoding = decoding(table);
    let verdict = verdict(table);
    let encoding = encoding(table);
    quote_spanned! {site()=>
        #outside
        #[automatically_derived]
        impl #head __p::Params for #ident #args #bounds {
            #decoding
            fn table() -> &'static __p::StructSpec {
                #spec
            }
            fn fits(&self) -> ::core::primitive::bool {
                #verdict
            }
            #encoding
        }
    }
}

/// The generics with what each parameter must be.
pub(super) fn bounded(table: &Table) -> Generics {
    let mut generics = table.generics.clone();
    let names: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    if names.is_empty() {
        return generics;
    }
    let bounds = generics.make_where_clause();
    for name in &names {
        bounds.predicates.push(syn::parse_quote_spanned! {site()=>
            #name: ::core::marker::Send + ::core::marker::Sync + 'static
        });
    }
    for field in table.fields.iter().filter(|field| mentions(&field.ty, &names)) {
        let (ty, way) = (&field.ty, way(field));
        bounds.predicates.push(if field.flatten {
            syn::parse_quote_spanned!(site()=> #ty: __p::Params)
        } else {
            syn::parse_quote_spanned!(site()=> #way: __p::Field<#ty>)
        });
    }
    generics
}

fn mentions(tokens: impl ToTokens, names: &[Ident]) -> bool {
    use proc_macro2::TokenTree;
    tokens.into_token_stream().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident),
        TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

/// Whether constants outside an impl can name the fields' types.
pub(super) fn is_plain(table: &Table) -> bool {
    !table.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)))
}

fn spec(table: &Table) -> TokenStream {
    let name = crate::case::plain(&table.ident);
    let doc = &table.doc;
    let fields = table.fields.iter().enumerate().map(|(index, f)| field::spec(table, index, f));
    let unknown = format_ident!("{}", if table.ignores_unknown { "Ignore" } else { "Refuse" });
    let rule = super::option(
        limits::rule(table)
            .map(|rule| quote_spanned!(site()=> |__json| __p::check_rule::<Self>(__json, #rule))),
    );
    let checks = (!is_plain(table)).then(|| limits::assertions(table));
    quote_spanned! {site()=>
        const {
            #checks
            &__p::StructSpec {
                type_id: ::core::any::TypeId::of::<Self>,
                name: #name,
                doc: #doc,
                fields: &[#(#fields),*],
                unknown: __p::UnknownFields::#unknown,
                rule: #rule,
            }
        }
    }
}

fn decoding(table: &Table) -> TokenStream {
    let slots = table.fields.iter().map(field::slot_type);
    let empty = table.fields.iter().map(field::empty_slot);
    let arms = table.fields.iter().enumerate().filter(|(_, f)| !f.flatten).map(field::put_arm);
    let flattened = table.fields.iter().enumerate().filter(|(_, f)| f.flatten).map(|(i, f)| {
        let (ty, index) = (gathered(&f.ty), Index::from(i));
        quote_spanned! {at(f.ty.span())=>
            if <#ty as __p::Flat>::put(&mut __slots.#index, __key, __map)? {
                return __p::Ok(true);
            }
        }
    });
    let finished = table.fields.iter().enumerate().map(field::finished);
    quote_spanned! {place(table)=>
        type Slots = (#(#slots,)*);
        #[inline]
        fn slots() -> Self::Slots {
            (#(#empty,)*)
        }
        #[allow(unused_variables)]
        fn put<'__de, __A: __p::serde::de::MapAccess<'__de>>(
            __slots: &mut Self::Slots,
            __key: &::core::primitive::str,
            __map: &mut __A,
        ) -> __p::Result<::core::primitive::bool, __A::Error> {
            match __key {
                #(#arms)*
                _ => {
                    #(#flattened)*
                    return __p::Ok(false);
                }
            }
            #[allow(unreachable_code)]
            __p::Ok(true)
        }
        #[allow(unused_variables)]
        fn finish<__E: __p::serde::de::Error>(__slots: Self::Slots) -> __p::Result<Self, __E> {
            __p::Ok(Self { #(#finished,)* })
        }
    }
}

/// Where a fault of the decoding is reported: at the type of the first flattened field, since the
/// slots of a struct are made of its.
fn place(table: &Table) -> Span {
    table.fields.iter().find(|f| f.flatten).map_or_else(site, |f| at(f.ty.span()))
}

fn verdict(table: &Table) -> TokenStream {
    let fields = table.fields.iter().enumerate().map(|(i, f)| field::fits(table, i, f));
    let rule =
        limits::rule(table).map(|rule| quote_spanned!(site()=> && __p::validated(#rule(self))));
    quote_spanned!(site()=> true #(&& #fields)* #rule)
}

fn encoding(table: &Table) -> TokenStream {
    let entries = table.fields.iter().map(|field| {
        let Field { ident, ty, wire, .. } = field;
        let way = way(field);
        if field.flatten {
            let (span, ty) = (at(ty.span()), gathered(ty));
            quote_spanned!(span=> <#ty as __p::Flat>::encode_fields(&self.#ident, __map)?;)
        } else {
            quote_spanned! {at(ty.span())=>
                <#way as __p::Field<#ty>>::encode_entry(&self.#ident, #wire, __map)?;
            }
        }
    });
    quote_spanned! {site()=>
        #[allow(unused_variables)]
        fn encode_fields<__M: __p::serde::ser::SerializeMap>(
            &self,
            __map: &mut __M,
        ) -> __p::Result<(), __M::Error> {
            #(#entries)*
            __p::Ok(())
        }
    }
}
