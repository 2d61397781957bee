//! What is told of secrets, which is nothing; and validators that panic over them.

use std::collections::BTreeMap;

use arsenal::params::{Secret, read};
use arsenal::schema::input_schema;
use arsenal::{Invalid, Params as DeriveParams};
use serde_json::json;

use super::check;

/// A secret.
#[derive(Debug, DeriveParams)]
struct Login {
    /// Password.
    #[param(min_len = 8, one_of = ["correct horse", "battery staple"])]
    password: Secret<String>,
    /// Pin.
    #[param(secret, validate = panics)]
    pin: Option<u16>,
}

fn panics(pin: &Option<u16>) -> Result<(), Invalid> {
    assert!(pin.is_none(), "a validator with a fault of its own");
    Ok(())
}

#[test]
fn a_secret_is_in_no_refusal_and_hides_itself() {
    let texts = [
        r#"{"password": "hunter2"}"#,
        r#"{"password": 1234567}"#,
        r#"{"password": "correct hors"}"#,
        r#"{"password": "battery staple", "pin": "hunter2"}"#,
    ];
    for text in texts {
        let error = read::<Login>(text).expect_err("a wrong password");
        let told = format!("{error:?} {error} {}", json!(error.faults()));
        for secret in ["hunter2", "1234567", "correct hors\""] {
            assert!(!told.contains(secret), "{told}");
        }
        assert_eq!(error.faults()[0].suggestion, None, "{text}");
    }
    let login = read::<Login>(r#"{"password": "battery staple"}"#).expect("a right one");
    assert_eq!(format!("{:?} {}", login.password, json!(login.password)), "[secret] \"[secret]\"");
    assert_eq!(login.password.reveal(), "battery staple");
    let schema = input_schema(Login::table());
    assert_eq!(schema["properties"]["password"]["writeOnly"], true);
    assert_eq!(schema["properties"]["password"]["format"], "password");
}

#[test]
fn a_validator_that_panics_spoils_nothing_for_the_next_call() {
    let text = r#"{"password": "battery staple", "pin": 1}"#;
    for _ in 0..2 {
        let outcome = std::panic::catch_unwind(|| read::<Login>(text).map(drop));
        assert!(outcome.is_err(), "the panic is the pipeline's to catch");
    }
    assert!(read::<Login>(r#"{"password": "battery staple"}"#).is_ok());
}

/// A map that nobody sees.
#[derive(Debug, DeriveParams)]
struct Vault {
    /// By time.
    by_time: Secret<BTreeMap<std::time::Duration, u8>>,
}

#[test]
fn what_is_told_of_a_secret_map_quotes_none_of_its_keys() {
    check::<Vault>(&[
        (json!({"by_time": {"60s": 1}}), &[]),
        (
            json!({"by_time": {"60s": 1, "1m": 2}}),
            &["/by_time/1m rule is the same key as another key"],
        ),
    ]);
    let vault = read::<Vault>(r#"{"by_time": {"60s": 1}}"#).expect("one key");
    assert_eq!(vault.by_time.reveal().len(), 1);
}
