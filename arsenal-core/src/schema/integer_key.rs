//! Integers as keys of an object: a pattern for a range, since a key is a text.

/// A pattern that admits the integers of a range in their only form (`0`, `-1`, `42`).
///
/// The range holds zero, or begins at one: the integer types have no other.
pub(super) fn pattern(min: i128, max: i128) -> String {
    let mut forms = Vec::new();
    if min <= 0 {
        forms.push("0".to_owned());
    }
    if max > 0 {
        forms.push(up_to(max.unsigned_abs()));
    }
    if min < 0 {
        forms.push(format!("-(?:{})", up_to(min.unsigned_abs())));
    }
    format!("^(?:{})$", forms.join("|"))
}

/// From one to the limit, without a zero in front.
fn up_to(limit: u128) -> String {
    let digits = limit.to_string();
    let len = digits.len();
    let mut forms = Vec::new();
    if len > 1 {
        forms.push(format!("[1-9]{}", any(len - 2, 0)));
    }
    for (at, digit) in digits.bytes().enumerate() {
        let least = if at == 0 { b'1' } else { b'0' };
        if least < digit {
            let below = char::from(digit - 1);
            let least = char::from(least);
            let rest = len - at - 1;
            forms.push(format!("{}[{least}-{below}]{}", &digits[..at], any(rest, rest)));
        }
    }
    forms.push(digits);
    forms.join("|")
}

fn any(max: usize, min: usize) -> String {
    match (min, max) {
        (_, 0) => String::new(),
        (min, max) if min == max => format!("[0-9]{{{max}}}"),
        (min, max) => format!("[0-9]{{{min},{max}}}"),
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::pattern;

    #[test]
    fn the_pattern_admits_the_range_and_nothing_else() {
        let ranges = [
            (0, i128::from(u8::MAX)),
            (1, 255),
            (i128::from(i8::MIN), i128::from(i8::MAX)),
            (i128::from(i16::MIN), 32_767),
            (0, i128::from(u64::MAX)),
        ];
        for (min, max) in ranges {
            let regex = Regex::new(&pattern(min, max)).expect("a pattern of ours");
            let near = |value: i128| value.saturating_sub(300)..value.saturating_add(300);
            for value in near(min).chain(near(0)).chain(near(max)).chain(near(max / 10)) {
                let expected = min <= value && value <= max;
                assert_eq!(regex.is_match(&value.to_string()), expected, "{value} {min}..={max}");
            }
            for text in ["", "-0", "00", "01", "+1", "1.0", " 1", "-"] {
                assert!(!regex.is_match(text), "{text}");
            }
        }
    }
}
