//! Strings become JSON, guided by the table: from a path, a query string, a form or flags.
//!
//! The result is one JSON text, so that strings and bodies are judged by the same rules. A
//! string that does not fit its field is quoted: the walker then says what was expected.
//! JSON bodies are never coerced.

mod guide;

mod tree;

use std::borrow::Cow;

use guide::{Guide, Kind};
use tree::{Node, grow};

use super::read::{malformed, syntax};
use super::{ListStyle, StructSpec};
use crate::call::Input;
use crate::codes;
use crate::error::{Class, Error};

/// The input as one JSON text, by the table of a declared operation.
///
/// # Errors
///
/// [`Class::Malformed`] for a body that is not UTF-8, a scalar that is given twice, or names
/// without bound.
pub(crate) fn merge<'a>(
    table: &'static StructSpec,
    input: &'a Input,
) -> Result<Cow<'a, str>, Error> {
    merge_by(Guide::Table(table), input)
}

/// The input as one JSON text, by the schema of a dynamic operation.
///
/// # Errors
///
/// As [`merge`].
pub(crate) fn merge_by_schema<'a>(
    schema: &'a serde_json::Value,
    input: &'a Input,
) -> Result<Cow<'a, str>, Error> {
    merge_by(Guide::Schema(schema), input)
}

/// Whether the string of this name holds a list between commas.
pub(crate) fn is_between_commas(table: &'static StructSpec, name: &str) -> bool {
    let mut found = (Guide::Table(table), ListStyle::Repeat);
    for part in tree::path(name) {
        let Some(member) = found.0.member(part) else { return false };
        found = member;
    }
    found.1 == ListStyle::Comma
}

/// The refusal of a merged text in the terms of what was given: of each fault, whether its value
/// came as a string and under which name; of a body that is not JSON, the place in the body.
#[cold]
pub(crate) fn retold(mut error: Error, input: &Input) -> Error {
    if error.class() == Class::Malformed {
        let body = input.body.as_deref().and_then(|body| std::str::from_utf8(body).ok());
        return body.and_then(|body| syntax(body).err()).map_or(error, |cause| malformed(&cause));
    }
    for fault in error.faults_mut() {
        let Some(name) = fault.field().map(Cow::into_owned) else { continue };
        let from_string = |(given, _): &(String, String)| {
            given.split('[').next().is_some_and(|given| given == name)
        };
        if input.strings.iter().any(from_string) {
            fault.parameter = Some(name);
        }
    }
    error
}

fn merge_by<'a>(guide: Guide<'a>, input: &'a Input) -> Result<Cow<'a, str>, Error> {
    let body = match &input.body {
        None => "{}",
        Some(bytes) => std::str::from_utf8(bytes).map_err(|cause| {
            codes::MALFORMED_JSON.error(format!(
                "the body is not UTF-8: byte {} is out of place",
                cause.valid_up_to()
            ))
        })?,
    };
    if input.strings.is_empty() {
        return Ok(Cow::Borrowed(body));
    }
    // A body that is no object is refused as it stands, whatever the strings say.
    let object = body.trim_matches([' ', '\t', '\r', '\n']);
    let Some(members) = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return Ok(Cow::Borrowed(body));
    };
    let mut text = String::with_capacity(body.len() + 32 * input.strings.len());
    text.push('{');
    write_members(&mut text, guide, &grow(&input.strings)?)?;
    if !members.trim_start_matches([' ', '\t', '\r', '\n']).is_empty() {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(members);
    }
    text.push('}');
    Ok(Cow::Owned(text))
}

fn write_members(
    text: &mut String,
    guide: Guide<'_>,
    members: &[(&str, Node<'_>)],
) -> Result<(), Error> {
    let mut first = true;
    for (name, node) in members {
        let member = guide.member(name);
        let kind = member.map_or(Kind::Any, |(guide, _)| guide.kind());
        if node.is_empty() && !matches!(kind, Kind::Word { plain: true } | Kind::Any) {
            continue;
        }
        if !first {
            text.push(',');
        }
        first = false;
        quote(text, name);
        text.push(':');
        let style = member.map_or(ListStyle::Repeat, |(_, style)| style);
        write_node(text, name, node, (member.map(|(guide, _)| guide), kind, style))?;
    }
    Ok(())
}

fn write_node(
    text: &mut String,
    name: &str,
    node: &Node<'_>,
    (guide, kind, style): (Option<Guide<'_>>, Kind<'_>, ListStyle),
) -> Result<(), Error> {
    match node {
        Node::Members(members) => {
            text.push('{');
            let guide = guide.unwrap_or(Guide::Nothing);
            write_members(text, guide, members)?;
            text.push('}');
        }
        Node::Values(values) => match kind {
            Kind::List(item) => {
                let all: Vec<Cow<'_, str>> = match style {
                    ListStyle::Repeat => values.iter().copied().map(Cow::Borrowed).collect(),
                    ListStyle::Comma => values.iter().copied().flat_map(elements).collect(),
                };
                text.push('[');
                for (at, value) in all.iter().enumerate() {
                    if at > 0 {
                        text.push(',');
                    }
                    write_scalar(text, value, item.kind());
                }
                text.push(']');
            }
            kind => match values.as_slice() {
                [value] => write_scalar(text, value, kind),
                _ => {
                    return Err(codes::PARAMETER_TWICE
                        .error(format!("the parameter `{name}` is given more than once"))
                        .with_detail("parameter", name));
                }
            },
        },
    }
    Ok(())
}

/// What stands between commas. A comma that belongs to an element stands behind a backslash, and so
/// does a backslash; before anything else a backslash is one.
fn elements(value: &str) -> Vec<Cow<'_, str>> {
    if !value.contains('\\') {
        return value.split(',').map(Cow::Borrowed).collect();
    }
    let (mut all, mut element) = (Vec::new(), String::new());
    let mut rest = value.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            ',' => all.push(Cow::Owned(std::mem::take(&mut element))),
            '\\' => element.push(rest.next_if(|next| matches!(next, ',' | '\\')).unwrap_or(char)),
            char => element.push(char),
        }
    }
    all.push(Cow::Owned(element));
    all
}

fn write_scalar(text: &mut String, value: &str, kind: Kind<'_>) {
    let bare = match kind {
        Kind::Bool => matches!(value, "true" | "false"),
        Kind::Integer => is_number(value) && !value.contains(['.', 'e', 'E']),
        Kind::Number => is_number(value),
        Kind::Foreign(foreign) => {
            // Only the type itself knows: as a text if it takes that, else as what it looks like.
            let mut quoted = String::new();
            quote(&mut quoted, value);
            !(foreign.check)(&quoted).is_empty()
                && (is_number(value) || matches!(value, "true" | "false"))
                && (foreign.check)(value).is_empty()
        }
        Kind::Word { .. } | Kind::List(_) | Kind::Any => false,
    };
    if bare { text.push_str(value) } else { quote(text, value) }
}

/// Whether the text is a number as JSON writes it, and one that can be held.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = digits.split(['.', 'e', 'E']).next().unwrap_or_default();
    let led = whole.len() > 1 && whole.starts_with('0');
    !led && whole.bytes().all(|byte| byte.is_ascii_digit())
        && serde_json::from_str::<f64>(text).is_ok_and(f64::is_finite)
}

fn quote(text: &mut String, value: &str) {
    text.push_str(&serde_json::Value::from(value).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn input(strings: &[(&str, &str)], body: Option<&str>) -> Input {
        let pairs = strings.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Input { strings: pairs.collect(), body: body.map(|body| body.as_bytes().to_vec()) }
    }

    fn schema() -> serde_json::Value {
        json!({"type": "object", "properties": {
            "n": {"type": "integer"}, "x": {"type": "number"}, "on": {"type": "boolean"},
            "s": {"type": "string"}, "list": {"type": "array", "items": {"type": "integer"}},
            "deep": {"type": "object", "properties": {"n": {"type": ["integer", "null"]}}}}})
    }

    #[test]
    fn strings_become_what_their_field_takes_and_are_quoted_where_they_do_not_fit() {
        let cases: [(&[(&str, &str)], &str); 16] = [
            (&[("n", "25")], r#"{"n":25}"#),
            (&[("n", "invalid")], r#"{"n":"invalid"}"#),
            (&[("n", "007")], r#"{"n":"007"}"#),
            (&[("n", "1.5")], r#"{"n":"1.5"}"#),
            (&[("n", "+1")], r#"{"n":"+1"}"#),
            (&[("n", "")], "{}"),
            (&[("x", "19.99")], r#"{"x":19.99}"#),
            (&[("x", "NaN")], r#"{"x":"NaN"}"#),
            (&[("x", "1e999")], r#"{"x":"1e999"}"#),
            (&[("on", "true")], r#"{"on":true}"#),
            (&[("on", "yes")], r#"{"on":"yes"}"#),
            (&[("s", "true"), ("other", "1")], r#"{"s":"true","other":"1"}"#),
            (&[("s", "")], r#"{"s":""}"#),
            (&[("list", "1"), ("list", "x")], r#"{"list":[1,"x"]}"#),
            (&[("deep[n]", "1"), ("deep[m]", "2")], r#"{"deep":{"n":1,"m":"2"}}"#),
            (&[("s", "a\"b")], r#"{"s":"a\"b"}"#),
        ];
        for (strings, expected) in cases {
            let input = input(strings, None);
            let merged = merge_by_schema(&schema(), &input).map(Cow::into_owned);
            assert_eq!(merged.ok().as_deref(), Some(expected), "{strings:?}");
        }
    }

    #[test]
    fn strings_and_a_body_make_one_object() {
        let cases = [
            (r#"{"s":"x"}"#, r#"{"n":1,"s":"x"}"#),
            (" { } ", r#"{"n":1}"#),
            ("[1]", "[1]"),
            ("", ""),
        ];
        for (body, expected) in cases {
            let input = input(&[("n", "1")], Some(body));
            let merged = merge_by_schema(&schema(), &input).map(Cow::into_owned);
            assert_eq!(merged.ok().as_deref(), Some(expected), "{body}");
        }
    }

    #[test]
    fn what_is_given_twice_or_without_bound_is_malformed() {
        let many: Vec<_> = (0..2000).map(|_| ("list", "1")).collect();
        let deep = format!("deep{}", "[a]".repeat(50));
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[("n", "1"), ("n", "2")], "PARAMETER_TWICE"),
            (&[("deep", "1"), ("deep[n]", "2")], "PARAMETER_TWICE"),
            (&many, "TOO_MANY_PARAMETERS"),
            (&[(&deep, "1")], "PARAMETER_TOO_DEEP"),
        ];
        for (strings, code) in cases {
            let error = merge_by_schema(&schema(), &input(strings, None)).map(Cow::into_owned);
            let error = error.expect_err(code);
            assert_eq!((error.class(), error.code()), (crate::Class::Malformed, code));
        }
    }

    /// Two fields of its own.
    #[derive(arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Inner {
        /// A number.
        n: u8,
        /// Its older name is taken too.
        #[param(alias = "x")]
        share: f64,
    }

    /// A field of each kind that a string can become.
    #[derive(arsenal_core::Params)]
    #[params(crate = arsenal_core)]
    struct Kinds {
        /// Nested.
        deep: Inner,
        /// In the outer object.
        #[param(flatten)]
        flat: Inner,
        /// By name.
        map: std::collections::BTreeMap<String, bool>,
        /// Between commas.
        #[param(style = comma)]
        list: Vec<u8>,
        /// By serde alone.
        #[param(foreign)]
        foreign: Option<u8>,
        /// By serde alone, and a text.
        #[param(foreign)]
        word: String,
        /// A text of some form.
        wait: std::time::Duration,
    }

    #[test]
    fn a_string_becomes_what_the_table_of_its_field_says() {
        use crate::params::Params as _;

        let cases: [(&[(&str, &str)], &str); 13] = [
            (&[("deep[n]", "1"), ("deep[x]", "0.5")], r#"{"deep":{"n":1,"x":0.5}}"#),
            (&[("n", "1"), ("x", "0.5")], r#"{"n":1,"x":0.5}"#),
            (&[("map[a]", "true"), ("map[b]", "1")], r#"{"map":{"a":true,"b":"1"}}"#),
            (&[("list", "1,2"), ("list", "3")], r#"{"list":[1,2,3]}"#),
            (&[("list", "1,,a")], r#"{"list":[1,"","a"]}"#),
            (&[("foreign", "1")], r#"{"foreign":1}"#),
            (&[("foreign", "300")], r#"{"foreign":"300"}"#),
            (&[("foreign", "true")], r#"{"foreign":"true"}"#),
            (&[("word", "1")], r#"{"word":"1"}"#),
            (&[("wait", "5s")], r#"{"wait":"5s"}"#),
            (&[("wait", "")], "{}"),
            (&[("list[0]", "1")], r#"{"list":{"0":"1"}}"#),
            (&[("deep[n]]", "1"), ("n[m]", "1")], r#"{"deep[n]]":"1","n":{"m":"1"}}"#),
        ];
        for (strings, expected) in cases {
            let input = input(strings, None);
            let merged = merge(Kinds::table(), &input).map(Cow::into_owned);
            assert_eq!(merged.ok().as_deref(), Some(expected), "{strings:?}");
        }
    }

    #[test]
    fn what_no_schema_describes_stays_text_and_a_body_is_utf_8() {
        let open = json!({"type": "object", "additionalProperties": {"type": "integer"},
            "properties": {"any": {}, "list": {"type": "array"}}});
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[("other", "1")], r#"{"other":1}"#),
            (&[("any", "1")], r#"{"any":"1"}"#),
            (&[("any[n]", "1")], r#"{"any":{"n":"1"}}"#),
            (&[("list", "1")], r#"{"list":["1"]}"#),
        ];
        for (strings, expected) in cases {
            let input = input(strings, None);
            let merged = merge_by_schema(&open, &input).map(Cow::into_owned);
            assert_eq!(merged.ok().as_deref(), Some(expected), "{strings:?}");
        }
        let bytes = Input { strings: Vec::new(), body: Some(b"{\xff}".to_vec()) };
        let error = merge_by_schema(&open, &bytes).expect_err("no UTF-8");
        assert_eq!(error.sentence(), "the body is not UTF-8: byte 1 is out of place");
        assert_eq!(error.code(), "MALFORMED_JSON");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_strings_are_the_text_is_json(
            strings in proptest::collection::vec((".{0,12}", ".{0,12}"), 0..8)
        ) {
            let input = Input { strings, body: None };
            if let Ok(text) = merge_by_schema(&schema(), &input) {
                let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
                proptest::prop_assert!(parsed.is_ok(), "{}", text);
            }
        }
    }
}
