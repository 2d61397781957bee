//! Durations, rates, sizes and days, as a declaration writes them.
//!
//! A duration or a size is written here as a caller writes one: the grammar is that of core's
//! types, but for ISO 8601, and a test that crosses the crates holds the two readers together.

use std::time::Duration;

/// As long a text as core reads.
const LEN_MAX: usize = 64;

const SECOND: u128 = 1_000_000_000;

/// Reads `5s`, `100ms`, `1m30s`, `1.5h`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    if text.is_empty() || text.len() > LEN_MAX {
        return None;
    }
    let mut rest = text;
    let mut nanos = 0;
    while !rest.is_empty() {
        let (count, after) = Count::read(rest)?;
        let (unit, after) = split(after, |byte| byte.is_ascii_lowercase());
        let (size, fraction_max) = match unit {
            "ns" => (1, 0),
            "us" => (1_000, 0),
            "ms" => (1_000_000, 6),
            "s" => (SECOND, 9),
            "m" => (60 * SECOND, 9),
            "h" => (3_600 * SECOND, 9),
            "d" => (86_400 * SECOND, 9),
            "w" => (604_800 * SECOND, 9),
            _ => return None,
        };
        nanos += count.of(size, (12, fraction_max))?;
        rest = after;
    }
    let seconds = u64::try_from(nanos / SECOND).ok()?;
    Some(Duration::new(seconds, u32::try_from(nanos % SECOND).ok()?))
}

/// Reads `512B`, `64KiB`, `1.5MiB`, `10MB` as bytes.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let (count, unit) = Count::read(text)?;
    let (size, digits_max) = match unit {
        "B" => (1, (19, 0)),
        "kB" => (1_000, (12, 9)),
        "KiB" => (1 << 10, (12, 9)),
        "MB" => (1_000_000, (12, 9)),
        "MiB" => (1 << 20, (12, 9)),
        "GB" => (1_000_000_000, (9, 9)),
        "GiB" => (1 << 30, (9, 9)),
        "TB" => (1_000_000_000_000, (6, 9)),
        "TiB" => (1 << 40, (6, 9)),
        _ => return None,
    };
    count.of(size, digits_max).and_then(|bytes| u64::try_from(bytes).ok())
}

/// A decimal number.
struct Count<'a> {
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Count<'a> {
    /// The number at the start, and what comes after it.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let (whole, rest) = split(text, is_digit);
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(rest) => Some(split(rest, is_digit)).filter(|(digits, _)| !digits.is_empty())?,
            None => ("", rest),
        };
        (!whole.is_empty()).then_some((Self { whole, fraction }, rest))
    }

    /// So many of a size, with so many digits before and after the point; what is smaller than
    /// one is cut off.
    fn of(&self, size: u128, (whole_max, fraction_max): (usize, usize)) -> Option<u128> {
        if self.whole.len() > whole_max || self.fraction.len() > fraction_max {
            return None;
        }
        let whole = self.whole.parse::<u128>().ok()? * size;
        if self.fraction.is_empty() {
            return Some(whole);
        }
        let scale = 10_u128.pow(u32::try_from(self.fraction.len()).ok()?);
        Some(whole + self.fraction.parse::<u128>().ok()? * size / scale)
    }
}

fn split(text: &str, belongs: impl Fn(&u8) -> bool) -> (&str, &str) {
    text.split_at(text.bytes().take_while(belongs).count())
}

/// Reads `60/min`, `10/s`, `5/10s`: the calls, and the span they are counted in.
pub(crate) fn rate(text: &str) -> Option<(u32, Duration)> {
    let (calls, per) = text.split_once('/')?;
    let calls: u32 = calls.trim().parse().ok()?;
    let per = match per.trim() {
        "s" | "sec" | "second" => Duration::from_secs(1),
        "m" | "min" | "minute" => Duration::from_secs(60),
        "h" | "hour" => Duration::from_secs(3_600),
        "d" | "day" => Duration::from_secs(86_400),
        span => duration(span)?,
    };
    (calls > 0 && per > Duration::ZERO).then_some((calls, per))
}

/// Whether the text is a day such as `2027-01-31`.
pub(crate) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let sized = [(*year, 4), (*month, 2), (*day, 2)]
        .iter()
        .all(|(part, len)| part.len() == *len && part.bytes().all(|b| b.is_ascii_digit()));
    if !sized {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        let cases = [
            ("5s", Some(5_000)),
            ("100ms", Some(100)),
            ("1m30s", Some(90_000)),
            ("1.5h", Some(5_400_000)),
            ("2w", Some(1_209_600_000)),
            ("2 days", None),
            ("5", None),
            ("", None),
            ("s", None),
            ("5 s", None),
            ("1.s", None),
            ("5min", None),
            ("2hours", None),
            ("5µs", None),
            ("1234567890123s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(duration(text), expected.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn rates_are_read() {
        let cases = [
            ("60/min", Some((60, 60))),
            ("10/s", Some((10, 1))),
            ("5/10s", Some((5, 10))),
            ("1 / hour", Some((1, 3_600))),
            ("0/min", None),
            ("60", None),
            ("60/fortnight", None),
            ("-1/s", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(calls, secs)| (calls, Duration::from_secs(secs)));
            assert_eq!(rate(text), expected, "{text}");
        }
    }

    #[test]
    fn sizes_are_read() {
        let cases = [
            ("512B", Some(512)),
            ("64KiB", Some(65_536)),
            ("1.5KiB", Some(1_536)),
            ("1TiB", Some(1 << 40)),
            ("512", None),
            ("1 MiB", None),
            ("1KB", None),
            ("10MB", Some(10_000_000)),
            ("1GiB", Some(1 << 30)),
            ("1GB", Some(1_000_000_000)),
            ("2kB", Some(2_000)),
            ("MiB", None),
        ];
        for (text, expected) in cases {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn days_are_read() {
        let cases = [
            ("2027-01-01", true),
            ("2028-02-29", true),
            ("2027-02-29", false),
            ("2027-04-31", false),
            ("2027-13-01", false),
            ("27-01-01", false),
            ("2027-1-1", false),
            ("soon", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_day(text), expected, "{text}");
        }
    }
}
