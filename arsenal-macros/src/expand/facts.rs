//! What an operation says besides its parameters.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};

use super::{at, list, option, scoped, site, table, text};
use crate::model::{Deprecation, Facts, Operation, Table};

/// An operation: its parameters, its facts, and its entry for the linker.
pub(crate) fn operation(operation: &Operation) -> TokenStream {
    let Operation { table, facts } = operation;
    let params = table::impl_params(table);
    let facts_of = impl_operation(table, facts);
    let entry = entry(table, facts);
    scoped(&table.krate, &quote_spanned!(site()=> #params #facts_of #entry))
}

fn impl_operation(table: &Table, facts: &Facts) -> TokenStream {
    let ident = &table.ident;
    let generics = table::bounded(table);
    let (head, args, bounds) = generics.split_for_impl();
    let output = facts.output.as_ref().map_or_else(|| quote_spanned!(site()=> ()), tokens);
    let error = facts.error.as_ref().map_or_else(|| quote_spanned!(site()=> __p::Error), tokens);
    let spec = spec(table, facts);
    let again = facts.retry.as_ref().map(|retry| {
        quote_spanned! {at(retry.key.span())=>
            fn again(&self) -> __p::Option<Self> {
                __p::Some(<Self as ::core::clone::Clone>::clone(self))
            }
        }
    });
    quote_spanned! {site()=>
        #[automatically_derived]
        impl #head __p::Operation for #ident #args #bounds {
            type Output = #output;
            type Error = #error;
            const SPEC: &'static __p::OperationSpec = &#spec;
            #again
        }
    }
}

fn tokens(value: &impl ToTokens) -> TokenStream {
    value.to_token_stream()
}

/// What the linker collects; a missing `execute` is told at the struct's name.
fn entry(table: &Table, facts: &Facts) -> Option<TokenStream> {
    let ident = &table.ident;
    let feature = facts.served.as_ref().map(|f| quote_spanned!(site()=> #[cfg(feature = #f)]));
    facts.collected.then(|| {
        quote_spanned! {at(ident.span())=>
            #feature
            __p::inventory::submit! { __p::entry::<#ident>() }
        }
    })
}

fn spec(table: &Table, facts: &Facts) -> TokenStream {
    let Facts { version, role, effect, idempotent, idempotency_key, mode, cancel, mcp, .. } = facts;
    let Facts { visibility, .. } = facts;
    let (name, category, doc) = (text(&facts.name), text(&facts.category), text(&table.doc));
    let (aliases, tags, columns) =
        (texts(&facts.aliases), texts(&facts.tags), texts(&facts.columns));
    let scope = option(facts.scope.as_ref().map(text));
    let (limits, http) = (limits(facts), http(facts));
    let deprecated = option(facts.deprecated.as_ref().map(deprecation));
    let examples: Vec<TokenStream> = facts
        .examples
        .iter()
        .map(|(name, params)| {
            let (name, params) = (text(name), text(params));
            quote_spanned!(site()=> __p::ExampleSpec { name: #name, params: #params })
        })
        .collect();
    let examples = list(&examples);
    quote_spanned! {site()=>
        __p::OperationSpec {
            name: #name,
            aliases: #aliases,
            version: #version,
            category: #category,
            doc: #doc,
            tags: #tags,
            role: __p::Role::#role,
            scope: #scope,
            effect: __p::Effect::#effect,
            idempotent: #idempotent,
            idempotency_key: __p::IdempotencyKey::#idempotency_key,
            mode: __p::Mode::#mode,
            cancel: __p::CancelPolicy::#cancel,
            limits: #limits,
            http: #http,
            mcp: #mcp,
            visibility: __p::Visibility::#visibility,
            columns: #columns,
            examples: #examples,
            deprecated: #deprecated,
            params: __p::ParamsSpec::Table(<Self as __p::Params>::table),
            place: __p::Place {
                package: __p::Cow::Borrowed(::core::env!("CARGO_PKG_NAME")),
                file: __p::Cow::Borrowed(::core::file!()),
                line: ::core::line!(),
            },
        }
    }
}

fn texts(texts: &[String]) -> TokenStream {
    list(&texts.iter().map(text).collect::<Vec<_>>())
}

fn duration(duration: &Duration) -> TokenStream {
    let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
    quote_spanned!(site()=> ::core::time::Duration::new(#secs, #nanos))
}

fn limits(facts: &Facts) -> TokenStream {
    let timeout = option(facts.timeout.as_ref().map(duration));
    let rate = option(facts.rate.as_ref().map(|(calls, per)| {
        let per = duration(per);
        quote_spanned!(site()=> __p::Rate { calls: #calls, per: #per })
    }));
    let concurrency = option(facts.concurrency.map(|count| count.into_token_stream()));
    let retry = option(facts.retry.as_ref().map(|retry| {
        let (attempts, delay) = (retry.attempts, duration(&retry.delay));
        quote_spanned!(site()=> __p::RetrySpec { attempts: #attempts, delay: #delay })
    }));
    quote_spanned! {site()=>
        __p::LimitSpec {
            timeout: #timeout,
            rate: #rate,
            concurrency: #concurrency,
            retry: #retry,
        }
    }
}

fn http(facts: &Facts) -> TokenStream {
    let Facts { method, success, if_match, .. } = facts;
    let path = option(facts.path.as_ref().map(text));
    let body_max = option(facts.body_max.map(|bytes| bytes.into_token_stream()));
    let cache = option(facts.cache.as_ref().map(duration));
    quote_spanned! {site()=>
        __p::HttpSpec {
            method: __p::Method::#method,
            path: #path,
            success: #success,
            body_bytes_max: #body_max,
            cache: #cache,
            if_match: #if_match,
        }
    }
}

fn deprecation(deprecation: &Deprecation) -> TokenStream {
    let since = text(&deprecation.since);
    let instead = option(deprecation.instead.as_ref().map(text));
    let sunset = option(deprecation.sunset.as_ref().map(text));
    quote_spanned! {site()=>
        __p::Deprecation { since: #since, instead: #instead, sunset: #sunset }
    }
}
