//! Strings of a path and a query: percent-encoding undone, or refused.

/// The segment or the value, decoded; `None` where an escape is not one, or the bytes are not
/// UTF-8.
pub(crate) fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The names and values of a query string, in their order; `None` where one cannot be decoded.
///
/// A list between commas is taken apart before it is decoded: a comma that was encoded belongs to
/// its element.
pub(crate) fn pairs(query: &str, is_list: impl Fn(&str) -> bool) -> Option<Vec<(String, String)>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name, true)?;
            let value = if is_list(&name) { list(value, true)? } else { decode(value, true)? };
            Some((name, value))
        })
        .collect()
}

/// A list between commas, its elements decoded and their own commas marked, as core takes them.
pub(crate) fn list(value: &str, plus_is_space: bool) -> Option<String> {
    let marked = |element: &str| {
        Some(decode(element, plus_is_space)?.replace('\\', r"\\").replace(',', r"\,"))
    };
    let elements: Option<Vec<_>> = value.split(',').map(marked).collect();
    Some(elements?.join(","))
}

/// A value as a segment of a path.
pub(crate) fn encode(segment: &str) -> String {
    let mut text = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            other => {
                text.push('%');
                text.push(char::from(DIGITS[usize::from(other >> 4)]));
                text.push(char::from(DIGITS[usize::from(other & 15)]));
            }
        }
    }
    text
}

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_pairs_or_cannot_be_read() {
        let cases = [
            ("", Some(vec![])),
            ("a=1&b=2", Some(vec![("a", "1"), ("b", "2")])),
            ("a=1&a=2", Some(vec![("a", "1"), ("a", "2")])),
            ("a&&b=", Some(vec![("a", ""), ("b", "")])),
            ("a=x+y%20z%2B", Some(vec![("a", "x y z+")])),
            ("a=b=c", Some(vec![("a", "b=c")])),
            ("%C3%A9=%e2%82%ac", Some(vec![("é", "€")])),
            ("a=x,y%2Cz", Some(vec![("a", "x,y,z")])),
            ("list=x,y%2cz,%5C", Some(vec![("list", r"x,y\,z,\\")])),
            ("list=x,%zz", None),
            ("a=%zz", None),
            ("a=%ff", None),
        ];
        for (query, expected) in cases {
            let found = pairs(query, |name| name == "list");
            let found = found.as_ref().map(|all| {
                all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
            });
            assert_eq!(found, expected, "{query}");
        }
    }

    #[test]
    fn a_segment_survives_its_way_through_a_path() {
        for text in ["a", "a/b", "a b+c%", "é€", "<0.4.0>", "..", ""] {
            assert_eq!(decode(&encode(text), false).as_deref(), Some(text), "{text}");
        }
        assert_eq!(decode("a+b", false).as_deref(), Some("a+b"), "a plus in a path is a plus");
        assert_eq!(decode("a%2", false), None, "an escape has two digits");
    }
}
