//! What came of the calls: how many of each operation, with which codes, and what must not be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;

use arsenal::{Error, Snapshot};
use jsonschema::Validator;
use serde_json::Value;

/// What any call may be refused with, whatever its operation declares.
const OF_ANY_CALL: [&str; 4] = ["INVALID_PARAMS", "RATE_LIMITED", "ROLE_MISSING", "TOO_MANY_JOBS"];

/// A call as it was made.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) params: Value,
    pub(super) detached: bool,
}

/// The counts of one run.
pub(super) struct Tally {
    operations: BTreeMap<String, Published>,
    counts: Mutex<Counts>,
}

/// What an operation has published.
struct Published {
    codes: BTreeSet<&'static str>,
    answer: Validator,
}

#[derive(Default)]
struct Counts {
    /// Answers, and refusals by their code.
    by_code: BTreeMap<String, u64>,
    answered: BTreeMap<String, u64>,
    /// What must not be, each kind once.
    faults: BTreeMap<(String, String), String>,
}

impl Tally {
    pub(super) fn new(operations: &Snapshot) -> Self {
        let published = |operation: &arsenal::Registered| Published {
            codes: operation.codes().iter().map(|code| code.code).collect(),
            answer: jsonschema::validator_for(operation.output_schema()).expect("a schema"),
        };
        let all = operations.all().iter();
        Self {
            operations: all.map(|op| (op.spec().name.to_string(), published(op))).collect(),
            counts: Mutex::default(),
        }
    }

    /// A call that was detached is answered with a job, whatever its operation publishes.
    pub(super) fn add(&self, asked: &Asked, answer: &Result<Value, Error>) {
        let name = asked.name.as_str();
        let published = &self.operations[name];
        let wrong = match answer {
            Ok(_) if asked.detached => None,
            Ok(answer) => published.misfit(answer),
            Err(error) => published.refuses(error.code()).then(|| format!("{error:?}")),
        };
        let code = answer.as_ref().map_or_else(Error::code, |_| "answered");
        let mut counts = self.counts.lock().expect("no test panics with it");
        *counts.by_code.entry(code.to_owned()).or_default() += 1;
        *counts.answered.entry(name.to_owned()).or_default() += u64::from(answer.is_ok());
        if let Some(wrong) = wrong {
            counts.faults.entry((name.to_owned(), code.to_owned())).or_insert(wrong);
        }
        if let (Ok(answer), "execute_batch", false) = (answer, name, asked.detached) {
            self.add_parts(&asked.params, answer, &mut counts);
        }
    }

    /// Each part is judged by what its own operation has published; the batch may refuse it too.
    fn add_parts(&self, params: &Value, batch: &Value, counts: &mut Counts) {
        let batches = &self.operations["execute_batch"];
        let calls = params["calls"].as_array().into_iter().flatten();
        for (call, part) in calls.zip(batch["items"].as_array().into_iter().flatten()) {
            let name = call["operation"].as_str().expect("the mix names each");
            let published = &self.operations[name];
            let error = &part["error"];
            let (code, wrong) = match part["status"].as_str() {
                Some("ok") => ("answered", published.misfit(&part["data"])),
                Some("failed") => {
                    let code = error["code"].as_str().expect("a failure has one");
                    let undeclared = published.refuses(code) && batches.refuses(code);
                    (code, undeclared.then(|| error.to_string()))
                }
                _ => ("skipped", None),
            };
            *counts.by_code.entry(format!("{code} (in a batch)")).or_default() += 1;
            if let Some(wrong) = wrong {
                counts
                    .faults
                    .entry((format!("{name} in a batch"), code.to_owned()))
                    .or_insert(wrong);
            }
        }
    }

    /// Nothing was undeclared, and each operation was answered at least once.
    pub(super) fn assert_clean(&self) {
        let counts = self.counts.lock().expect("no test panics with it");
        assert!(counts.faults.is_empty(), "{:#?}", counts.faults);
        let never: Vec<_> = self
            .operations
            .keys()
            .filter(|name| counts.answered.get(*name).is_none_or(|n| *n == 0))
            .collect();
        assert!(never.is_empty(), "never answered: {never:?}");
    }
}

impl Published {
    /// Where the answer is not as published.
    fn misfit(&self, answer: &Value) -> Option<String> {
        self.answer.validate(answer).err().map(|error| error.to_string())
    }

    /// Whether it declares no such code.
    fn refuses(&self, code: &str) -> bool {
        !self.codes.contains(code) && !OF_ANY_CALL.contains(&code)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts.lock().expect("no test panics with it");
        let all = |code: &&String| !code.ends_with(')');
        let total: u64 = counts.by_code.keys().filter(all).map(|code| counts.by_code[code]).sum();
        writeln!(f, "{total} calls of {} operations", self.operations.len())?;
        counts.by_code.iter().try_for_each(|(code, n)| writeln!(f, "{n:>9} {code}"))
    }
}
