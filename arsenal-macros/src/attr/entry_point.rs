//! The keys of `#[entry_point(…)]`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{LitStr, Result};

use super::Keys;
use super::value::{text, word};
use crate::model::{RawParams, Slot};

/// `#[entry_point(…)]`.
#[derive(Default)]
pub(crate) struct RawEntryPoint {
    pub(crate) common: RawParams,
    pub(crate) name: Slot<LitStr>,
    pub(crate) kind: Slot<Ident>,
}

impl Keys for RawEntryPoint {
    const OWNER: &'static str = "entry_point";
    const NAMES: &'static [&'static str] = &["name", "kind", "crate", "rule", "unknown_fields"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "name" => self.name = text(key, input, "\"order_worker\"")?,
            "kind" => self.kind = word(key, input, "server")?,
            _ => self.common.set(key, input)?,
        }
        Ok(())
    }
}
