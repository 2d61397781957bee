//! The keys of `#[param(…)]`.

use proc_macro2::Ident;
use syn::Result;
use syn::parse::ParseStream;

use super::Keys;
use super::value::{expr, exprs, flag, optional, text, texts, ty, word};
use crate::model::RawParam;

impl Keys for RawParam {
    const OWNER: &'static str = "param";
    const NAMES: &'static [&'static str] = &[
        "rename",
        "alias",
        "default",
        "min",
        "max",
        "exclusive_min",
        "exclusive_max",
        "multiple_of",
        "min_len",
        "max_len",
        "unique",
        "pattern",
        "format",
        "one_of",
        "example",
        "secret",
        "deprecated",
        "validate",
        "flatten",
        "foreign",
        "with",
        "style",
        "sort",
        "page_size",
        "page_token",
        "required",
    ];

    fn set(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "rename" => self.rename = text(key, input, "\"type\"")?,
            "alias" => self.alias = texts(key, input, "\"old_name\"")?,
            "default" => self.default = optional(key, input)?,
            "min" => self.min = expr(key, input, "1")?,
            "max" => self.max = expr(key, input, "100")?,
            "exclusive_min" => self.exclusive_min = expr(key, input, "0")?,
            "exclusive_max" => self.exclusive_max = expr(key, input, "100")?,
            "multiple_of" => self.multiple_of = expr(key, input, "5")?,
            "min_len" => self.min_len = expr(key, input, "1")?,
            "max_len" => self.max_len = expr(key, input, "64")?,
            "unique" => self.unique = flag(key, input)?,
            "pattern" => self.pattern = text(key, input, "\"^[a-z]+$\"")?,
            "format" => self.format = text(key, input, "\"email\"")?,
            "one_of" => self.one_of = exprs(key, input, "[\"a\", \"b\"]")?,
            "example" => self.example = expr(key, input, "\"a\"")?,
            "secret" => self.secret = flag(key, input)?,
            "deprecated" => self.deprecated = optional(key, input)?,
            "validate" => self.validate = expr(key, input, "is_even")?,
            "flatten" => self.flatten = flag(key, input)?,
            "foreign" => self.foreign = flag(key, input)?,
            "with" => self.with = ty(key, input, "Base64")?,
            "style" => self.style = word(key, input, "comma")?,
            "sort" => self.sort = flag(key, input)?,
            "page_size" => self.page_size = flag(key, input)?,
            "page_token" => self.page_token = flag(key, input)?,
            _ => self.required = flag(key, input)?,
        }
        Ok(())
    }
}
