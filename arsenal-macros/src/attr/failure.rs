//! The keys of `#[failure(…)]`, on an enum and on its variants, and of `#[output(…)]`.

use proc_macro2::Ident;
use syn::Result;
use syn::parse::ParseStream;

use super::Keys;
use super::value::{flag, path, text, word};
use crate::model::{RawCode, RawFailure, RawOutput};

impl Keys for RawFailure {
    const OWNER: &'static str = "failure";
    const NAMES: &'static [&'static str] = &["crate"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        self.krate = path(key, input)?;
        Ok(())
    }
}

impl Keys for RawCode {
    const OWNER: &'static str = "failure";
    const NAMES: &'static [&'static str] = &["class", "code", "transient"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "class" => self.class = word(key, input, "not_found")?,
            "code" => self.code = text(key, input, "\"NO_ORDER\"")?,
            _ => self.transient = flag(key, input)?,
        }
        Ok(())
    }
}

impl Keys for RawOutput {
    const OWNER: &'static str = "output";
    const NAMES: &'static [&'static str] = &["crate"];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        self.krate = path(key, input)?;
        Ok(())
    }
}
