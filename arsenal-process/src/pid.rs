//! The identity of a process: node, id and serial, printed as `<node.id.serial>`.
//!
//! A pid is never reused: ids count up, and when 32 bits are used up the serial counts the turns.
//! The order of two pids of one node is the order of their spawns.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The identity of a process, unique for the life of its node.
///
/// ```
/// use arsenal_process::Pid;
///
/// let pid: Pid = "<0.12.0>".parse()?;
/// assert_eq!(pid, "0.12.0".parse()?);
/// assert_eq!(pid.to_string(), "<0.12.0>");
/// assert!("0.12".parse::<Pid>().is_err());
/// # Ok::<(), arsenal_process::ParsePidError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pid {
    // The order of the fields is the order of pids: a node's by the time of their spawn.
    node: u32,
    serial: u32,
    id: u32,
}

impl Pid {
    /// Puts a pid together from its three numbers, in the order they are printed.
    #[must_use]
    pub const fn new(node: u32, id: u32, serial: u32) -> Self {
        Self { node, serial, id }
    }

    /// The node, that is, the runtime, that the process belongs to.
    #[must_use]
    #[inline]
    pub const fn node(self) -> u32 {
        self.node
    }

    /// The id: the low half of the node's count of spawns.
    #[must_use]
    #[inline]
    pub const fn id(self) -> u32 {
        self.id
    }

    /// The serial: the high half of the node's count of spawns.
    #[must_use]
    #[inline]
    pub const fn serial(self) -> u32 {
        self.serial
    }

    pub(crate) const fn numbered(node: u32, number: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
        Self {
            node,
            serial: u32::from_be_bytes([a, b, c, d]),
            id: u32::from_be_bytes([e, f, g, h]),
        }
    }

    #[inline]
    pub(crate) const fn number(self) -> u64 {
        (self.serial as u64) << 32 | self.id as u64
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}.{}.{}>", self.node, self.id, self.serial)
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a pid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a pid: write <node.id.serial>, with or without the brackets")]
pub struct ParsePidError {
    /// The text, cut to its first 64 characters.
    pub text: String,
}

impl FromStr for Pid {
    type Err = ParsePidError;

    fn from_str(text: &str) -> Result<Self, ParsePidError> {
        let fault = || ParsePidError { text: text.chars().take(64).collect() };
        let [node, id, serial] = parts(text).ok_or_else(fault)?;
        let number = |part: &str| part.parse::<u32>().map_err(|_not_a_u32| fault());
        Ok(Self::new(number(node)?, number(id)?, number(serial)?))
    }
}

/// Whether the text has the shape of a pid, also of one that is out of range.
pub(crate) fn looks_like_pid(text: &str) -> bool {
    parts(text).is_some()
}

fn parts(text: &str) -> Option<[&str; 3]> {
    let inner = match text.strip_prefix('<') {
        Some(rest) => rest.strip_suffix('>')?,
        None => text,
    };
    let mut parts = inner.split('.');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.next().is_none() && three.iter().all(|part| digits(part))).then_some(three)
}

impl Serialize for Pid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PidVisitor)
    }
}

struct PidVisitor;

impl Visitor<'_> for PidVisitor {
    type Value = Pid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pid, as in \"<0.12.0>\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Pid, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_pid_parses_from_every_form_that_it_prints_in() {
        let cases = [
            ("<0.1.0>", Some(Pid::new(0, 1, 0))),
            ("0.1.0", Some(Pid::new(0, 1, 0))),
            ("<7.4294967295.3>", Some(Pid::new(7, u32::MAX, 3))),
            ("<0.4294967296.0>", None),
            ("<0.1.0", None),
            ("0.1.0>", None),
            ("0.1", None),
            ("0.1.0.0", None),
            ("0.-1.0", None),
            ("0.+1.0", None),
            ("0. 1.0", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Pid>().ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_pid_is_its_text_in_json() {
        let pid = Pid::new(2, 9, 1);
        assert_eq!(serde_json::to_string(&pid).unwrap(), "\"<2.9.1>\"");
        assert_eq!(serde_json::from_str::<Pid>("\"2.9.1\"").unwrap(), pid);
        assert!(serde_json::from_str::<Pid>("9").is_err());
    }

    #[test]
    fn the_serial_counts_the_turns_of_the_id() {
        let pid = Pid::numbered(0, (1 << 32) + 5);
        assert_eq!((pid.id(), pid.serial(), pid.number()), (5, 1, (1 << 32) + 5));
        assert!(Pid::numbered(0, 5) < pid);
    }
}
