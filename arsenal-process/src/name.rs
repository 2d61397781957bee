//! The name of a process: 1 to 255 bytes, and never a text that could be a pid.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::pid::looks_like_pid;

/// A process's name: 1 to 255 bytes that do not look like a pid.
///
/// ```
/// use arsenal_process::ProcessName;
///
/// assert!("ledger".parse::<ProcessName>().is_ok());
/// assert!("<0.1.0>".parse::<ProcessName>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessName(Arc<str>);

impl ProcessName {
    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum NameError {
    /// It is empty or too long.
    #[error("a name has 1 to 255 bytes, this one has {bytes}")]
    Length { bytes: usize },
    /// It could be taken for a pid.
    #[error("{text:?} looks like a pid and cannot be a name")]
    LooksLikePid { text: String },
}

impl TryFrom<&str> for ProcessName {
    type Error = NameError;

    fn try_from(text: &str) -> Result<Self, NameError> {
        match text.len() {
            1..=255 if looks_like_pid(text) => {
                Err(NameError::LooksLikePid { text: text.to_owned() })
            }
            1..=255 => Ok(Self(text.into())),
            bytes => Err(NameError::Length { bytes }),
        }
    }
}

impl TryFrom<String> for ProcessName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.as_str().try_into()
    }
}

impl FromStr for ProcessName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        text.try_into()
    }
}

impl AsRef<str> for ProcessName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProcessName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ProcessName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Serialize for ProcessName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProcessName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_1_to_255_bytes_and_does_not_look_like_a_pid() {
        let cases = [
            ("a".to_owned(), true),
            ("x".repeat(255), true),
            ("é".repeat(128), false),
            (String::new(), false),
            ("x".repeat(256), false),
            ("<0.1.0>".to_owned(), false),
            ("0.1.0".to_owned(), false),
            ("0.99999999999999.0".to_owned(), false),
            ("v0.1.0".to_owned(), true),
            ("0.1".to_owned(), true),
        ];
        for (text, expected) in cases {
            assert_eq!(ProcessName::try_from(text.as_str()).is_ok(), expected, "{text}");
        }
    }
}
