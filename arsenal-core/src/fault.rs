//! What is wrong with a call's parameters, one fault at a time.

mod budget;

pub(crate) use budget::{Budget, cut};

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// Where: a JSON Pointer in wire names; empty for the whole input.
    pub pointer: String,
    /// The parameter's name, where it came from a path, a query string or a flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Which kind of fault: `type`, `required`, `unknown_field`, `min`, `pattern`, ….
    pub code: Cow<'static, str>,
    /// A sentence without a capital and a full stop: `must be a string`.
    pub detail: Cow<'static, str>,
    /// The constraint that was broken and its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<BrokenConstraint>,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Cow<'static, str>>,
}

/// A schema keyword and the value that was broken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrokenConstraint {
    /// The declaration's key: `min`, `max_len`, `one_of`, ….
    pub name: &'static str,
    /// Its value.
    pub value: Value,
}

impl Fault {
    /// A fault at a JSON Pointer.
    #[must_use]
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            parameter: None,
            code: code.into(),
            detail: detail.into(),
            constraint: None,
            suggestion: None,
        }
    }

    /// A fault of a parameter in a path, a query string or a flag, whatever its name holds.
    ///
    /// ```
    /// use arsenal_core::Fault;
    ///
    /// let fault = Fault::of_parameter("a/b", "unknown_field", "is not known");
    /// assert_eq!(fault.pointer, "/a~1b");
    /// assert_eq!(fault.parameter.as_deref(), Some("a/b"));
    /// ```
    #[must_use]
    pub fn of_parameter(
        name: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let name = name.into();
        let fault = Self::new(format!("/{}", escape(&name)), code, detail);
        Self { parameter: Some(name), ..fault }
    }

    /// The field of the input in which it is, by its name; `None` where it is of the whole.
    #[must_use]
    pub fn field(&self) -> Option<Cow<'_, str>> {
        self.pointer.split('/').nth(1).map(unescape)
    }
}

/// A custom validator's refusal.
///
/// ```
/// use arsenal_core::Invalid;
///
/// fn range(from: u32, to: u32) -> Result<(), Invalid> {
///     if from > to {
///         return Err(Invalid::new("`from` must not be after `to`").at("from").at("to"));
///     }
///     Ok(())
/// }
///
/// assert_eq!(range(3, 1).unwrap_err().fields().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    message: Cow<'static, str>,
    fields: Vec<Cow<'static, str>>,
}

impl Invalid {
    /// A refusal with a sentence for the caller; it must hold nothing secret.
    #[must_use]
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), fields: Vec::new() }
    }

    /// Names a field that takes part, by its wire name.
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(field.into());
        self
    }

    /// The fields that take part.
    #[must_use]
    pub fn fields(&self) -> &[Cow<'static, str>] {
        &self.fields
    }

    /// The fault at the value whose pointer is `at`: of one field, at that field; of several,
    /// at the struct that holds them, with their names as data.
    #[must_use]
    pub fn into_fault(self, at: &str) -> Fault {
        let mut fault = Fault::new(at, "rule", self.message);
        if let [field] = self.fields.as_slice() {
            fault.pointer = format!("{at}/{}", escape(field));
        } else if !self.fields.is_empty() {
            let value = self.fields.iter().map(|field| Value::from(field.as_ref())).collect();
            fault.constraint = Some(BrokenConstraint { name: "fields", value });
        }
        fault
    }
}

/// A segment of a JSON Pointer, escaped (RFC 6901).
pub(crate) fn escape(segment: &str) -> Cow<'_, str> {
    if segment.bytes().any(|byte| byte == b'~' || byte == b'/') {
        Cow::Owned(segment.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// What an escaped segment stands for.
fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn the_field_of_a_fault_is_named_as_in_the_input() {
        let cases = [("", None), ("/a/b", Some("a")), ("/a~1b~0c", Some("a/b~c")), ("/", Some(""))];
        for (pointer, expected) in cases {
            let fault = Fault::new(pointer, "rule", "");
            assert_eq!(fault.field().as_deref(), expected, "{pointer}");
        }
    }
}
