//! What a person or a program points at a process with: its pid or its name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::pid::looks_like_pid;
use crate::{NameError, ParsePidError, Pid, ProcessName};

/// A process, by pid or by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// By pid.
    Pid(Pid),
    /// By its registered name.
    Name(ProcessName),
}

/// Why a text points at no process.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither a pid nor a name")]
pub enum ParseTargetError {
    /// It has the shape of a pid, but is out of range.
    Pid(#[source] ParsePidError),
    /// It could only be a name, and is none.
    Name(#[source] NameError),
}

impl FromStr for Target {
    type Err = ParseTargetError;

    fn from_str(text: &str) -> Result<Self, ParseTargetError> {
        if looks_like_pid(text) {
            text.parse().map(Self::Pid).map_err(ParseTargetError::Pid)
        } else {
            text.parse().map(Self::Name).map_err(ParseTargetError::Name)
        }
    }
}

impl From<Pid> for Target {
    fn from(pid: Pid) -> Self {
        Self::Pid(pid)
    }
}

impl From<ProcessName> for Target {
    fn from(name: ProcessName) -> Self {
        Self::Name(name)
    }
}

impl From<&ProcessName> for Target {
    fn from(name: &ProcessName) -> Self {
        Self::Name(name.clone())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pid(pid) => pid.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_pid_where_it_looks_like_one_and_a_name_elsewhere() {
        let cases = [
            ("<0.3.0>", Some(Target::Pid(Pid::new(0, 3, 0)))),
            ("0.3.0", Some(Target::Pid(Pid::new(0, 3, 0)))),
            ("ledger", Some(Target::Name("ledger".parse().unwrap()))),
            ("0.99999999999.0", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Target>().ok(), expected, "{text}");
        }
    }
}
