//! One field: its facts, its slot, its value.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Index;
use syn::spanned::Spanned;

use super::{at, gathered, limits, option, site};
use crate::model::{Absence, Field, FieldRole, Table, Way};

/// The type that reads the field.
pub(super) fn way(field: &Field) -> TokenStream {
    let span = at(field.ty.span());
    match &field.way {
        Way::Own => quote_spanned!(span=> __p::Own),
        Way::Foreign => quote_spanned!(span=> __p::Foreign),
        Way::With(ty) => quote_spanned!(span=> #ty),
    }
}

/// The facts of the field.
pub(super) fn spec(table: &Table, index: usize, field: &Field) -> TokenStream {
    let Field { wire, aliases, doc, ty, flatten, .. } = field;
    let shape = shape(field);
    let presence = presence(field);
    let constraints = limits::constraints(index, field);
    let example = option(field.example.as_ref().map(|json| quote_spanned!(site()=> #json)));
    let deprecated = option(field.deprecated.as_ref().map(|why| quote_spanned!(site()=> #why)));
    let style = format_ident!("{}", if field.comma.is_some() { "Comma" } else { "Repeat" });
    let role = format_ident!(
        "{}",
        match field.role {
            FieldRole::Plain => "Plain",
            FieldRole::Sort => "Sort",
            FieldRole::PageSize => "PageSize",
            FieldRole::PageToken => "PageToken",
        }
    );
    let way = way(field);
    let check = option(limits::validator(table, index, field).map(|validator| {
        quote_spanned! {at(ty.span())=>
            |__json| <#way as __p::Field<#ty>>::check_custom(__json, #validator)
        }
    }));
    quote_spanned! {site()=>
        __p::FieldSpec {
            name: #wire,
            aliases: &[#(#aliases),*],
            doc: #doc,
            shape: #shape,
            presence: #presence,
            constraints: #constraints,
            example: #example,
            deprecated: #deprecated,
            flatten: #flatten,
            style: __p::ListStyle::#style,
            role: __p::FieldRole::#role,
            check: #check,
        }
    }
}

/// The shape of the field's type.
pub(super) fn shape(field: &Field) -> TokenStream {
    let (ty, way) = (&field.ty, way(field));
    let span = at(ty.span());
    if field.flatten {
        let ty = gathered(ty);
        return quote_spanned!(span=> &__p::Shape::Struct(<#ty as __p::Flat>::table));
    }
    let shape = quote_spanned!(span=> <#way as __p::Field<#ty>>::SHAPE);
    if field.secret { quote_spanned!(span=> &__p::Shape::Secret(#shape)) } else { shape }
}

fn presence(field: &Field) -> TokenStream {
    let (ty, way) = (&field.ty, way(field));
    let default = match &field.absence {
        Absence::ByType if field.flatten => {
            return quote_spanned!(site()=> __p::Presence::ByType(|| true));
        }
        Absence::ByType => {
            return quote_spanned! {at(ty.span())=>
                __p::Presence::ByType(<#way as __p::Field<#ty>>::has_absence)
            };
        }
        Absence::Literal(literal, _) => {
            let literal = limits::literal(literal);
            quote_spanned!(site()=> Literal(#literal))
        }
        Absence::Expr(_) | Absence::Std => {
            let value = standing(field);
            quote_spanned! {at(ty.span())=>
                Computed(|| <#way as __p::Field<#ty>>::computed(&#value))
            }
        }
    };
    quote_spanned!(site()=> __p::Presence::Default(__p::DefaultSpec::#default))
}

/// The value of a default that is an expression.
fn standing(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.absence {
        Absence::Expr(expr) => {
            quote_spanned!(at(expr.span())=> { let __value: #ty = #expr; __value })
        }
        _ => quote_spanned!(at(ty.span())=> <#ty as ::core::default::Default>::default()),
    }
}

/// Where the field's value waits while the keys come by.
pub(super) fn slot_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if field.flatten {
        let (span, ty) = (at(ty.span()), gathered(ty));
        quote_spanned!(span=> <#ty as __p::Flat>::Slots)
    } else {
        quote_spanned!(site()=> __p::Option<#ty>)
    }
}

/// The slot with nothing in it.
pub(super) fn empty_slot(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if field.flatten {
        let (span, ty) = (at(ty.span()), gathered(ty));
        quote_spanned!(span=> <#ty as __p::Flat>::slots())
    } else {
        quote_spanned!(site()=> __p::None)
    }
}

/// What is done with the field's key.
pub(super) fn put_arm((index, field): (usize, &Field)) -> TokenStream {
    let Field { wire, aliases, ty, .. } = field;
    let (way, index) = (way(field), Index::from(index));
    let span = at(ty.span());
    let put = if limits::of_numbers(field) {
        let limits = limits_of(&index, span);
        quote_spanned!(span=> put_within(&mut __slots.#index, __map, #limits))
    } else {
        quote_spanned!(span=> put(&mut __slots.#index, __map))
    };
    quote_spanned!(span=> #wire #(| #aliases)* => <#way as __p::Field<#ty>>::#put?,)
}

/// The field's limits, in the table.
fn limits_of(index: &Index, span: Span) -> TokenStream {
    quote_spanned!(span=> &<Self as __p::Params>::table().fields[#index].constraints)
}

/// The field's value, out of its slot.
pub(super) fn finished((index, field): (usize, &Field)) -> TokenStream {
    let Field { ident, ty, wire, .. } = field;
    let (way, index) = (way(field), Index::from(index));
    let span = at(ty.span());
    let value = match &field.absence {
        _ if field.flatten => {
            let ty = gathered(ty);
            quote_spanned!(span=> <#ty as __p::Flat>::finish(__slots.#index)?)
        }
        Absence::ByType => {
            quote_spanned!(span=> <#way as __p::Field<#ty>>::required(__slots.#index, #wire)?)
        }
        Absence::Literal(literal, _) => {
            let literal = limits::literal(literal);
            quote_spanned!(span=> <#way as __p::Field<#ty>>::defaulted(__slots.#index, &#literal)?)
        }
        Absence::Expr(_) | Absence::Std => {
            let value = standing(field);
            quote_spanned! {site()=>
                match __slots.#index {
                    __p::Some(__value) => __value,
                    __p::None => #value,
                }
            }
        }
    };
    quote_spanned!(site()=> #ident: #value)
}

/// Whether the field's value keeps its limits.
pub(super) fn fits(table: &Table, index: usize, field: &Field) -> TokenStream {
    let Field { ident, ty, .. } = field;
    let way = way(field);
    let span = at(ty.span());
    if field.flatten {
        let ty = gathered(ty);
        return quote_spanned!(span=> <#ty as __p::Flat>::fits(&self.#ident));
    }
    let limits = if limits::any(field) {
        limits_of(&Index::from(index), span)
    } else {
        quote_spanned!(span=> &__p::Constraints::NONE)
    };
    let validator = limits::validator(table, index, field)
        .map(|validator| quote_spanned!(span=> && __p::validated(#validator(&self.#ident))));
    quote_spanned! {span=>
        <#way as __p::Field<#ty>>::fits(&self.#ident, #limits) #validator
    }
}
