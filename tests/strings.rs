//! Parameters that come as strings, from a path or a query, as a program takes them.

use arsenal::{Builder, Call, Caller, Class, Context, Error, Execute, Input, Operation, Role};
use serde_json::{Value, json};

use crate::program::answer;

/// Gives back a list that stands between commas.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = Value)]
struct GiveList {
    /// The list.
    #[param(style = comma)]
    list: Vec<String>,
}

impl Execute for GiveList {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        Ok(json!(self.list))
    }
}

/// Gives back what it was given.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = Value)]
struct GiveBack {
    /// Whether it is active.
    active: Option<bool>,
    /// Its price.
    price: Option<f64>,
    /// How many.
    age: Option<i32>,
    /// Anything, from a body.
    note: Option<String>,
}

impl Execute for GiveBack {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        Ok(json!([self.active, self.price, self.age, self.note]))
    }
}

fn input(strings: &[(&str, &str)], body: Option<&str>) -> Input {
    let strings = strings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Input { strings: strings.collect(), body: body.map(|body| body.as_bytes().to_vec()) }
}

/// The faults as `parameter pointer code detail`; none where the input is accepted.
fn verdict(strings: &[(&str, &str)]) -> Vec<String> {
    let program = Builder::empty().operation::<GiveBack>().build().expect("it is sound");
    let Err(error) = program.check("give_back", &input(strings, None)) else { return Vec::new() };
    assert_eq!(error.class(), Class::Validation, "{error}");
    let told = error.faults().iter().map(|fault| {
        let parameter = fault.parameter.as_deref().unwrap_or_default();
        format!("{parameter} {} {} {}", fault.pointer, fault.code, fault.detail)
    });
    told.collect()
}

#[test]
fn a_string_becomes_what_its_field_takes_or_is_refused_by_its_parameter() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("active", "true", &[]),
        ("active", "false", &[]),
        ("active", "yes", &["active /active type must be a boolean"]),
        ("active", "1", &["active /active type must be a boolean"]),
        ("price", "19.99", &[]),
        ("price", "19", &[]),
        ("price", "NaN", &["price /price type must be a number"]),
        ("age", "25", &[]),
        ("age", "invalid", &["age /age type must be an integer"]),
    ];
    for (name, value, expected) in cases {
        assert_eq!(verdict(&[(name, value)]), expected, "{name}={value}");
    }
    assert_eq!(
        verdict(&[("price", "dear"), ("active", "no")]),
        ["active /active type must be a boolean", "price /price type must be a number"]
    );
}

#[tokio::test]
async fn a_list_between_commas_marks_its_elements_own_commas_with_a_backslash() {
    let program = Builder::empty().operation::<GiveList>().build().expect("it is sound");
    for (text, expected) in [
        ("a,b", json!(["a", "b"])),
        ("a,,b", json!(["a", "", "b"])),
        (r"a\,b,c", json!(["a,b", "c"])),
        (r"a\\,b", json!([r"a\", "b"])),
        (r"\\\,", json!([r"\,"])),
        (r"C:\x,y", json!([r"C:\x", "y"])),
        (r"a,\", json!(["a", r"\"])),
    ] {
        let mut call = Call::new("give_list", Vec::new(), Caller::program());
        call.input = input(&[("list", text)], None);
        let reply = program.run(call).await;
        let found: Value = serde_json::from_str(&reply.outcome.expect(text)).expect(text);
        assert_eq!(found, expected, "{text}");
    }
}

#[tokio::test]
async fn a_body_is_not_coerced() {
    let program = Builder::empty().operation::<GiveBack>().build().expect("it is sound");
    let given = json!({"active": "true"});
    let error = answer(&program, Role::Viewer, "give_back", given).await.expect_err("a text");
    assert_eq!(error.1, "INVALID_PARAMS");
}

#[test]
fn a_body_that_is_not_json_is_told_its_own_line_and_column_beside_strings() {
    let program = Builder::empty().operation::<GiveBack>().build().expect("it is sound");
    let body = "{\n  \"note\": nothing}";
    for strings in [&[][..], &[("age", "25"), ("price", "19.99")]] {
        let error = program.check("give_back", &input(strings, Some(body))).expect_err("no JSON");
        assert_eq!(error.class(), Class::Malformed);
        assert_eq!(error.details()["line"], 2, "{error}");
        assert_eq!(error.details()["column"], 12, "{error}");
    }
}
