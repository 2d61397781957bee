//! Texts of dates and times as RFC 3339 writes them: patterns that know the length of a month.

/// A day; the twenty-ninth of February only in a leap year.
macro_rules! date {
    () => {
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])\
         |(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))\
         |(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
    };
}

/// A time of day; there is no sixtieth second.
macro_rules! time {
    () => {
        "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?"
    };
}

/// `Z`, or hours and minutes.
macro_rules! offset {
    () => {
        "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
    };
}

/// A type with `FromStr` and `Display` for such a text.
macro_rules! moment {
    ($Type:ty, $expected:literal, $format:expr, $pattern:expr, $write:expr) => {
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

                fn parse(text: &str) -> Option<Self> {
                    text.parse().ok()
                }

                fn write(&self) -> Option<Cow<'_, str>> {
                    let write: fn(&Self) -> String = $write;
                    Some(Cow::Owned(write(self)))
                }
            }

            impl Textual for $Type {}

            crate::param_of_text!($Type);
        };
    };
}

pub(super) use {date, moment, offset, time};
