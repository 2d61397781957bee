//! Dates and times of chrono, whose `Debug` is ISO 8601.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::super::super::as_text::{AsText, canonical_text, is_text};
use super::super::super::{Pattern, TextSpec, Textual};
use super::moment::{date, moment, offset, time};

moment!(
    DateTime<Utc>,
    "a time such as \"2027-01-31T12:00:00Z\"",
    Some("date-time"),
    concat!("^", date!(), "T", time!(), offset!(), "$"),
    |moment| format!("{moment:?}")
);
moment!(
    DateTime<FixedOffset>,
    "a time such as \"2027-01-31T12:00:00+01:00\"",
    Some("date-time"),
    concat!("^", date!(), "T", time!(), offset!(), "$"),
    |moment| format!("{moment:?}")
);
moment!(
    NaiveDate,
    "a date such as \"2027-01-31\"",
    Some("date"),
    concat!("^", date!(), "$"),
    |date| format!("{date:?}")
);
moment!(
    NaiveTime,
    "a time of day such as \"12:00:00\"",
    None,
    concat!("^", time!(), "$"),
    |time| format!("{time:?}")
);
moment!(
    NaiveDateTime,
    "a date and time such as \"2027-01-31T12:00:00\"",
    None,
    concat!("^", date!(), "T", time!(), "$"),
    |moment| format!("{moment:?}")
);
