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

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn faults(input: &DeriveInput) -> Vec<String> {
        let refused = entry_point(input).err();
        let error = refused.and_then(|refused| refused.faults.into_error());
        error.into_iter().flatten().map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn a_name_is_given_or_comes_from_the_type() {
        let plain: DeriveInput = parse_quote! {
            /// Waits.
            #[entry_point(kind = task)]
            struct IdleWorker {}
        };
        let named: DeriveInput = parse_quote! {
            /// Waits.
            #[entry_point(name = "idle", kind = supervisor, crate = "my_app::arsenal")]
            struct IdleWorker {}
        };
        for (input, name, kind) in [(plain, "idle_worker", "Task"), (named, "idle", "Supervisor")] {
            let checked = entry_point(&input).ok().map(|e| (e.name, e.kind.to_string()));
            assert_eq!(checked, Some((name.to_owned(), kind.to_owned())));
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let input = parse_quote! {
            #[entry_point(name = "Idle")]
            struct Idle<T> {
                naps: u32,
            }
        };
        let faults = faults(&input);
        let expected =
            ["cannot be generic", "doc comment", "needs a kind", "may hold only", "`naps`"];
        assert_eq!(faults.len(), expected.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(expected) {
            assert!(fault.contains(part), "{fault}");
        }
    }

    #[test]
    fn a_wrong_word_is_told_with_the_right_ones() {
        let cases: [(DeriveInput, &str); 3] = [
            (
                parse_quote! {
                    /// Waits.
                    #[entry_point(kind = sever)]
                    struct Idle {}
                },
                "did you mean `server`?",
            ),
            (
                parse_quote! {
                    /// Waits.
                    #[entry_point(kid = task)]
                    struct Idle {}
                },
                "did you mean `kind`?",
            ),
            (
                parse_quote! {
                    /// Waits.
                    #[entry_point(kind = task)]
                    #[operation(role = viewer)]
                    struct Idle {}
                },
                "use `#[entry_point(…)]`",
            ),
        ];
        for (input, part) in cases {
            let faults = faults(&input);
            assert!(faults.len() == 1 && faults[0].contains(part), "{faults:?}");
        }
    }
}
