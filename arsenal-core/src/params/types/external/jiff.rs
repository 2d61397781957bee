//! Dates and times of jiff.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, Zoned};

use super::super::super::as_text::{AsText, canonical_text, is_text};
use super::super::super::{Pattern, TextSpec, Textual};
use super::moment::{date, moment, offset, time};

moment!(
    Timestamp,
    "a time such as \"2027-01-31T12:00:00Z\"",
    Some("date-time"),
    concat!("^", date!(), "T", time!(), offset!(), "$"),
    |timestamp| timestamp.to_string()
);
moment!(Date, "a date such as \"2027-01-31\"", Some("date"), concat!("^", date!(), "$"), |date| {
    date.to_string()
});
moment!(Time, "a time of day such as \"12:00:00\"", None, concat!("^", time!(), "$"), |time| time
    .to_string());
moment!(
    DateTime,
    "a date and time such as \"2027-01-31T12:00:00\"",
    None,
    concat!("^", date!(), "T", time!(), "$"),
    |moment| moment.to_string()
);
moment!(
    Zoned,
    "a time with its zone such as \"2027-01-31T12:00:00+01:00[Europe/Paris]\"",
    None,
    concat!("^", date!(), "T", time!(), offset!(), "?\\[[A-Za-z0-9_+/.-]+\\]$"),
    |zoned| zoned.to_string()
);
