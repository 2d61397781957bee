//! What may be started by name.

use proc_macro2::Ident;
use syn::{DeriveInput, GenericParam};

use super::word::{self, variant_ident};
use super::{Derive, Refused, address, structure, stub, table};
use crate::attr::{self, RawEntryPoint};
use crate::case;
use crate::faults::Faults;
use crate::model::Table;

/// An entry point: its arguments and its facts.
pub(crate) struct EntryPoint {
    pub(crate) table: Table,
    pub(crate) name: String,
    pub(crate) kind: Ident,
}

const KINDS: word::Vocabulary =
    &[("server", "Server"), ("task", "Task"), ("supervisor", "Supervisor")];

/// Checks an entry point.
///
/// # Errors
///
/// Every fault of it.
pub(crate) fn entry_point(input: &DeriveInput) -> Result<EntryPoint, Box<Refused>> {
    let mut faults = Faults::default();
    let (raw, mentioned) = attr::read::<RawEntryPoint>(&input.attrs, &mut faults);
    if !structure::is_struct(input, Derive::EntryPoint, &mut faults) {
        return Err(Box::new(stub(faults, input, &raw.common)));
    }
    structure::misplaced(input, Derive::EntryPoint, &mut faults);
    structure::generics(input, Derive::EntryPoint, None, &mut faults);
    let generic = input.generics.params.iter().find(|p| !matches!(p, GenericParam::Lifetime(_)));
    if let Some(generic) = generic {
        faults.at(generic, "an entry point has one name, so its struct cannot be generic");
    }
    if crate::doc::read(&input.attrs).is_none() {
        let sentence = "an entry point needs a doc comment: it tells callers what they start";
        faults.at(&input.ident, sentence);
    }
    let kind = word::of(&raw.kind, KINDS, &mut faults);
    if kind.is_none() && !mentioned.has("kind") {
        let sentence = "an entry point needs a kind: add `kind = server`, `kind = task` or \
                        `kind = supervisor`";
        faults.at(&input.ident, sentence);
    }
    let name = name(&raw, &input.ident, &mut faults);
    let table = table(input, &raw.common, Derive::EntryPoint, &mut faults);
    if faults.is_empty() {
        let kind = kind.unwrap_or_else(|| variant_ident("Server"));
        return Ok(EntryPoint { table, name, kind });
    }
    Err(Box::new(stub(faults, input, &raw.common)))
}

fn name(raw: &RawEntryPoint, ident: &Ident, faults: &mut Faults) -> String {
    let Some(given) = &raw.name else { return case::snake(&case::plain(ident)) };
    let name = given.value.value();
    if let Some(fault) = address::name_fault("entry point name", &name) {
        faults.at(&given.value, fault);
    }
    name
}
