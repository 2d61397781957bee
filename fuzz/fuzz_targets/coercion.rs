//! Strings of a path, a query or flags become parameters or a refusal, never a panic.

#![no_main]

extern crate arsenal_core as arsenal;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use arsenal::{
    Arsenal, Builder, Class, Context, Error, Execute, Input, Operation, Params as DeriveParams,
};
use libfuzzer_sys::fuzz_target;

/// A field of each kind that a string can become.
#[derive(Debug, Operation)]
#[operation(category = "fuzz", role = public, effect = read)]
struct Coerce {
    /// A.
    a: Option<bool>,
    /// B.
    b: Option<i64>,
    /// C.
    c: Option<f64>,
    /// D.
    #[param(alias = "dd")]
    d: Option<String>,
    /// E.
    e: Option<Vec<u8>>,
    /// F.
    #[param(style = comma)]
    f: Option<Vec<String>>,
    /// G.
    g: Option<Deep>,
    /// H.
    h: Option<BTreeMap<String, Option<u8>>>,
    /// I.
    i: Option<Duration>,
    /// J.
    j: Option<serde_json::Value>,
}

/// A struct in brackets.
#[derive(Debug, DeriveParams)]
struct Deep {
    /// N.
    n: Option<u8>,
    /// Deeper.
    deep: Option<Box<Deep>>,
}

impl Execute for Coerce {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

static PROGRAM: LazyLock<Arsenal> =
    LazyLock::new(|| Builder::empty().operation::<Coerce>().build().expect("the program is sound"));

// Lines of `name=value`; what comes after an empty line is the body.
fuzz_target!(|text: &str| {
    let (strings, body) = match text.split_once("\n\n") {
        Some((strings, body)) => (strings, Some(body.as_bytes().to_vec())),
        None => (text, None),
    };
    let pairs = strings.lines().map(|line| line.split_once('=').unwrap_or((line, "")));
    let strings = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if let Err(error) = PROGRAM.check("coerce", &Input { strings, body }) {
        match error.class() {
            Class::Malformed => {}
            class => {
                assert_eq!(class, Class::Validation, "{text:?}: {error}");
                assert!(!error.faults().is_empty(), "{text:?}: refused for no reason");
            }
        }
    }
});
