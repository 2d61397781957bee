//! What is wrong with one declaration: every fault, each where it stands.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The faults that were found so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Error>);

impl Faults {
    /// Adds a fault at the tokens that are wrong.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, sentence: impl std::fmt::Display) {
        self.0.push(Error::new_spanned(tokens, sentence));
    }

    /// Adds a fault and a second place that explains it.
    pub(crate) fn with_note(
        &mut self,
        (at, sentence): (&dyn ToTokens, String),
        (other, note): (&dyn ToTokens, &str),
    ) {
        let mut fault = Error::new_spanned(at, sentence);
        fault.combine(Error::new_spanned(other, note));
        self.0.push(fault);
    }

    /// Adds what a parser reported.
    pub(crate) fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All faults as one error, if there is one.
    pub(crate) fn into_error(self) -> Option<Error> {
        self.0.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        })
    }

    /// All faults as `compile_error!` calls.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.into_error().map(|error| error.to_compile_error()).unwrap_or_default()
    }
}
