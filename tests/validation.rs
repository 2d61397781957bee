//! What is accepted and what is refused, with which code, where, and in which words.

mod rounding;

mod secrets;

use std::collections::BTreeMap;

use arsenal::params::{Params, Words, read, read_bytes};
use arsenal::{Choice, Class, Error, Invalid, Params as DeriveParams};
use serde_json::{Value, json};

/// One of two states.
#[derive(Debug, Clone, Copy, PartialEq, Choice)]
enum Status {
    /// It runs.
    Active,
    /// It does not.
    Suspended,
}

/// A field of each kind.
#[derive(Debug, DeriveParams)]
struct Kinds {
    /// Name.
    name: Option<String>,
    /// Age.
    age: Option<i32>,
    /// Price.
    price: Option<f64>,
    /// Active.
    active: Option<bool>,
    /// Status.
    status: Option<Status>,
    /// Config.
    config: Option<BTreeMap<String, Value>>,
    /// Tags.
    tags: Option<Vec<String>>,
}

/// Every constraint.
#[derive(Debug, DeriveParams)]
struct Limits {
    /// Age.
    #[param(min = 18, max = 100)]
    age: Option<u32>,
    /// Name.
    #[param(min_len = 3, max_len = 10)]
    name: Option<String>,
    /// Email.
    #[param(pattern = "^[a-z]+@[a-z]+\\.[a-z]+$")]
    email: Option<String>,
    /// Password.
    #[param(validate = at_least_8)]
    password: Option<String>,
    /// Ratio.
    #[param(exclusive_min = 0.0, exclusive_max = 1.0)]
    ratio: Option<f64>,
    /// Even.
    #[param(multiple_of = 2)]
    even: Option<i64>,
    /// Tags.
    #[param(unique, min_len = 1, max_len = 2)]
    tags: Option<Vec<String>>,
    /// Size.
    #[param(one_of = ["small", "large"])]
    size: Option<String>,
    /// Wait.
    #[param(max = "60s")]
    wait: Option<std::time::Duration>,
    /// Map.
    #[param(max_len = 1)]
    map: Option<BTreeMap<i8, bool>>,
}

fn at_least_8(password: &Option<String>) -> Result<(), Invalid> {
    match password {
        Some(text) if text.len() < 8 => Err(Invalid::new("must be at least 8 characters long")),
        _ => Ok(()),
    }
}

/// Three fields in an order.
#[derive(Debug, DeriveParams)]
pub(crate) struct Ordered {
    /// A.
    a: String,
    /// B.
    b: i32,
    /// C.
    #[param(alias = "see")]
    c: bool,
}

/// Defaults.
#[derive(Debug, PartialEq, DeriveParams)]
struct Defaults {
    /// Count.
    #[param(default = 10)]
    count: u32,
    /// Name.
    #[param(default = "anonymous")]
    name: String,
    /// Nickname.
    nickname: Option<Option<String>>,
}

/// Three levels.
#[derive(Debug, DeriveParams)]
struct Top {
    /// Middle.
    middle: Option<Middle>,
    /// Several.
    list: Option<Vec<Middle>>,
    /// By name.
    map: Option<BTreeMap<String, Middle>>,
}

/// The middle.
#[derive(Debug, DeriveParams)]
struct Middle {
    /// Leaves.
    leaves: Vec<Bottom>,
}

/// The bottom.
#[derive(Debug, DeriveParams)]
struct Bottom {
    /// Depth.
    #[param(rename = "the-depth", max = 3)]
    depth: u8,
}

fn in_order(span: &Span) -> Result<(), Invalid> {
    if span.from > span.to {
        return Err(Invalid::new("`from` must not be after `to`").at("from").at("to"));
    }
    Ok(())
}

/// From here to there.
#[derive(Debug, DeriveParams)]
#[params(rule = in_order)]
struct Span {
    /// From.
    from: u8,
    /// To.
    to: u8,
}

/// The faults as `pointer code detail`.
fn faults<T: Params>(text: &str) -> Vec<String> {
    let Err(error) = read::<T>(text) else { return Vec::new() };
    assert_eq!(error.class(), Class::Validation, "{text}: {error}");
    error
        .faults()
        .iter()
        .map(|fault| format!("{} {} {}", fault.pointer, fault.code, fault.detail))
        .collect()
}

fn check<T: Params>(cases: &[(Value, &[&str])]) {
    for (input, expected) in cases {
        assert_eq!(faults::<T>(&input.to_string()), *expected, "{input}");
    }
}

#[test]
fn a_value_has_the_type_of_its_field() {
    check::<Kinds>(&[
        (json!({"name": "test"}), &[]),
        (json!({"name": 123}), &["/name type must be a string"]),
        (json!({"age": 25}), &[]),
        (json!({"age": 25.0}), &[]),
        (json!({"age": 1e3}), &[]),
        (json!({"age": 2.5}), &["/age type must be an integer"]),
        (json!({"age": "25"}), &["/age type must be an integer"]),
        (json!({"age": "invalid"}), &["/age type must be an integer"]),
        (json!({"age": 2_147_483_648_i64}), &["/age max must be at most 2147483647"]),
        (json!({"price": 19.99}), &[]),
        (json!({"price": 19}), &[]),
        (json!({"price": true}), &["/price type must be a number"]),
        (json!({"active": true}), &[]),
        (json!({"active": "yes"}), &["/active type must be a boolean"]),
        (json!({"active": "true"}), &["/active type must be a boolean"]),
        (json!({"status": "active"}), &[]),
        (json!({"status": "activ"}), &["/status one_of must be one of `active`, `suspended`"]),
        (json!({"status": 1}), &["/status type must be a string"]),
        (json!({"config": {}}), &[]),
        (json!({"config": "x"}), &["/config type must be an object"]),
        (json!({"tags": ["a", "b"]}), &[]),
        (json!({"tags": "x"}), &["/tags type must be an array"]),
        (json!({"tags": ["a", 1]}), &["/tags/1 type must be a string"]),
    ]);
}

#[test]
fn a_constraint_that_is_broken_is_named_with_its_value() {
    check::<Limits>(&[
        (json!({"age": 10}), &["/age min must be at least 18"]),
        (json!({"age": 150}), &["/age max must be at most 100"]),
        (json!({"age": 18}), &[]),
        (json!({"name": "ab"}), &["/name min_len must have at least 3 characters"]),
        (json!({"name": "verylongname"}), &["/name max_len must have at most 10 characters"]),
        (json!({"name": "\u{1F600}".repeat(10)}), &[]),
        (json!({"email": "test@example.com"}), &[]),
        (
            json!({"email": "invalid"}),
            &["/email pattern must match the pattern ^[a-z]+@[a-z]+\\.[a-z]+$"],
        ),
        (json!({"password": "longpassword"}), &[]),
        (json!({"password": "short"}), &["/password rule must be at least 8 characters long"]),
        (json!({"ratio": 0}), &["/ratio min must be more than 0.0"]),
        (json!({"ratio": 1.0}), &["/ratio max must be less than 1.0"]),
        (json!({"even": 3}), &["/even multiple_of must be a multiple of 2"]),
        (json!({"tags": []}), &["/tags min_len must have at least 1 item"]),
        (
            json!({"tags": ["a", "b", "a"]}),
            &[
                "/tags max_len must have at most 2 items",
                "/tags unique must not hold the same item twice",
            ],
        ),
        (json!({"size": "smal"}), &["/size one_of must be one of `small`, `large`"]),
        (json!({"wait": "1m"}), &[]),
        (json!({"wait": "61s"}), &["/wait rule must be at most 60s"]),
        (json!({"wait": "soon"}), &["/wait format must be a duration such as \"5s\""]),
        (json!({"wait": 5}), &["/wait type must be a duration such as \"5s\""]),
        (json!({"map": {"128": true}}), &["/map/128 max must be at most 127"]),
        (json!({"map": {"01": true}}), &["/map/01 type must be an integer"]),
        (json!({"map": {"1": true, "2": true}}), &["/map max_len must have at most 1 entry"]),
    ]);
    let error = read::<Limits>(r#"{"age": 10, "size": "smal"}"#).expect_err("too young");
    let data = serde_json::to_value(error.faults()).expect("faults are data");
    assert_eq!(data[0]["constraint"], json!({"name": "min", "value": 18}));
    assert_eq!(data[1]["constraint"], json!({"name": "one_of", "value": ["small", "large"]}));
    assert_eq!(data[1]["suggestion"], "small");
}

#[test]
fn all_faults_come_in_the_order_of_the_declaration_and_unknown_fields_last() {
    check::<Ordered>(&[
        (
            json!({"a": 1, "b": "x", "extra": 0}),
            &[
                "/a type must be a string",
                "/b type must be an integer",
                "/c required is required",
                "/extra unknown_field is not a known field",
            ],
        ),
        (
            json!({"extra": 0, "see": 1, "b": "x"}),
            &[
                "/a required is required",
                "/b type must be an integer",
                "/see type must be a boolean",
                "/extra unknown_field is not a known field",
            ],
        ),
        (json!({"a": "", "b": 1, "c": true, "see": true}), &["/see duplicate is given twice"]),
    ]);
    let twice = r#"{"a": "", "b": 1, "b": 2, "c": true}"#;
    assert_eq!(faults::<Ordered>(twice), ["/b duplicate is given twice"]);
    let error = read::<Ordered>(r#"{"a": "", "b": 1, "see": true, "aa": 1, "sea": 2}"#);
    let suggestions: Vec<_> = error
        .expect_err("unknown fields")
        .faults()
        .iter()
        .map(|fault| fault.suggestion.clone().unwrap_or_default().into_owned())
        .collect();
    assert_eq!(suggestions, ["", ""], "a name of one letter is near to anything");
    let error = read::<Kinds>(r#"{"nmae": "x"}"#).expect_err("an unknown field");
    assert_eq!(error.faults()[0].suggestion.as_deref(), Some("name"));
}

#[test]
fn absence_null_and_defaults_are_told_apart() {
    let cases = [
        ("{}", 10, "anonymous", None),
        (r#"{"count": 5}"#, 5, "anonymous", None),
        (r#"{"nickname": null}"#, 10, "anonymous", Some(None)),
        (r#"{"nickname": "x"}"#, 10, "anonymous", Some(Some("x".to_owned()))),
    ];
    for (text, count, name, nickname) in cases {
        let expected = Defaults { count, name: name.to_owned(), nickname };
        assert_eq!(read::<Defaults>(text).ok(), Some(expected), "{text}");
    }
    check::<Defaults>(&[(json!({"count": null}), &["/count type must be an integer"])]);
    check::<Ordered>(&[(
        json!({}),
        &["/a required is required", "/b required is required", "/c required is required"],
    )]);
    assert!(read::<Kinds>("{}").is_ok_and(|kinds| kinds.name.is_none()));
}

#[test]
fn a_fault_far_below_has_the_whole_pointer_in_wire_names() {
    check::<Top>(&[
        (
            json!({"middle": {"leaves": [{"the-depth": 1}, {"the-depth": 4}]}}),
            &["/middle/leaves/1/the-depth max must be at most 3"],
        ),
        (
            json!({"list": [{"leaves": []}, {"leaves": [{}]}]}),
            &["/list/1/leaves/0/the-depth required is required"],
        ),
        (
            json!({"map": {"a/b~": {"leaves": [{"the-depth": "x"}]}}}),
            &["/map/a~1b~0/leaves/0/the-depth type must be an integer"],
        ),
    ]);
}

#[test]
fn a_rule_over_two_fields_names_both() {
    let error = read::<Span>(r#"{"from": 3, "to": 1}"#).expect_err("out of order");
    let data = serde_json::to_value(error.faults()).expect("faults are data");
    let expected = json!([{
        "pointer": "",
        "code": "rule",
        "detail": "`from` must not be after `to`",
        "constraint": {"name": "fields", "value": ["from", "to"]},
    }]);
    assert_eq!(data, expected);
    check::<Span>(&[(json!({"from": 3, "to": "1"}), &["/to type must be an integer"])]);
}

#[test]
fn an_input_that_is_no_object_is_a_fault_and_what_is_no_json_is_malformed() {
    for text in ["[]", "null", "\"x\"", "1", "true", " [ {} ] "] {
        assert_eq!(faults::<Defaults>(text), [" type must be an object"], "{text}");
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_value = format!(r#"{{"nickname": {deep}}}"#);
    let cases = [
        "",
        "{",
        "{}x",
        "{'a': 1}",
        r#"{"count": 01}"#,
        r#"{"count": 1e400}"#,
        r#"{"x": 1e400}"#,
        r#"{"name": "\ud800"}"#,
        r#"{"name": "a"#,
        "{\"name\": \"\u{1}\"}",
        &deep,
        &deep_value,
    ];
    for text in cases {
        let start = text.get(..40).unwrap_or(text);
        let error = read::<Defaults>(text).expect_err("not JSON");
        assert_eq!((error.class(), error.code()), (Class::Malformed, "MALFORMED_JSON"), "{start}");
        assert!(error.details().contains_key("line"), "{start}");
    }
    let error = read_bytes::<Defaults>(b"{\"name\": \"\xff\"}").expect_err("not UTF-8");
    assert_eq!(error.class(), Class::Malformed);
    let error = read::<Defaults>("{\n  \"count\": 1,\n  \"name\" 2\n}").expect_err("no colon");
    assert_eq!(error.sentence(), "the input is not JSON: expected `:` (line 3, column 10)");
}

#[test]
fn an_answer_holds_a_bounded_number_of_faults_and_says_how_many_it_left_out() {
    let wrong = vec!["1"; 5000].join(",");
    let error = read::<Kinds>(&format!(r#"{{"tags": [{wrong}]}}"#)).expect_err("not texts");
    assert_eq!(error.faults().len(), 256);
    assert_eq!(error.details()["omitted"], 5000 - 256);
}

#[test]
fn what_a_client_writes_is_read_back() {
    let given = Defaults { count: 3, name: "é".to_owned(), nickname: Some(None) };
    let text = arsenal::params::write(&given).expect("JSON holds it");
    assert_eq!(text, r#"{"count":3,"name":"é","nickname":null}"#);
    let read: Result<Defaults, Error> = read(&text);
    assert_eq!(read.ok(), Some(given));
}

#[test]
fn the_variants_of_a_choice_are_listed_in_their_order() {
    assert_eq!(Status::all().collect::<Vec<_>>(), [Status::Active, Status::Suspended]);
}
