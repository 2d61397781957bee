//! An enum of errors.

use syn::{Data, DeriveInput, Variant};

use super::word::{CLASSES, variant_ident};
use super::{Refused, facade, word};
use crate::attr::{self, Mentioned};
use crate::case;
use crate::faults::Faults;
use crate::model::{Code, Failure, RawCode, RawFailure};

/// Checks an enum of errors.
///
/// # Errors
///
/// Every fault of it.
pub(crate) fn failure(input: &DeriveInput) -> Result<Failure, Box<Refused>> {
    let mut faults = Faults::default();
    let (raw, _) = attr::read::<RawFailure>(&input.attrs, &mut faults);
    let codes: Vec<Code> = if let Data::Enum(data) = &input.data {
        data.variants.iter().map(|variant| code(variant, &mut faults)).collect()
    } else {
        let sentence = "`Failure` can be derived for enums only: one variant for each way to fail";
        faults.at(&input.ident, sentence);
        Vec::new()
    };
    one_class_each(&codes, &mut faults);
    let krate = facade(&raw.krate);
    let (ident, generics) = (input.ident.clone(), input.generics.clone());
    if faults.is_empty() {
        return Ok(Failure { ident, generics, krate, codes });
    }
    Err(Box::new(Refused { faults, ident, generics, krate, output: None, error: None }))
}

fn code(variant: &Variant, faults: &mut Faults) -> Code {
    let (raw, mentioned) = attr::read::<RawCode>(&variant.attrs, faults);
    let class = word::of(&raw.class, CLASSES, faults);
    if class.is_none() {
        class_missing(variant, &mentioned, faults);
    }
    let code = match &raw.code {
        None => case::screaming(&case::plain(&variant.ident)),
        Some(given) => {
            let code = given.value.value();
            if !is_code(&code) {
                let better = case::repaired(&code).to_uppercase();
                let sentence =
                    format!("code `{code}` may hold only `A-Z`, `0-9` and `_`; try `{better}`");
                faults.at(&given.value, sentence);
            }
            code
        }
    };
    Code {
        variant: variant.ident.clone(),
        class: class.unwrap_or_else(|| variant_ident("Execution")),
        code,
        transient: raw.transient.is_some(),
        doc: crate::doc::read(&variant.attrs).unwrap_or_else(|| quote::quote!("")),
    }
}

fn class_missing(variant: &Variant, mentioned: &Mentioned, faults: &mut Faults) {
    if !mentioned.has("class") {
        let sentence = format!(
            "failure `{}` needs a class: add `#[failure(class = not_found)]`, or another of them",
            variant.ident
        );
        faults.at(&variant.ident, sentence);
    }
}

fn is_code(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Two variants may answer with one code, if they are of one class.
fn one_class_each(codes: &[Code], faults: &mut Faults) {
    for (index, code) in codes.iter().enumerate() {
        let earlier = codes[..index].iter().find(|first| first.code == code.code);
        if let Some(first) = earlier.filter(|first| first.class != code.class) {
            faults.with_note(
                (&code.variant, format!("code `{}` is given two classes", code.code)),
                (&first.variant, "the first one is here"),
            );
        }
    }
}
