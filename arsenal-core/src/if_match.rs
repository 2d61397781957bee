//! Which version of a thing a caller has seen, before it changes the thing.

use std::str::FromStr;

/// The versions that a caller has seen of what it wants changed, as `If-Match` names them
/// (RFC 9110, section 13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever there is.
    Any,
    /// One of these, without their quotes.
    OneOf(Vec<String>),
}

impl IfMatch {
    /// Whether the thing, which now has `version`, may be changed.
    #[must_use]
    pub fn holds(&self, version: &str) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.iter().any(|known| known == version),
        }
    }
}

/// `If-Match` is not `*` and not a list of versions in quotes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be `*` or versions in double quotes, separated by commas")]
pub struct ParseIfMatchError;

impl FromStr for IfMatch {
    type Err = ParseIfMatchError;

    /// Reads `*` or `"v1", "v2"`. A weak version (`W/"v1"`) is read and never holds: the
    /// comparison is strong.
    fn from_str(text: &str) -> Result<Self, ParseIfMatchError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        let mut versions = Vec::new();
        let mut rest = text;
        loop {
            let weak = rest.strip_prefix("W/");
            let quoted = weak.unwrap_or(rest).strip_prefix('"').ok_or(ParseIfMatchError)?;
            let (version, after) = quoted.split_once('"').ok_or(ParseIfMatchError)?;
            if weak.is_none() {
                versions.push(version.to_owned());
            }
            match after.trim_start().strip_prefix(',') {
                Some(more) => rest = more.trim_start(),
                None if after.trim_start().is_empty() => return Ok(Self::OneOf(versions)),
                None => return Err(ParseIfMatchError),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_holds_for_the_versions_that_it_names() {
        for (text, version, expected) in [
            ("*", "7", Ok(true)),
            ("\"7\"", "7", Ok(true)),
            (" \"6\" , \"7\" ", "7", Ok(true)),
            ("\"a,b\"", "a,b", Ok(true)),
            ("\"6\"", "7", Ok(false)),
            ("W/\"7\"", "7", Ok(false)),
            ("7", "7", Err(ParseIfMatchError)),
            ("\"7", "7", Err(ParseIfMatchError)),
            ("\"6\" \"7\"", "7", Err(ParseIfMatchError)),
            ("\"7\",", "7", Err(ParseIfMatchError)),
            ("", "7", Err(ParseIfMatchError)),
        ] {
            let held = text.parse().map(|seen: IfMatch| seen.holds(version));
            assert_eq!(held, expected, "{text}");
        }
    }
}
