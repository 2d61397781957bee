//! `#[output]`: the derives that an answer needs, for a crate that depends on the facade alone.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Path;

use super::site;

/// The item with serde's and schemars' derives above it.
pub(crate) fn output(krate: &Path, item: &TokenStream) -> TokenStream {
    let path = krate.to_token_stream().to_string().replace(' ', "");
    let serde = format!("{path}::__private::serde");
    let schemars = format!("{path}::__private::schemars");
    quote_spanned! {site()=>
        #[derive(#krate::__private::serde::Serialize, #krate::__private::schemars::JsonSchema)]
        #[serde(crate = #serde)]
        #[schemars(crate = #schemars)]
        #item
    }
}
