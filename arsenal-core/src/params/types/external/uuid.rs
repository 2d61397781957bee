//! UUIDs, with their hyphens.

use std::borrow::Cow;

use uuid::Uuid;

use super::super::super::as_text::{AsText, canonical_text, is_text};
use super::super::super::{Pattern, TextSpec, Textual};

static PATTERN: Pattern =
    Pattern::new("^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$");

impl AsText for Uuid {
    const SPEC: &'static TextSpec = &TextSpec {
        expected: "a UUID",
        format: Some("uuid"),
        pattern: Some(&PATTERN),
        check: Some(is_text::<Self>),
        canonical: Some(canonical_text::<Self>),
        ..TextSpec::ANY
    };
    const EXACT: bool = true;

    fn parse(text: &str) -> Option<Self> {
        // Of the forms that the crate reads, only the hyphenated one has 36 characters.
        (text.len() == 36).then(|| Self::try_parse(text).ok()).flatten()
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.to_string()))
    }
}

impl Textual for Uuid {}

crate::param_of_text!(Uuid);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_pattern_and_the_parser_agree(
            text in "[{]?[0-9a-fA-Fg]{7,9}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9A-F]{11,12}[}]?",
        ) {
            prop_assert_eq!(Uuid::parse(&text).is_some(), PATTERN.is_match(&text), "{}", text);
        }
    }
}
