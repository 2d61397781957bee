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

#[cfg(test)]
mod tests {
    use serde::ser::Serializer;

    use super::*;
    use crate::params::{Param, ParamWith, Secret, Shape};

    /// Texts of lower case: what its shape says is not all.
    struct Lower;

    impl ParamWith<String> for Lower {
        const SHAPE: &'static Shape = String::SHAPE;

        fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
            let text = String::decode(deserializer)?;
            match text.chars().all(char::is_lowercase) {
                true => Ok(text),
                false => Err(serde::de::Error::custom(format_args!("{text} is not lower case"))),
            }
        }

        fn encode<S: Serializer>(value: &String, serializer: S) -> Result<S::Ok, S::Error> {
            value.encode(serializer)
        }
    }

    /// A name.
    #[derive(Debug, arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Named {
        /// The name.
        #[param(with = Lower)]
        name: String,
    }

    /// A name and a secret.
    #[derive(Debug, arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Login {
        /// The name.
        #[param(with = Lower)]
        name: String,
        /// The keys.
        keys: Vec<Option<Secret<u8>>>,
    }

    #[test]
    fn bytes_are_read_as_their_text() {
        let named: Named = read_bytes(br#"{"name": "ann"}"#).expect("a name");
        assert_eq!(named.name, "ann");
        let error = read_bytes::<Named>(b"{\"name\": \"\xff\"}").expect_err("not UTF-8");
        assert_eq!(error.sentence(), "the body is not UTF-8: byte 10 is out of place");
    }

    #[test]
    fn what_only_the_decoder_refuses_is_told_in_its_words_unless_they_could_be_a_secret() {
        let error = read::<Named>(r#"{"name": "Ann"}"#).expect_err("upper case");
        let fault = &error.faults()[0];
        assert_eq!((fault.pointer.as_str(), fault.code.as_ref()), ("", "rule"));
        assert_eq!(fault.detail, "cannot be read: Ann is not lower case at line 1 column 15");
        let error = read::<Login>(r#"{"name": "Ann", "keys": [1]}"#).expect_err("upper case");
        assert_eq!(error.faults()[0].detail, "is not accepted");
    }
}
