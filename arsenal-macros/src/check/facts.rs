//! What an operation says besides its parameters.

mod limits;

mod together;

use proc_macro2::Ident;
use syn::{DeriveInput, LitInt, LitStr};

use super::word::{self, variant_ident};
use super::{address, need};
use crate::attr::Mentioned;
use crate::case;
use crate::faults::Faults;
use crate::model::{Deprecation, Facts, Given, RawDeprecation, RawExample, RawOperation, Slot};
use crate::quantity;

/// Checks every fact; where one is missing or wrong, a value that does no harm stands for it.
pub(super) fn check(
    raw: &RawOperation,
    mentioned: &Mentioned,
    input: &DeriveInput,
    faults: &mut Faults,
) -> Facts {
    if crate::doc::read(&input.attrs).is_none() {
        let sentence = "an operation needs a doc comment: its first paragraph is the summary \
                        that callers see";
        faults.at(&input.ident, sentence);
    }
    let category = named(&raw.category, "category", faults);
    let category = need(category, "category", (&input.ident, mentioned, faults));
    let role = word::of(&raw.role, word::ROLES, faults);
    let role = need(role, "role", (&input.ident, mentioned, faults));
    let method = word::of(&raw.method, word::METHODS, faults);
    let method = method.unwrap_or_else(|| variant_ident("Post"));
    let effect = effect(raw, &method, faults);
    let reads = effect == "Read";
    let facts = Facts {
        name: name(raw, &input.ident, faults),
        aliases: aliases(raw, faults),
        version: at_least_one(&raw.version, faults).unwrap_or(1),
        category: category.unwrap_or_default(),
        tags: texts(&raw.tags, "a tag", faults),
        role: role.unwrap_or_else(|| variant_ident("Admin")),
        scope: filled(&raw.scope, faults),
        idempotent: reads || raw.idempotent.is_some(),
        idempotency_key: choose(&raw.idempotency_key, word::IDEMPOTENCY_KEYS, "Ignored", faults),
        mode: choose(&raw.mode, word::MODES, "Call", faults),
        cancel: {
            let usual = if reads { "Drop" } else { "Finish" };
            choose(&raw.cancel, word::CANCELS, usual, faults)
        },
        timeout: limits::duration(&raw.timeout, faults),
        rate: limits::rate(&raw.rate_limit, faults),
        concurrency: at_least_one(&raw.concurrency, faults),
        retry: limits::retry(&raw.retry, faults),
        path: raw.path.as_ref().and_then(|given| address::path(&given.value, faults)),
        success: limits::status(&raw.status, faults),
        body_max: limits::bytes(&raw.body_max, faults),
        cache: limits::duration(&raw.cache, faults),
        if_match: raw.if_match.is_some(),
        mcp: raw.mcp.as_ref().is_none_or(|given| given.value),
        visibility: choose(&raw.visibility, word::VISIBILITIES, "Listed", faults),
        columns: texts(&raw.columns, "a column", faults),
        examples: raw.examples.iter().filter_map(|given| example(given, faults)).collect(),
        deprecated: raw.deprecated.as_ref().and_then(|given| deprecation(given, faults)),
        output: raw.output.as_ref().map(|given| given.value.clone()),
        error: raw.error.as_ref().map(|given| given.value.clone()),
        served: filled(&raw.served, faults),
        collected: true,
        method,
        effect,
    };
    together::check(raw, &facts, faults);
    facts
}

/// A GET reads; whatever does not say what it does is taken to write.
fn effect(raw: &RawOperation, method: &Ident, faults: &mut Faults) -> Ident {
    let usual = if method == "Get" { "Read" } else { "Write" };
    choose(&raw.effect, word::EFFECTS, usual, faults)
}

fn choose(
    given: &Slot<Ident>,
    vocabulary: word::Vocabulary,
    usual: &str,
    faults: &mut Faults,
) -> Ident {
    word::of(given, vocabulary, faults).unwrap_or_else(|| variant_ident(usual))
}

fn name(raw: &RawOperation, ident: &Ident, faults: &mut Faults) -> String {
    if raw.name.is_some() {
        return named(&raw.name, "operation name", faults).unwrap_or_default();
    }
    let name = case::snake(&case::plain(ident));
    if let Some(fault) = address::name_fault("operation name", &name) {
        faults.at(ident, format!("{fault}; give it another with `name = \"…\"`"));
    }
    name
}

fn named(given: &Slot<LitStr>, what: &str, faults: &mut Faults) -> Option<String> {
    let given = given.as_ref()?;
    let name = given.value.value();
    match address::name_fault(what, &name) {
        Some(fault) => {
            faults.at(&given.value, fault);
            None
        }
        None => Some(name),
    }
}

fn aliases(raw: &RawOperation, faults: &mut Faults) -> Vec<String> {
    let Some(given) = &raw.aliases else { return Vec::new() };
    let own = raw.name.as_ref().map(|given| given.value.value());
    let mut aliases: Vec<String> = Vec::new();
    for text in &given.value {
        let alias = text.value();
        if let Some(fault) = address::name_fault("operation name", &alias) {
            faults.at(text, fault);
        } else if own.as_ref() == Some(&alias) || aliases.contains(&alias) {
            faults.at(text, format!("`{alias}` is a name of this operation already"));
        }
        aliases.push(alias);
    }
    aliases
}

fn texts(given: &Slot<Vec<LitStr>>, what: &str, faults: &mut Faults) -> Vec<String> {
    let Some(given) = given else { return Vec::new() };
    for text in &given.value {
        if text.value().trim().is_empty() {
            faults.at(text, format!("{what} must not be empty"));
        }
    }
    given.value.iter().map(LitStr::value).collect()
}

fn filled(given: &Slot<LitStr>, faults: &mut Faults) -> Option<String> {
    let given = given.as_ref()?;
    if given.value.value().trim().is_empty() {
        faults.at(&given.value, format!("`{}` must not be empty", given.key));
    }
    Some(given.value.value())
}

fn at_least_one(given: &Slot<LitInt>, faults: &mut Faults) -> Option<u32> {
    let given = given.as_ref()?;
    match given.value.base10_parse::<u32>() {
        Ok(value) if value > 0 => Some(value),
        _ => {
            faults.at(&given.value, format!("`{}` must be at least 1, and fit a `u32`", given.key));
            None
        }
    }
}

fn example(given: &Given<RawExample>, faults: &mut Faults) -> Option<(String, String)> {
    let (Some(name), Some(params)) = (&given.value.name, &given.value.params) else {
        let sentence = "an example needs both: `example(name = \"…\", params = r#\"{…}\"#)`";
        faults.at(&given.key, sentence);
        return None;
    };
    let json = params.value.value();
    if !(json.trim_start().starts_with('{') && json.trim_end().ends_with('}')) {
        faults.at(&params.value, "the parameters of an example are a JSON object: `{…}`");
    }
    Some((name.value.value(), json))
}

fn deprecation(given: &Given<RawDeprecation>, faults: &mut Faults) -> Option<Deprecation> {
    let raw = &given.value;
    let Some(since) = day(&raw.since, faults) else {
        if raw.since.is_none() {
            faults
                .at(&given.key, "`deprecated` needs the day: `deprecated(since = \"2027-01-01\")`");
        }
        return None;
    };
    let sunset = day(&raw.sunset, faults);
    if let (Some(end), Some(slot)) = (&sunset, &raw.sunset)
        && *end < since
    {
        faults.at(&slot.value, format!("`sunset` is before `since` (\"{since}\")"));
    }
    Some(Deprecation { since, instead: filled(&raw.instead, faults), sunset })
}

fn day(given: &Slot<LitStr>, faults: &mut Faults) -> Option<String> {
    let given = given.as_ref()?;
    let day = given.value.value();
    if !quantity::is_day(&day) {
        faults.at(&given.value, "expected a day such as `\"2027-01-31\"`");
        return None;
    }
    Some(day)
}
