//! Spans of time as text: `5s`, `1m30s`, `250ms`; ISO 8601's `PT5S` is taken too.
//!
//! The digits are bounded, so that what the pattern admits never overflows and the schema's
//! verdict is ours.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use super::super::as_text::{AsText, canonical_text, is_text};
use super::super::{Bounded, Pattern, TextSpec};

static PATTERN: Pattern = Pattern::new(
    "^(?:(?:[0-9]{1,12}(?:us|ns)|[0-9]{1,12}(?:\\.[0-9]{1,6})?ms|[0-9]{1,12}(?:\\.[0-9]{1,9})?[smhdw])+\
     |P(?:[0-9]{1,12}W|[0-9]{1,12}D(?:T(?:[0-9]{1,12}H(?:[0-9]{1,12}M)?(?:[0-9]{1,12}(?:\\.[0-9]{1,9})?S)?\
     |[0-9]{1,12}M(?:[0-9]{1,12}(?:\\.[0-9]{1,9})?S)?|[0-9]{1,12}(?:\\.[0-9]{1,9})?S))?\
     |T(?:[0-9]{1,12}H(?:[0-9]{1,12}M)?(?:[0-9]{1,12}(?:\\.[0-9]{1,9})?S)?\
     |[0-9]{1,12}M(?:[0-9]{1,12}(?:\\.[0-9]{1,9})?S)?|[0-9]{1,12}(?:\\.[0-9]{1,9})?S)))$",
);

/// With 64 characters, the greatest sum of spans is far below what a `Duration` holds.
const LEN_MAX: u64 = 64;

impl AsText for Duration {
    const SPEC: &'static TextSpec = &TextSpec {
        expected: "a duration such as \"5s\"",
        format: None,
        pattern: Some(&PATTERN),
        len: Some((1, LEN_MAX)),
        check: Some(is_text::<Self>),
        canonical: Some(canonical_text::<Self>),
        magnitude: Some(nanoseconds),
    };
    const EXACT: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let nanoseconds = u128::try_from(nanoseconds(text)?).ok()?;
        let seconds = u64::try_from(nanoseconds / SECOND).ok()?;
        Some(Self::new(seconds, u32::try_from(nanoseconds % SECOND).ok()?))
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        let mut left = self.as_nanos();
        if left == 0 {
            return Some(Cow::Borrowed("0s"));
        }
        let mut text = String::new();
        for (unit, size) in UNITS {
            let count = left / size;
            left %= size;
            if count > 0 {
                write!(text, "{count}{unit}").ok()?;
            }
        }
        // A span beyond twelve digits of weeks could not be read back.
        nanoseconds(&text).map(|_| Cow::Owned(text))
    }

    fn magnitude(&self) -> Option<i128> {
        i128::try_from(self.as_nanos()).ok()
    }
}

impl Bounded for Duration {}

crate::param_of_text!(Duration);

const SECOND: u128 = 1_000_000_000;

const UNITS: [(&str, u128); 8] = [
    ("w", 604_800 * SECOND),
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// The nanoseconds of a text, if it has the form of [`PATTERN`].
fn nanoseconds(text: &str) -> Option<i128> {
    if text.len() as u64 > LEN_MAX {
        return None;
    }
    match text.strip_prefix('P') {
        Some(iso) => iso_nanoseconds(iso),
        None => unit_nanoseconds(text),
    }
}

fn unit_nanoseconds(text: &str) -> Option<i128> {
    let mut rest = text;
    let mut sum = 0;
    while !rest.is_empty() {
        let (count, after) = Count::read(rest)?;
        let unit_len = after.bytes().take_while(u8::is_ascii_lowercase).count();
        let (unit, after) = after.split_at(unit_len);
        let fraction_max = match unit {
            "us" | "ns" => 0,
            "ms" => 6,
            _ => 9,
        };
        sum += count.of(size_of(unit)?, fraction_max)?;
        rest = after;
    }
    (!text.is_empty()).then_some(sum)
}

fn size_of(unit: &str) -> Option<u128> {
    UNITS.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size)
}

/// ISO 8601 after the `P`: weeks alone, or days and a time.
fn iso_nanoseconds(text: &str) -> Option<i128> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date_sum = match (date.strip_suffix('W'), date.strip_suffix('D')) {
        (Some(weeks), _) if time.is_none() => whole(weeks)?.of(size_of("w")?, 0)?,
        (_, Some(days)) => whole(days)?.of(size_of("d")?, 0)?,
        _ if date.is_empty() && time.is_some() => 0,
        _ => return None,
    };
    match time {
        Some(time) => Some(date_sum + iso_time(time)?),
        None => Some(date_sum),
    }
}

fn iso_time(text: &str) -> Option<i128> {
    let mut rest = text;
    let mut sum = 0;
    for (unit, name, fraction_max) in [('H', "h", 0), ('M', "m", 0), ('S', "s", 9)] {
        let Some((count, after)) = Count::read(rest) else { break };
        if let Some(after) = after.strip_prefix(unit) {
            sum += count.of(size_of(name)?, fraction_max)?;
            rest = after;
        }
    }
    (!text.is_empty() && rest.is_empty()).then_some(sum)
}

fn whole(text: &str) -> Option<Count<'_>> {
    Count::read(text).filter(|(_, rest)| rest.is_empty()).map(|(count, _)| count)
}

/// A decimal number of at most twelve digits and a fraction of at most nine.
pub(super) struct Count<'a> {
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Count<'a> {
    /// The number at the start, and what comes after it.
    pub(super) fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let (whole, rest) = digits(text);
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(rest) => match digits(rest) {
                ("", _) => return None,
                split => split,
            },
            None => ("", rest),
        };
        (!whole.is_empty()).then_some((Self { whole, fraction }, rest))
    }

    /// How many digits stand before the point.
    pub(super) fn n_digits(&self) -> usize {
        self.whole.len()
    }

    /// How many digits stand after it.
    pub(super) fn n_fraction(&self) -> usize {
        self.fraction.len()
    }

    /// So many of a size; what is smaller than one is cut off.
    pub(super) fn of(&self, size: u128, fraction_max: usize) -> Option<i128> {
        if self.whole.len() > DIGITS_MAX || self.fraction.len() > fraction_max {
            return None;
        }
        self.times(size)
    }

    /// As [`Count::of`], where the caller has looked at the number of digits.
    pub(super) fn times(&self, size: u128) -> Option<i128> {
        let whole = self.whole.parse::<u128>().ok()?.checked_mul(size)?;
        let places = u32::try_from(self.fraction.len()).ok()?;
        let part = match self.fraction {
            "" => 0,
            fraction => fraction.parse::<u128>().ok()?.checked_mul(size)? / 10_u128.pow(places),
        };
        i128::try_from(whole.checked_add(part)?).ok()
    }
}

const DIGITS_MAX: usize = 12;

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AsText, Duration, PATTERN};

    #[test]
    fn a_duration_is_text_with_units() {
        let cases = [
            ("5s", Some(5_000)),
            ("1m30s", Some(90_000)),
            ("250ms", Some(250)),
            ("1.5s", Some(1_500)),
            ("PT5S", Some(5_000)),
            ("P1DT2H", Some(93_600_000)),
            ("P2W", Some(1_209_600_000)),
            ("PT0.25S", Some(250)),
            ("0s", Some(0)),
            ("", None),
            ("5", None),
            ("5 s", None),
            ("-5s", None),
            ("P", None),
            ("PT", None),
            ("P1M", None),
            ("P1WT1S", None),
            ("PT1S1M", None),
            ("1.s", None),
            (".5s", None),
            ("1.5us", None),
            ("1234567890123s", None),
        ];
        for (text, milliseconds) in cases {
            let expected = milliseconds.map(Duration::from_millis);
            assert_eq!(Duration::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for nanoseconds in [0, 1, 999, 1_000_001, 90_000_000_000, u64::MAX] {
            let duration = Duration::from_nanos(nanoseconds);
            let text = duration.write().expect("within twelve digits of weeks");
            assert_eq!(Duration::parse(&text), Some(duration), "{text}");
        }
        assert_eq!(Duration::MAX.write(), None);
    }

    proptest! {
        #[test]
        fn the_pattern_and_the_parser_agree(
            text in "P?([0-9]{0,13}([.][0-9]{0,10})?[smhdwnuPTHMDSW]{0,2}T?){0,4}",
        ) {
            let published = PATTERN.is_match(&text) && text.chars().count() <= 64;
            prop_assert_eq!(Duration::parse(&text).is_some(), published, "{}", text);
        }
    }
}
