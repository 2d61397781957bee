//! What a caller is told, and what it is never told.

use arsenal::{Builder, Chain, Class, Context, Error, Execute, Failure, Invalid, Operation, Role};
use serde_json::json;

use crate::program::{answer, program};

/// Why a thing was not removed.
#[derive(Debug, thiserror::Error, Failure)]
pub(crate) enum RemoveError {
    /// It is not there.
    #[error("no thing {id}")]
    #[failure(class = not_found)]
    NoThing {
        /// Which.
        id: u32,
    },
    /// The disk said no.
    #[error("the thing could not be removed")]
    #[failure(class = execution, code = "DISK")]
    Disk(#[source] std::io::Error),
}

/// Removes a thing.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = destructive, output = (), error = RemoveError)]
struct Remove {
    /// Which.
    id: u32,
}

impl Execute for Remove {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), RemoveError> {
        match self.id {
            0 => Err(RemoveError::Disk(std::io::Error::other("disk 7 is on fire"))),
            id => Err(RemoveError::NoThing { id }),
        }
    }
}

/// Checks with a function that panics.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = ())]
struct PanickyCheck {
    /// Whatever.
    #[param(validate = panicky)]
    n: u32,
}

fn panicky(_n: &u32) -> Result<(), Invalid> {
    panic!("a validator with a fault");
}

impl Execute for PanickyCheck {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        let _ = self.n;
        Ok(())
    }
}

#[tokio::test]
async fn an_authors_error_keeps_its_class_code_and_sentence_and_hides_its_cause() {
    let arsenal = Builder::empty().operation::<Remove>().build().expect("the program is sound");
    let reply = arsenal.run_json("remove", &json!({"id": 5})).await;
    let error = reply.outcome.expect_err("it is not there");
    assert_eq!(
        (error.class(), error.code(), error.sentence()),
        (Class::NotFound, "NO_THING", "no thing 5")
    );
    let reply = arsenal.run_json("remove", &json!({"id": 0})).await;
    let error = reply.outcome.expect_err("the disk");
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("DISK", "the thing could not be removed")
    );
    let log = Chain(&error).to_string();
    assert!(log.contains("disk 7 is on fire"), "the log has the chain: {log}");
    let codes = arsenal.operations().get("remove").expect("it is there").codes();
    assert_eq!(codes.iter().map(|code| code.code).collect::<Vec<_>>(), ["NO_THING", "DISK"]);
    assert_eq!(codes[0].doc, "It is not there.");
}

#[tokio::test]
async fn a_panic_ends_its_own_call_and_its_words_stay_in_the_log() {
    let (arsenal, _, _) = program();
    let reply = arsenal.run_json("panics", &json!({})).await;
    let error = reply.outcome.expect_err("it panics");
    assert!(!error.to_string().contains("secret"));
    assert!(Chain(&error).to_string().contains("a secret of the program"));
}

#[tokio::test]
async fn a_validator_that_panics_is_an_execution_error_for_that_call_alone() {
    let arsenal = Builder::empty().operation::<PanickyCheck>().build().expect("it is sound");
    for _ in 0..3 {
        let refused = answer(&arsenal, Role::Viewer, "panicky_check", json!({"n": 1})).await;
        assert_eq!(refused, Err((Class::Execution, "PANICKED".to_owned())));
    }
    let refused = answer(&arsenal, Role::Viewer, "panicky_check", json!({"n": "x"})).await;
    assert_eq!(refused, Err((Class::Validation, "INVALID_PARAMS".to_owned())));
}

#[tokio::test]
async fn whatever_stands_for_the_input_is_an_error_and_never_a_panic() {
    let (arsenal, _, _) = program();
    let cases = [
        ("[]", Class::Validation),
        ("null", Class::Validation),
        ("\"x\"", Class::Validation),
        ("7", Class::Validation),
        ("", Class::Malformed),
        ("{", Class::Malformed),
        ("{\"a\": 1e400}", Class::Malformed),
        ("{\"a\": 1} 2", Class::Malformed),
        ("\u{0}", Class::Malformed),
        ("{\"a\":1,\"a\":2}", Class::Validation),
    ];
    for (text, class) in cases {
        let call = arsenal::Call::new("add", text, arsenal::Caller::program());
        let error = arsenal.run(call).await.outcome.expect_err(text);
        assert_eq!(error.class(), class, "{text:?}: {error}");
        assert!(class != Class::Validation || !error.faults().is_empty(), "{text:?}");
    }
    let call = arsenal::Call::new("add", vec![0xff, 0xfe], arsenal::Caller::program());
    assert_eq!(arsenal.run(call).await.outcome.expect_err("not UTF-8").class(), Class::Malformed);
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let call = arsenal::Call::new("add", deep, arsenal::Caller::program());
    assert!(arsenal.run(call).await.outcome.is_err(), "depth is bounded");
}

/// Says that it answers a number, and answers a text.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = Liar)]
struct Lies {}

#[derive(Debug)]
struct Liar;

impl arsenal::Answer for Liar {
    fn to_json(&self) -> serde_json::Result<String> {
        Ok("\"seven\"".to_owned())
    }

    fn schema() -> serde_json::Value {
        json!({"type": "integer"})
    }
}

impl Execute for Lies {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Liar, Error> {
        Ok(Liar)
    }
}

#[tokio::test]
async fn an_answer_that_its_schema_does_not_allow_is_found_in_debug_builds() {
    let arsenal = Builder::empty().operation::<Lies>().build().expect("the program is sound");
    let outcome = arsenal.run_json("lies", &json!({})).await.outcome;
    if cfg!(debug_assertions) {
        let error = outcome.expect_err("it is not a number");
        assert_eq!(error.code(), "ANSWER_OFF_SCHEMA");
        let cause = std::error::Error::source(&error).expect("the log is told").to_string();
        assert!(cause.starts_with("the answer at `` must be"), "{cause}");
    } else {
        assert_eq!(outcome.expect("it costs nothing in production"), "\"seven\"");
    }
}
