//! The derives of Arsenal: facts, no decisions.
//!
//! Use them through `arsenal` (or `arsenal_core`), where they are documented: what they write
//! calls that crate.

mod attr;

mod case;

mod check;

mod derive;

mod doc;

mod expand;

mod fallback;

mod faults;

mod literal;

mod model;

mod pattern;

mod quantity;

mod words;

use proc_macro::TokenStream;

/// Declares an operation: the struct is its parameters, `#[operation(…)]` its facts.
#[proc_macro_derive(Operation, attributes(operation, params, param, serde))]
pub fn derive_operation(input: TokenStream) -> TokenStream {
    derive::operation(input.into()).into()
}

/// Declares what may be started by name: the struct is its arguments.
#[proc_macro_derive(EntryPoint, attributes(entry_point, params, operation, param, serde))]
pub fn derive_entry_point(input: TokenStream) -> TokenStream {
    derive::entry_point(input.into()).into()
}

/// Declares a struct of parameters that stands in an operation, nested or flattened.
#[proc_macro_derive(Params, attributes(params, operation, param, serde))]
pub fn derive_params(input: TokenStream) -> TokenStream {
    derive::params(input.into()).into()
}

/// Declares an enum whose variants are words.
#[proc_macro_derive(Choice, attributes(choice, serde))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    derive::choice(input.into()).into()
}

/// Declares what the caller is told of each variant of an error.
#[proc_macro_derive(Failure, attributes(failure))]
pub fn derive_failure(input: TokenStream) -> TokenStream {
    derive::failure(input.into()).into()
}

/// Makes a type an answer: adds serde's and schemars' derives, by way of `arsenal`.
#[proc_macro_attribute]
pub fn output(args: TokenStream, item: TokenStream) -> TokenStream {
    derive::output(args.into(), &item.into()).into()
}
