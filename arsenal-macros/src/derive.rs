//! Read, check, write, and fall back: one function for each derive.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::DeriveInput;

use crate::attr;
use crate::check::{self, Refused};
use crate::faults::Faults;
use crate::model::RawOutput;
use crate::{expand, fallback};

/// `#[derive(Operation)]`.
pub(crate) fn operation(input: TokenStream) -> TokenStream {
    derive(input, check::operation, expand::operation, fallback::operation)
}

/// `#[derive(EntryPoint)]`.
pub(crate) fn entry_point(input: TokenStream) -> TokenStream {
    derive(input, check::entry_point, expand::entry_point, fallback::entry_point)
}

/// `#[derive(Params)]`.
pub(crate) fn params(input: TokenStream) -> TokenStream {
    derive(input, check::params, expand::params, fallback::params)
}

/// `#[derive(Choice)]`.
pub(crate) fn choice(input: TokenStream) -> TokenStream {
    derive(input, check::choice, expand::choice, fallback::choice)
}

/// `#[derive(Failure)]`.
pub(crate) fn failure(input: TokenStream) -> TokenStream {
    derive(input, check::failure, expand::failure, fallback::failure)
}

fn derive<T>(
    input: TokenStream,
    check: fn(&DeriveInput) -> Result<T, Box<Refused>>,
    expand: fn(&T) -> TokenStream,
    fall_back: fn(&Refused) -> TokenStream,
) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    match check(&input) {
        Ok(checked) => expand(&checked),
        Err(refused) => {
            let stub = fall_back(&refused);
            let mut tokens = refused.faults.into_tokens();
            stub.to_tokens(&mut tokens);
            tokens
        }
    }
}

/// `#[output]`.
pub(crate) fn output(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let raw: RawOutput = attr::read_args(args, &mut faults);
    let mut tokens = expand::output(&check::facade(&raw.krate), item);
    faults.into_tokens().to_tokens(&mut tokens);
    tokens
}
