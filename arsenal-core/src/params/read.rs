//! The one way from JSON text to a struct of parameters.
//!
//! Good input is decoded straight from the text and checked as typed values; only a refusal
//! reads the text a second time, to tell every fault.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer as JsonDeserializer;

use super::generated::{Key, decode_struct};
use super::{Params, StructSpec, walk};
use crate::codes;
use crate::error::Error;
use crate::fault::Fault;

/// Reads parameters from JSON text.
///
/// # Errors
///
/// Malformed where the text is not JSON; validation, with every fault, where it breaks the
/// declaration. The list of faults is never empty.
pub fn read<T: Params>(text: &str) -> Result<T, Error> {
    let mut json = JsonDeserializer::from_str(text);
    let decoded = decode_struct(&mut json).and_then(|value: T| json.end().map(|()| value));
    match decoded {
        Ok(value) if value.fits() => Ok(value),
        Ok(_broken) => Err(refusal(text, T::table(), None)),
        Err(cause) => Err(refusal(text, T::table(), Some(&cause))),
    }
}

/// As [`read`], from bytes that are checked to be UTF-8 once.
///
/// # Errors
///
/// As [`read`]; bytes that are not UTF-8 are malformed.
pub fn read_bytes<T: Params>(bytes: &[u8]) -> Result<T, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text),
        Err(cause) => Err(codes::MALFORMED_JSON
            .error(format!("the body is not UTF-8: byte {} is out of place", cause.valid_up_to()))),
    }
}

/// Why the text is not the parameters of the table; `cause` is what the decoder said.
#[cold]
pub(crate) fn refusal(
    text: &str,
    table: &'static StructSpec,
    cause: Option<&serde_json::Error>,
) -> Error {
    if let Some(cause) = cause.filter(|cause| !cause.is_data()) {
        return malformed(cause);
    }
    match walk::faults(text, table) {
        Err(cause) => malformed(&cause),
        Ok(found) if found.faults.is_empty() => {
            let fault = match cause.filter(|_| !walk::holds_secret(table)) {
                Some(cause) => Fault::new("", "rule", format!("cannot be read: {cause}")),
                None => Fault::new("", "rule", "is not accepted"),
            };
            Error::invalid(vec![fault])
        }
        Ok(found) => found.into_error(),
    }
}

/// The refusal of a text that is not JSON.
pub(crate) fn malformed(cause: &serde_json::Error) -> Error {
    let text = cause.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    let (line, column) = (cause.line(), cause.column());
    codes::MALFORMED_JSON
        .error(format!("the input is not JSON: {what} (line {line}, column {column})"))
        .with_detail("line", line)
        .with_detail("column", column)
}

/// Whether the text is JSON: every string readable, every number finite, not too deep.
///
/// # Errors
///
/// The parser's own, with line and column.
pub(crate) fn syntax(text: &str) -> Result<(), serde_json::Error> {
    let mut json = JsonDeserializer::from_str(text);
    Skip::deserialize(&mut json)?;
    json.end()
}

/// A value that is read and thrown away, as strictly as one that is kept: an ignored number
/// must be finite too, so that "this is JSON" never depends on who reads it.
pub(crate) struct Skip;

impl<'de> Deserialize<'de> for Skip {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_key::<Key<'de>>()?.is_some() {
            map.next_value::<Self>()?;
        }
        Ok(self)
    }
}
