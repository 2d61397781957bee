//! Durations, rates, sizes and days, as a declaration writes them.

use std::time::Duration;

/// Reads `5s`, `100ms`, `1m30s`, `1.5h`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = split_at_end_of(rest, |c| c.is_ascii_digit() || c == '.')?;
        let (unit, after) = split_at_end_of(after, char::is_alphabetic)?;
        total = total.checked_add(times(number, nanos_of(unit)?)?)?;
        rest = after;
    }
    Some(total)
}

fn split_at_end_of(text: &str, belongs: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The nanoseconds of a unit.
fn nanos_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" => 1_000,
        "ms" => 1_000_000,
        "s" | "sec" | "second" | "seconds" => 1_000_000_000,
        "m" | "min" | "minute" | "minutes" => 60_000_000_000,
        "h" | "hour" | "hours" => 3_600_000_000_000,
        "d" | "day" | "days" => 86_400_000_000_000,
        _ => return None,
    })
}

fn times(number: &str, unit_nanos: u64) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    let mut nanos = whole.checked_mul(unit_nanos)?;
    if number.contains('.') {
        let digits: u64 = fraction.parse().ok()?;
        let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let part = u128::from(digits) * u128::from(unit_nanos) / u128::from(scale);
        nanos = nanos.checked_add(u64::try_from(part).ok()?)?;
    }
    Some(Duration::from_nanos(nanos))
}

/// Reads `60/min`, `10/s`, `5/10s`: the calls, and the span they are counted in.
pub(crate) fn rate(text: &str) -> Option<(u32, Duration)> {
    let (calls, per) = text.split_once('/')?;
    let calls: u32 = calls.trim().parse().ok()?;
    let per = per.trim();
    let per = match nanos_of(per) {
        Some(nanos) => Duration::from_nanos(nanos),
        None => duration(per)?,
    };
    (calls > 0 && per > Duration::ZERO).then_some((calls, per))
}

/// Reads `512`, `64KiB`, `1MiB`, `10MB` as bytes.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor: u64 = match unit.trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
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
            ("2 days", None),
            ("5", None),
            ("", None),
            ("s", None),
            ("5 s", None),
            ("1.s", None),
            ("99999999999999999999s", None),
            ("999999999999d", None),
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
            ("512", Some(512)),
            ("64KiB", Some(65_536)),
            ("1 MiB", Some(1 << 20)),
            ("10MB", Some(10_000_000)),
            ("1GiB", Some(1 << 30)),
            ("1GB", Some(1_000_000_000)),
            ("2kB", Some(2_000)),
            ("MiB", None),
            ("1TiB", None),
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
