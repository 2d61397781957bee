//! Paths of files, as any text: whether there is such a file is the operation's business.

use std::borrow::Cow;
use std::path::PathBuf;

use super::super::as_text::AsText;
use super::super::{TextSpec, Textual};

impl AsText for PathBuf {
    const SPEC: &'static TextSpec = &TextSpec { expected: "a path", ..TextSpec::ANY };
    const EXACT: bool = true;

    fn parse(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        self.to_str().map(Cow::Borrowed)
    }
}

impl Textual for PathBuf {}

crate::param_of_text!(PathBuf);
