//! Raw to checked: every fault of a declaration, each where it stands.

mod address;

mod choice;

mod constraints;

mod entry_point;

mod facts;

mod failure;

mod fields;

mod structure;

mod word;

pub(crate) use choice::choice;
pub(crate) use entry_point::{EntryPoint, entry_point};
pub(crate) use failure::failure;

use proc_macro2::Ident;
use syn::{DeriveInput, Generics, Path, Type};

use crate::attr::{self, Mentioned};
use crate::faults::Faults;
use crate::model::{Operation, RawOperation, RawParams, Slot, Table};

/// A declaration that does not hold, and what its stub needs.
pub(crate) struct Refused {
    pub(crate) faults: Faults,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) krate: Path,
    pub(crate) output: Option<Type>,
    pub(crate) error: Option<Type>,
}

/// Which derive is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    Operation,
    Params,
    EntryPoint,
}

impl Derive {
    fn name(self) -> &'static str {
        match self {
            Self::Operation => "Operation",
            Self::Params => "Params",
            Self::EntryPoint => "EntryPoint",
        }
    }

    /// What the struct is, with its article.
    fn noun(self) -> &'static str {
        match self {
            Self::Operation => "an operation",
            Self::Params => "a struct of parameters",
            Self::EntryPoint => "an entry point",
        }
    }
}

/// Checks an operation.
///
/// # Errors
///
/// Every fault of it.
pub(crate) fn operation(input: &DeriveInput) -> Result<Operation, Box<Refused>> {
    let mut faults = Faults::default();
    let (raw, mentioned) = attr::read::<RawOperation>(&input.attrs, &mut faults);
    let refused = |faults: Faults, raw: RawOperation| {
        Box::new(Refused {
            output: raw.output.map(|given| given.value),
            error: raw.error.map(|given| given.value),
            ..stub(faults, input, &raw.common)
        })
    };
    if !structure::is_struct(input, Derive::Operation, &mut faults) {
        return Err(refused(faults, raw));
    }
    structure::misplaced(input, Derive::Operation, &mut faults);
    structure::generics(input, Derive::Operation, raw.generic.as_ref(), &mut faults);
    let mut facts = facts::check(&raw, &mentioned, input, &mut faults);
    facts.collected = raw.generic.is_none();
    let mut table = table(input, &raw.common, Derive::Operation, &mut faults);
    if let Some(path) = &raw.path {
        address::path_params(&path.value, &mut table.fields, &mut faults);
    }
    if faults.is_empty() { Ok(Operation { table, facts }) } else { Err(refused(faults, raw)) }
}

/// Checks a struct of parameters.
///
/// # Errors
///
/// Every fault of it.
pub(crate) fn params(input: &DeriveInput) -> Result<Table, Box<Refused>> {
    let mut faults = Faults::default();
    let (raw, _) = attr::read::<RawParams>(&input.attrs, &mut faults);
    if !structure::is_struct(input, Derive::Params, &mut faults) {
        return Err(Box::new(stub(faults, input, &raw)));
    }
    structure::misplaced(input, Derive::Params, &mut faults);
    structure::generics(input, Derive::Params, None, &mut faults);
    let table = table(input, &raw, Derive::Params, &mut faults);
    if faults.is_empty() { Ok(table) } else { Err(Box::new(stub(faults, input, &raw))) }
}

fn stub(faults: Faults, input: &DeriveInput, raw: &RawParams) -> Refused {
    Refused {
        faults,
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        krate: facade(&raw.krate),
        output: None,
        error: None,
    }
}

/// The crate that generated code calls.
pub(crate) fn facade(given: &Slot<Path>) -> Path {
    given.as_ref().map_or_else(|| syn::parse_quote!(::arsenal), |given| given.value.clone())
}

fn table(input: &DeriveInput, raw: &RawParams, derive: Derive, faults: &mut Faults) -> Table {
    let ignores = word::of(&raw.unknown_fields, word::UNKNOWN_FIELDS, faults);
    Table {
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        krate: facade(&raw.krate),
        doc: crate::doc::read(&input.attrs).unwrap_or_else(|| quote::quote!("")),
        fields: fields::check(input, derive, faults),
        ignores_unknown: ignores.is_some_and(|policy| policy == "Ignore"),
        rule: raw.rule.as_ref().map(|given| given.value.clone()),
    }
}

/// Says what is missing, once.
fn need<T>(value: Option<T>, key: &str, at: (&Ident, &Mentioned, &mut Faults)) -> Option<T> {
    let (ident, mentioned, faults) = at;
    if value.is_none() && !mentioned.has(key) {
        let how = match key {
            "role" => "add `role = viewer` (or `role = public` if it is open to all)",
            _ => "add `category = \"…\"`, the group that it is listed under",
        };
        faults.at(ident, format!("an operation needs a {key}: {how}"));
    }
    value
}
