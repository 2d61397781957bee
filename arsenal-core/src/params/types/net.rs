//! Internet addresses, by patterns that admit exactly what the standard library reads.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::as_text::{AsText, canonical_text, is_text};
use super::super::{Pattern, TextSpec, Textual};

macro_rules! v4 {
    () => {
        "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}\
         (?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    };
}

macro_rules! group {
    () => {
        "[0-9A-Fa-f]{1,4}"
    };
}

// `head!("1,5")` is one to five groups before a colon each, `tail!` the same after.
macro_rules! head {
    ($count:literal) => {
        concat!("(?:", group!(), ":){", $count, "}")
    };
}

macro_rules! tail {
    ($count:literal) => {
        concat!("(?::", group!(), "){", $count, "}")
    };
}

macro_rules! v6 {
    () => {
        concat!(
            "(?:",
            concat!(head!("7"), group!(), "|"),
            concat!(head!("1,7"), ":|"),
            concat!(head!("1,6"), ":", group!(), "|"),
            concat!(head!("1,5"), tail!("1,2"), "|"),
            concat!(head!("1,4"), tail!("1,3"), "|"),
            concat!(head!("1,3"), tail!("1,4"), "|"),
            concat!(head!("1,2"), tail!("1,5"), "|"),
            concat!(head!("1"), tail!("1,6"), "|"),
            concat!(":(?:", tail!("1,7"), "|:)|"),
            concat!("(?:", head!("6"), "|"),
            concat!(head!("1,5"), ":|"),
            concat!(head!("1,4"), tail!("1"), ":|"),
            concat!(head!("1,3"), tail!("1,2"), ":|"),
            concat!(head!("1,2"), tail!("1,3"), ":|"),
            concat!(head!("1"), tail!("1,4"), ":|"),
            concat!(":", tail!("0,5"), ":)"),
            v4!(),
            ")"
        )
    };
}

macro_rules! port {
    () => {
        "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}|0)"
    };
}

macro_rules! address {
    ($Type:ty, $expected:literal, $format:expr, $pattern:expr) => {
        const _: () = {
            static PATTERN: Pattern = Pattern::new($pattern);

            impl AsText for $Type {
                const SPEC: &'static TextSpec = &TextSpec {
                    expected: $expected,
                    format: $format,
                    pattern: Some(&PATTERN),
                    check: Some(is_text::<Self>),
                    canonical: Some(canonical_text::<Self>),
                    ..TextSpec::ANY
                };
                const EXACT: bool = true;

                fn parse(text: &str) -> Option<Self> {
                    parse(text)
                }

                fn write(&self) -> Option<Cow<'_, str>> {
                    write(self.to_string())
                }
            }

            impl Textual for $Type {}

            crate::param_of_text!($Type);
        };
    };
}

address!(IpAddr, "an IP address", None, concat!("^(?:", v4!(), "|", v6!(), ")$"));
address!(Ipv4Addr, "an IPv4 address", Some("ipv4"), concat!("^", v4!(), "$"));
address!(Ipv6Addr, "an IPv6 address", Some("ipv6"), concat!("^", v6!(), "$"));
address!(
    SocketAddr,
    "an IP address and port such as \"127.0.0.1:80\"",
    None,
    concat!("^(?:", v4!(), "|\\[", v6!(), "\\]):", port!(), "$")
);

/// The standard library also reads a zone (`%1`) and a port with zeros in front.
fn parse<T: std::str::FromStr>(text: &str) -> Option<T> {
    let port = text.rsplit(':').next().unwrap_or_default();
    let zeros_in_front = text.contains(['.', ']']) && port.len() > 1 && port.starts_with('0');
    let odd = text.contains('%') || (zeros_in_front && !port.contains('.'));
    (!odd).then(|| text.parse().ok()).flatten()
}

/// A zone is not written: no text that has one is read.
fn write(text: String) -> Option<Cow<'static, str>> {
    (!text.contains('%')).then_some(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agree<T: AsText>(text: &str) -> bool {
        let published = T::SPEC.pattern.is_some_and(|pattern| pattern.is_match(text));
        T::parse(text).is_some() == published
    }

    #[test]
    fn addresses_are_read_as_published() {
        let cases = [
            ("127.0.0.1", true),
            ("01.2.3.4", false),
            ("256.1.1.1", false),
            ("::", true),
            ("::1", true),
            ("1:2:3:4:5:6:7::", true),
            ("1:2:3:4:5:6:7:8", true),
            ("1::2::3", false),
            ("::ffff:1.2.3.4", true),
            ("1:2:3:4:5:6:1.2.3.4", true),
            ("1:2:3:4:5::1.2.3.4", true),
            ("1:2:3:4:5:6::1.2.3.4", false),
            ("fe80::1%1", false),
            ("1:2:3:4:5:6:7::8", false),
        ];
        for (text, expected) in cases {
            assert_eq!(IpAddr::parse(text).is_some(), expected, "{text}");
            assert!(agree::<IpAddr>(text), "{text}");
        }
        for text in ["1.2.3.4:80", "[::1]:0", "1.2.3.4:080", "[::1%1]:1", "[::1]", "1.2.3.4:65536"]
        {
            assert!(agree::<SocketAddr>(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn patterns_and_parsers_agree(
            text in "([0-9a-fA-F]{0,5}:{0,2}){0,9}(([0-9]{1,3}[.]?){0,4})(:[0-9]{0,6})?",
        ) {
            prop_assert!(agree::<IpAddr>(&text), "{}", text);
            prop_assert!(agree::<Ipv4Addr>(&text), "{}", text);
            prop_assert!(agree::<Ipv6Addr>(&text), "{}", text);
            prop_assert!(agree::<SocketAddr>(&text), "{}", text);
            let bracketed = format!("[{text}]:80");
            prop_assert!(agree::<SocketAddr>(&bracketed), "{}", bracketed);
        }
    }
}
