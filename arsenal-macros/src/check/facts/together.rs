//! Facts that contradict one another.

use crate::faults::Faults;
use crate::model::{Facts, RawOperation};

/// Checks what two facts say together.
pub(super) fn check(raw: &RawOperation, facts: &Facts, faults: &mut Faults) {
    method_and_effect(raw, facts, faults);
    repetition(raw, facts, faults);
    answer(raw, facts, faults);
}

fn method_and_effect(raw: &RawOperation, facts: &Facts, faults: &mut Faults) {
    let (Some(effect), reads) = (&raw.effect, facts.effect == "Read") else { return };
    match facts.method.to_string().as_str() {
        "Get" if !reads => faults.at(
            &effect.value,
            "a GET must be `effect = read`: use another method, or another effect",
        ),
        "Put" | "Patch" | "Delete" if reads => {
            let method = facts.method.to_string().to_uppercase();
            faults.at(
                &effect.value,
                format!("a {method} does not only read: use `method = GET`, or another effect"),
            );
        }
        _ => {}
    }
}

fn repetition(raw: &RawOperation, facts: &Facts, faults: &mut Faults) {
    if let Some(given) = raw.idempotency_key.as_ref().filter(|_| facts.effect == "Read") {
        faults.at(
            &given.key,
            "an operation that only reads needs no idempotency key: remove `idempotency_key`",
        );
    }
    if let Some(given) = raw.retry.as_ref().filter(|_| !facts.idempotent) {
        faults.at(&given.key, "a retry could do it twice: add `idempotent` or remove `retry`");
    }
}

fn answer(raw: &RawOperation, facts: &Facts, faults: &mut Faults) {
    let reads = facts.effect == "Read";
    if let Some(given) = raw.cache.as_ref().filter(|_| !reads) {
        faults.at(&given.key, "only what reads can be kept: add `effect = read` or remove `cache`");
    }
    if let Some(given) = raw.if_match.as_ref().filter(|_| reads) {
        faults.at(&given.key, "`if_match` guards a change, and this only reads: remove it");
    }
    if let (204, Some(output), Some(status)) = (facts.success, &raw.output, &raw.status) {
        let sentence = format!("204 has no content, and `{}` is declared", output.key);
        faults.at(&status.value, sentence);
    }
    if let (Some(given), true) = (&raw.mcp, facts.visibility == "Internal")
        && given.value
    {
        faults.at(&given.key, "an internal operation is offered to nobody: remove `mcp`");
    }
}
