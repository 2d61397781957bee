//! Inputs that are made to be answered at length: what is told of them stays small.

use std::collections::BTreeMap;

use arsenal::params::{Params, read};
use arsenal::{Choice, DynamicOperation, Error, Fault, Params as DeriveParams, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::program::program;

/// One of three words.
#[derive(Debug, Clone, Copy, Choice)]
enum Word {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
}

/// A struct of another crate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Stranger {
    numbers: Vec<u8>,
}

/// What can be sent a lot of.
#[derive(Debug, DeriveParams)]
struct Much {
    /// By name.
    by_name: Option<BTreeMap<String, Vec<u8>>>,
    /// By time.
    by_time: Option<BTreeMap<std::time::Duration, u8>>,
    /// Words.
    words: Option<Vec<Word>>,
    /// Of another crate.
    #[param(foreign)]
    stranger: Option<Stranger>,
}

/// More than the texts of all faults may take together.
const BYTES_MAX: usize = 192 * 1024;

fn assert_bounded(error: &Error) {
    let faults = error.faults();
    assert!((1..=256).contains(&faults.len()), "{}", faults.len());
    let bytes: usize = faults.iter().map(|fault| fault.pointer.len() + fault.detail.len()).sum();
    assert!(bytes < BYTES_MAX, "{bytes} bytes");
}

fn refusal<T: Params>(input: &Value) -> Error {
    let error = read::<T>(&input.to_string()).map(drop).expect_err("it is wrong all over");
    assert_bounded(&error);
    error
}

#[test]
fn a_long_key_is_not_repeated_for_each_thing_that_is_wrong_below_it() {
    let key = "k/".repeat(450_000);
    let error = refusal::<Much>(&json!({"by_name": {&key: vec![-1; 10_000]}}));
    let first = &error.faults()[0];
    assert!(first.pointer.starts_with("/by_name/k~1k~1"), "the slashes are escaped");
    assert!(first.pointer.ends_with('…'), "what is cut shows it");
    let told = error.faults().len();
    assert_eq!(error.details()["omitted"], 10_000 - told, "the rest is counted");
}

#[test]
fn a_key_that_another_repeats_is_told_in_short() {
    let weeks = format!("{}1w", "0s".repeat(20));
    let error = refusal::<Much>(&json!({"by_time": {"7d": 1, weeks: 1}}));
    assert_eq!(error.faults()[0].detail, "is the same key as `7d`");
}

#[test]
fn a_type_of_another_crate_tells_no_more_than_ours() {
    let error = refusal::<Much>(&json!({"stranger": {"numbers": vec![-1; 5000]}}));
    assert_eq!(error.faults().len(), 256);
    assert_eq!(error.faults()[0].pointer, "/stranger/numbers/0");
    let key = "k".repeat(900_000);
    refusal::<Much>(&json!({"stranger": {"numbers": [], &key: vec![-1; 10_000]}, "nothing": 1}));
}

/// A dynamic operation's refusal of an input.
async fn dynamic_refusal(input: Value) -> Error {
    let schema = json!({"type": "object", "additionalProperties": {
        "type": "array", "items": {"type": "integer", "minimum": 0}}});
    let operation = DynamicOperation::new("sums", Role::Viewer, schema, |_: Value| async {
        Ok::<_, Error>(Value::Null)
    });
    let (arsenal, _, _) = program();
    arsenal.registry().register(operation).expect("the name is free");
    let error = arsenal.run_json("sums", &input).await.outcome.expect_err("it is wrong all over");
    assert_bounded(&error);
    error
}

#[tokio::test]
async fn a_schema_tells_no_more_than_a_table() {
    let error = dynamic_refusal(json!({"list": vec![-1; 20_000]})).await;
    assert_eq!(error.faults().len(), 256);
    assert_eq!(error.details()["omitted"], 20_000 - 256);
    let names: BTreeMap<String, i32> = (0..9000).map(|n| (format!("n{n}"), n)).collect();
    let error = dynamic_refusal(json!(names)).await;
    assert_eq!(error.faults().len(), 256);
}

#[tokio::test]
async fn a_value_too_large_to_tell_everything_about_is_told_the_first_thing() {
    let error = dynamic_refusal(json!({"k".repeat(900_000): vec![-1; 40_000]})).await;
    let codes: Vec<_> = error.faults().iter().map(|fault| fault.code.as_ref()).collect();
    assert_eq!(codes, ["min"]);
    let error = dynamic_refusal(json!({"list": vec![-1; 400_000]})).await;
    assert_eq!(error.faults()[0].pointer, "/list/0");
}

#[test]
fn ten_thousand_wrong_words_are_refused_alike_and_nothing_grows_with_them() {
    let refused =
        |word: &str| -> Vec<Fault> { refusal::<Much>(&json!({"words": [word]})).faults().to_vec() };
    let first = refused("word-0");
    assert_eq!(first[0].detail, "must be one of `first`, `second`, `third`");
    for n in 1..10_000 {
        assert_eq!(refused(&format!("word-{n}")), first);
    }
    let all: Vec<_> = (0..10_000).map(|n| format!("word-{n}")).collect();
    let error = refusal::<Much>(&json!({"words": all}));
    assert_eq!(error.details()["omitted"], 10_000 - 256);
}
