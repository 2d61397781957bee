//! Numbers of bytes as text: `10MiB`, `1kB`.

use std::borrow::Cow;
use std::fmt;

use super::super::as_text::{AsText, canonical_text, is_text};
use super::super::{Bounded, Pattern, TextSpec};
use super::duration::Count;

/// A number of bytes, written with its unit: `512B`, `1kB` (1,000), `10MiB` (10 × 1,024²).
///
/// ```
/// use arsenal_core::params::ByteSize;
///
/// assert_eq!(ByteSize::bytes(10 << 20).to_string(), "10MiB");
/// assert_eq!(ByteSize::bytes(1_500).to_string(), "1500B");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes.
    #[must_use]
    pub const fn bytes(n_bytes: u64) -> Self {
        Self(n_bytes)
    }

    /// How many bytes.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The greatest unit that divides it, with no more digits than are read back.
        let units: [(&str, u64, u64); 4] = [
            ("TiB", 1 << 40, 1_000_000),
            ("GiB", 1 << 30, 1_000_000_000),
            ("MiB", 1 << 20, 1_000_000_000_000),
            ("KiB", 1 << 10, 1_000_000_000_000),
        ];
        let (unit, size, _) = units
            .into_iter()
            .find(|(_, size, limit)| {
                self.0 >= *size && self.0.is_multiple_of(*size) && self.0 / size < *limit
            })
            .unwrap_or(("B", 1, u64::MAX));
        write!(f, "{}{unit}", self.0 / size)
    }
}

static PATTERN: Pattern = Pattern::new(
    "^(?:[0-9]{1,19}B|[0-9]{1,12}(?:\\.[0-9]{1,9})?(?:kB|KiB|MB|MiB)\
     |[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:GB|GiB)|[0-9]{1,6}(?:\\.[0-9]{1,9})?(?:TB|TiB))$",
);

impl AsText for ByteSize {
    const SPEC: &'static TextSpec = &TextSpec {
        expected: "a size such as \"10MiB\"",
        pattern: Some(&PATTERN),
        check: Some(is_text::<Self>),
        canonical: Some(canonical_text::<Self>),
        magnitude: Some(n_bytes),
        ..TextSpec::ANY
    };
    const EXACT: bool = true;

    fn parse(text: &str) -> Option<Self> {
        n_bytes(text).and_then(|n_bytes| u64::try_from(n_bytes).ok()).map(Self)
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.to_string())).filter(|text| n_bytes(text).is_some())
    }

    fn magnitude(&self) -> Option<i128> {
        Some(i128::from(self.0))
    }
}

impl Bounded for ByteSize {}

crate::param_of_text!(ByteSize);

/// The bytes of a text, if it has the form of [`PATTERN`].
fn n_bytes(text: &str) -> Option<i128> {
    let (count, unit) = Count::read(text)?;
    let (size, digits_max) = match unit {
        "B" => (1, 19),
        "kB" => (1_000, 12),
        "KiB" => (1 << 10, 12),
        "MB" => (1_000_000, 12),
        "MiB" => (1 << 20, 12),
        "GB" => (1_000_000_000, 9),
        "GiB" => (1 << 30, 9),
        "TB" => (1_000_000_000_000, 6),
        "TiB" => (1 << 40, 6),
        _ => return None,
    };
    let fraction_max = if unit == "B" { 0 } else { 9 };
    let fits = count.n_digits() <= digits_max && count.n_fraction() <= fraction_max;
    fits.then(|| count.times(size)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AsText, ByteSize, PATTERN};

    #[test]
    fn a_size_is_text_with_a_unit() {
        let cases = [
            ("10MiB", Some(10 << 20)),
            ("1kB", Some(1_000)),
            ("1.5KiB", Some(1_536)),
            ("0B", Some(0)),
            ("9999999999999999999B", Some(9_999_999_999_999_999_999)),
            ("999999.999999999TiB", Some(1_099_511_627_775_998_900)),
            ("10", None),
            ("10 MiB", None),
            ("10mib", None),
            ("1.5B", None),
            ("-1B", None),
        ];
        for (text, expected) in cases {
            assert_eq!(ByteSize::parse(text).map(ByteSize::as_u64), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_pattern_and_the_parser_agree(text in "[0-9]{0,20}([.][0-9]{0,10})?[kKMGTB]{0,1}i?B?") {
            prop_assert_eq!(ByteSize::parse(&text).is_some(), PATTERN.is_match(&text), "{}", text);
        }

        #[test]
        fn what_is_written_is_read_back(n_bytes in 0_u64..1 << 62) {
            let size = ByteSize::bytes(n_bytes);
            let text = size.write().expect("fewer than twenty digits");
            prop_assert_eq!(ByteSize::parse(&text), Some(size));
        }
    }
}
