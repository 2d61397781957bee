//! URLs, absolute ones.

use std::borrow::Cow;

use url::Url;

use super::super::super::as_text::{AsText, canonical_text, is_text};
use super::super::super::{Pattern, TextSpec, Textual};

static PATTERN: Pattern = Pattern::new("^[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20]+$");

impl AsText for Url {
    const SPEC: &'static TextSpec = &TextSpec {
        expected: "a URL such as \"https://example.com/\"",
        format: Some("uri"),
        pattern: Some(&PATTERN),
        check: Some(is_text::<Self>),
        canonical: Some(canonical_text::<Self>),
        ..TextSpec::ANY
    };

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self.as_str()))
    }
}

impl Textual for Url {}

crate::param_of_text!(Url);
