//! An enum of words.

use proc_macro2::Ident;
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Variant};

use super::{Refused, facade};
use crate::attr;
use crate::case;
use crate::faults::Faults;
use crate::model::{Choice, RawChoice, RawWord, Word};

/// Checks an enum of words.
///
/// # Errors
///
/// Every fault of it.
pub(crate) fn choice(input: &DeriveInput) -> Result<Choice, Box<Refused>> {
    let mut faults = Faults::default();
    let (raw, _) = attr::read::<RawChoice>(&input.attrs, &mut faults);
    if let Some(param) = input.generics.params.first() {
        faults.at(param, "a `Choice` has no parameters: its variants are words");
    }
    super::structure::no_serde(input, "Choice", &mut faults);
    let words = words(input, &mut faults);
    distinct(&words, &mut faults);
    let krate = facade(&raw.krate);
    if faults.is_empty() {
        let doc = crate::doc::read(&input.attrs).unwrap_or_else(|| quote!(""));
        return Ok(Choice { ident: input.ident.clone(), krate, doc, words });
    }
    Err(Box::new(Refused {
        faults,
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        krate,
        output: None,
        error: None,
    }))
}

fn words(input: &DeriveInput, faults: &mut Faults) -> Vec<Word> {
    let Data::Enum(data) = &input.data else {
        let sentence = "`Choice` can be derived for enums only; derive `Params` on a struct";
        faults.at(&input.ident, sentence);
        return Vec::new();
    };
    if data.variants.is_empty() {
        faults.at(&input.ident, "a `Choice` needs a variant: no word could pass");
    }
    data.variants.iter().map(|variant| word(variant, faults)).collect()
}

fn word(variant: &Variant, faults: &mut Faults) -> Word {
    let (raw, _) = attr::read::<RawWord>(&variant.attrs, faults);
    if !matches!(variant.fields, Fields::Unit) {
        let sentence = "a variant of a `Choice` is a word and holds nothing; for an enum that \
                        holds values use `#[param(foreign)]` on the field";
        faults.at(&variant.fields, sentence);
    }
    let word = match &raw.rename {
        Some(given) => checked_word(&given.value, faults),
        None => case::snake(&case::plain(&variant.ident)),
    };
    let aliases = raw.alias.map(|given| given.value).unwrap_or_default();
    Word {
        variant: variant.ident.clone(),
        word,
        aliases: aliases.iter().map(|text| checked_word(text, faults)).collect(),
        doc: crate::doc::read(&variant.attrs).unwrap_or_else(|| quote!("")),
    }
}

fn checked_word(text: &LitStr, faults: &mut Faults) -> String {
    let word = text.value();
    if word.is_empty() || word.chars().any(|c| c.is_control() || c == ',') {
        faults.at(text, "a word must not be empty, and holds no comma and no control character");
    }
    word
}

fn distinct(words: &[Word], faults: &mut Faults) {
    let mut seen: Vec<(&str, &Ident)> = Vec::new();
    for word in words {
        for name in std::iter::once(&word.word).chain(&word.aliases) {
            match seen.iter().find(|(known, _)| known == name) {
                Some((_, first)) => faults.with_note(
                    (&word.variant, format!("two words are `{name}`")),
                    (first, "the first one is here"),
                ),
                None => seen.push((name, &word.variant)),
            }
        }
    }
}
