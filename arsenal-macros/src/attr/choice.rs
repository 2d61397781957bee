//! The keys of `#[choice(…)]`, on an enum and on its variants.

use proc_macro2::Ident;
use syn::Result;
use syn::parse::ParseStream;

use super::Keys;
use super::value::{path, text, texts};
use crate::model::{RawChoice, RawWord};

impl Keys for RawChoice {
    const OWNER: &'static str = "choice";
    const NAMES: &'static [&'static str] = &["crate"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        self.krate = path(key, input)?;
        Ok(())
    }
}

impl Keys for RawWord {
    const OWNER: &'static str = "choice";
    const NAMES: &'static [&'static str] = &["rename", "alias"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "rename" => self.rename = text(key, input, "\"one-for-one\"")?,
            _ => self.alias = texts(key, input, "\"old_word\"")?,
        }
        Ok(())
    }
}
