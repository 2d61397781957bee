//! The declared limits as constants, and what the compiler is asked about them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;

use super::{at, field, option, site, table};
use crate::model::{
    Absence, Bound, Constraints, Field, Len, LenValue, Literal, Number, Table, Way,
};

/// Whether the field has a limit.
pub(super) fn any(field: &Field) -> bool {
    let Constraints { min, max, multiple_of, min_len, max_len, unique, pattern, format, one_of } =
        &field.constraints;
    min.is_some()
        || max.is_some()
        || multiple_of.is_some()
        || min_len.is_some()
        || max_len.is_some()
        || unique.is_some()
        || pattern.is_some()
        || format.is_some()
        || one_of.is_some()
}

/// Whether the field has a limit that numbers can have.
pub(super) fn of_numbers(field: &Field) -> bool {
    let Constraints { min, max, multiple_of, one_of, .. } = &field.constraints;
    min.is_some() || max.is_some() || multiple_of.is_some() || one_of.is_some()
}

/// A literal of the table.
pub(super) fn literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Bool(value) => quote_spanned!(site()=> __p::Literal::Bool(#value)),
        Literal::Int(value) => {
            let value = proc_macro2::Literal::i128_unsuffixed(*value);
            quote_spanned!(site()=> __p::Literal::Int(#value))
        }
        Literal::Float(value) => quote_spanned!(site()=> __p::Literal::Float(#value)),
        Literal::Text(value) => quote_spanned!(site()=> __p::Literal::Text(#value)),
        Literal::Json(value) => quote_spanned!(site()=> __p::Literal::Json(#value)),
    }
}

/// A list of literals of the table.
fn literals(values: &[Literal]) -> TokenStream {
    let values = values.iter().map(literal);
    quote_spanned!(site()=> &[#(#values),*])
}

fn number(field: &Field, number: &Number) -> TokenStream {
    match number {
        Number::Known(known) => literal(known),
        Number::Constant(expr) => {
            let shape = field::shape(field);
            quote_spanned! {at(expr.span())=>
                __p::bound_of(
                    #shape,
                    (#expr) as ::core::primitive::i128,
                    (#expr) as ::core::primitive::f64,
                )
            }
        }
    }
}

fn bound(field: &Field, bound: &Bound) -> TokenStream {
    let (value, exclusive) = (number(field, &bound.value), bound.exclusive);
    quote_spanned!(site()=> __p::Bound { value: #value, exclusive: #exclusive })
}

fn len(len: &Len) -> TokenStream {
    match &len.value {
        LenValue::Known(value) => quote_spanned!(site()=> #value),
        LenValue::Constant(expr) => {
            quote_spanned! {at(expr.span())=>
                __p::len_of((#expr) as ::core::primitive::u64, (#expr) as ::core::primitive::f64)
            }
        }
    }
}

/// The field's limits; only those that are declared are written.
pub(super) fn constraints(index: usize, field: &Field) -> TokenStream {
    if !any(field) {
        return quote_spanned!(site()=> __p::Constraints::NONE);
    }
    let limits = &field.constraints;
    let end = |end: &Option<Bound>| end.as_ref().map(|end| option(Some(bound(field, end))));
    let step = limits.multiple_of.as_ref().map(|step| option(Some(number(field, &step.value))));
    let pattern = limits.pattern.as_ref().map(|_| {
        let name = pattern_name(index);
        quote_spanned!(site()=> __p::Some(&#name))
    });
    let format = limits.format.as_ref().map(|(_, f)| quote_spanned!(site()=> __p::Some(#f)));
    let one_of = limits.one_of.as_ref().map(|(_, values)| literals(values));
    let unique = limits.unique.as_ref().map(|_| quote_spanned!(site()=> true));
    let given = [
        ("min", end(&limits.min)),
        ("max", end(&limits.max)),
        ("multiple_of", step),
        ("min_len", limits.min_len.as_ref().map(|l| option(Some(len(l))))),
        ("max_len", limits.max_len.as_ref().map(|l| option(Some(len(l))))),
        ("unique", unique),
        ("pattern", pattern),
        ("format", format),
        ("one_of", one_of),
    ];
    let entries = given.into_iter().filter_map(|(name, value)| {
        let name = format_ident!("{name}");
        value.map(|value| quote_spanned!(site()=> #name: #value,))
    });
    quote_spanned!(site()=> __p::Constraints { #(#entries)* ..__p::Constraints::NONE })
}

fn pattern_name(index: usize) -> Ident {
    format_ident!("__PATTERN_{index}", span = site())
}

/// What stands outside the impl: the patterns, and what the compiler checks once.
pub(super) fn statics(table: &Table) -> TokenStream {
    let patterns = table.fields.iter().enumerate().filter_map(|(index, field)| {
        let (_, source) = field.constraints.pattern.as_ref()?;
        let name = pattern_name(index);
        Some(quote_spanned! {site()=>
            static #name: __p::Pattern = __p::Pattern::new(#source);
        })
    });
    let plain = table::is_plain(table);
    let checks = plain.then(|| {
        let assertions = assertions(table);
        (!assertions.is_empty()).then(|| quote_spanned!(site()=> const _: () = { #assertions };))
    });
    let checks = checks.flatten();
    let coerced = plain.then(|| validators(table));
    quote_spanned!(site()=> #(#patterns)* #checks #coerced)
}

/// Each validator once, coerced to what it must be, at the author's path.
fn validators(table: &Table) -> TokenStream {
    let validators = table.fields.iter().enumerate().filter_map(|(index, field)| {
        let path = field.validate.as_ref()?;
        let (ty, name) = (&field.ty, validator_name(index));
        Some(quote_spanned! {at(path.span())=>
            const #name: fn(&#ty) -> __p::Result<(), __p::Invalid> = #path;
        })
    });
    quote_spanned!(site()=> #(#validators)*)
}

fn validator_name(index: usize) -> Ident {
    format_ident!("__VALIDATE_{index}", span = site())
}

/// The field's own validator, as an expression.
pub(super) fn validator(table: &Table, index: usize, field: &Field) -> Option<TokenStream> {
    let path = field.validate.as_ref()?;
    let (ty, name) = (&field.ty, validator_name(index));
    Some(if table::is_plain(table) {
        quote_spanned!(site()=> #name)
    } else {
        quote_spanned! {at(path.span())=>
            { let __validate: fn(&#ty) -> __p::Result<(), __p::Invalid> = #path; __validate }
        }
    })
}

/// The rule over the whole struct, as an expression.
pub(super) fn rule(table: &Table) -> Option<TokenStream> {
    let path = table.rule.as_ref()?;
    Some(quote_spanned! {at(path.span())=>
        { let __rule: fn(&Self) -> __p::Result<(), __p::Invalid> = #path; __rule }
    })
}

/// What only the compiler can tell of a type: whether a limit applies to it, whether it can
/// hold the default.
pub(super) fn assertions(table: &Table) -> TokenStream {
    let checks = table.fields.iter().map(|field| {
        let needs = matches!(field.way, Way::Own).then(|| needs(field));
        let limits = check_limits(field);
        let (default, path) = (check_default(field), check_path(field));
        let (lists, secret) = (check_lists(field), check_not_secret(field));
        quote_spanned!(site()=> #needs #limits #default #path #lists #secret)
    });
    quote_spanned!(site()=> #(#checks)*)
}

fn needs(field: &Field) -> TokenStream {
    let limits = &field.constraints;
    let bounds = [&limits.min, &limits.max, &limits.multiple_of];
    let lens = [limits.min_len.as_ref(), limits.max_len.as_ref()];
    let number = bounds.into_iter().flatten().next().map(|bound| bound.key.span());
    let len = lens.into_iter().flatten().map(|len| len.key.span()).next();
    let text = [&limits.pattern, &limits.format];
    let text = text.into_iter().flatten().next().map(|(key, _)| key.span());
    let ty = &field.ty;
    let needed = [(number, "needs_number"), (len, "needs_len"), (text, "needs_text")];
    let calls = needed.into_iter().filter_map(|(key, name)| {
        let key = at(key?);
        let name = Ident::new(name, key);
        Some(quote_spanned!(key=> __p::#name::<#ty>();))
    });
    quote_spanned!(site()=> #(#calls)*)
}

/// Each limit is one that the field's type can keep.
fn check_limits(field: &Field) -> TokenStream {
    let limits = &field.constraints;
    let shape = field::shape(field);
    let ends = [&limits.min, &limits.max].into_iter().flatten().map(|end| {
        let value = number(field, &end.value);
        quote_spanned!(at(end.key.span())=> __p::check_bound(#shape, #value);)
    });
    let range = limits.max.as_ref().or(limits.min.as_ref()).map(|last| {
        let [min, max] =
            [&limits.min, &limits.max].map(|end| option(end.as_ref().map(|end| bound(field, end))));
        quote_spanned!(at(last.key.span())=> __p::check_range(#shape, #min, #max);)
    });
    let step = limits.multiple_of.as_ref().map(|step| {
        let value = number(field, &step.value);
        quote_spanned!(at(step.key.span())=> __p::check_step(#shape, #value);)
    });
    let lens = limits.max_len.as_ref().or(limits.min_len.as_ref()).map(|last| {
        let [min, max] =
            [&limits.min_len, &limits.max_len].map(|end| option(end.as_ref().map(len)));
        quote_spanned!(at(last.key.span())=> __p::check_lens(#min, #max);)
    });
    let one_of = limits.one_of.as_ref().map(|(key, values)| {
        let values = literals(values);
        quote_spanned!(at(key.span())=> __p::check_one_of(#shape, #values);)
    });
    let pattern = limits
        .pattern
        .as_ref()
        .map(|(key, _)| quote_spanned!(at(key.span())=> __p::check_pattern(#shape);));
    quote_spanned!(site()=> #(#ends)* #range #step #lens #pattern #one_of)
}

fn check_default(field: &Field) -> Option<TokenStream> {
    let Absence::Literal(value, span) = &field.absence else { return None };
    let (shape, value) = (field::shape(field), literal(value));
    Some(quote_spanned!(at(*span)=> __p::check_default(#shape, &#value);))
}

fn check_lists(field: &Field) -> TokenStream {
    let shape = field::shape(field);
    let unique = field.constraints.unique.as_ref().map(|key| {
        quote_spanned! {at(key.span())=>
            __p::check_list(#shape, "`unique` applies to lists, and this is none");
        }
    });
    let style = field.comma.as_ref().map(|key| {
        quote_spanned! {at(key.span())=>
            __p::check_list(#shape, "`style` applies to lists, and this is none");
        }
    });
    quote_spanned!(site()=> #unique #style)
}

fn check_not_secret(field: &Field) -> Option<TokenStream> {
    let published = !matches!(field.absence, Absence::ByType) || field.example.is_some();
    let shape = published.then(|| field::shape(field))?;
    Some(quote_spanned!(at(field.ty.span())=> __p::check_not_secret(#shape);))
}

fn check_path(field: &Field) -> Option<TokenStream> {
    let shape = field.in_path.then(|| field::shape(field))?;
    Some(quote_spanned!(at(field.ty.span())=> __p::check_path_param(#shape);))
}
