//! Types of other crates, each behind the feature of its crate's name.
//!
//! Each has a published pattern beside its `format`. What a pattern cannot say (a zone that
//! does not exist) is refused with the code `rule`.

#[cfg(any(feature = "chrono", feature = "jiff"))]
mod moment;

#[cfg(feature = "chrono")]
mod chrono;

#[cfg(feature = "jiff")]
mod jiff;

#[cfg(feature = "url")]
mod url;

#[cfg(feature = "uuid")]
mod uuid;
