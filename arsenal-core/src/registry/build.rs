//! Puts the registry together, and tells everything that is wrong with the declarations at once.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use super::address::without_names;
use super::check::table_faults;
use super::{Registered, Snapshot, is_name};
use crate::entry::{Entry, States};
use crate::model::{Method, Place, Text};

/// Why a program was not put together: every fault, each with its place.
#[derive(Debug, PartialEq)]
pub struct BuildError {
    /// The faults.
    pub faults: Vec<BuildFault>,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the operations cannot be put together ({} faults)", self.faults.len())?;
        for fault in &self.faults {
            write!(f, "\n- {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildError {}

/// One thing that is wrong with the declarations.
#[derive(Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum BuildFault {
    /// Rename one of them.
    #[error("two operations are named `{name}`: {first} and {second}")]
    DuplicateName { name: Text, first: Place, second: Place },
    /// Give one of them another path or method.
    #[error("two operations have the address {} {path}: {first} and {second}", method.as_str())]
    DuplicateAddress { method: Method, path: Text, first: Place, second: Place },
    /// The name must match `[a-z][a-z0-9_]{0,47}`.
    #[error("`{name}` is not a name: use a-z, 0-9 and _, at most 48, a letter first; {place}")]
    BadName { name: Text, place: Place },
    /// Hand the state to the builder.
    #[error(
        "operation `{operation}` needs the state {state}: add `.state(…)` to the builder; {place}"
    )]
    MissingState { operation: Text, state: &'static str, place: Place },
    /// A parameter's declaration contradicts itself.
    #[error("operation `{operation}`, parameter `{pointer}`: {detail}; {place}")]
    BadParameter { operation: Text, pointer: String, detail: String, place: Place },
    /// The linker dropped the crate, or it declares nothing.
    #[error("the crate `{package}` contributed no operation: write `arsenal::link!({});` in the program", package.replace('-', "_"))]
    NotLinked { package: Text },
    /// A program without operations is not what anybody meant.
    #[error("no operation was found: declare one, or write `arsenal::link!(their_crate);`")]
    NoOperations,
}

/// The snapshot of the declared operations, with their states.
///
/// # Errors
///
/// Every fault at once.
pub(crate) fn build(
    entries: Vec<Entry>,
    states: &States,
    expected: &[Text],
) -> Result<Snapshot, BuildError> {
    let mut entries = entries;
    entries.sort_by_key(|entry| (&entry.spec.name, &entry.spec.place.file, entry.spec.place.line));
    let mut faults = Vec::new();
    names(&entries, &mut faults);
    addresses(&entries, &mut faults);
    crates(&entries, expected, &mut faults);
    let unit = super::registered::no_state();
    let mut operations = Vec::with_capacity(entries.len());
    for entry in entries {
        table_faults(entry.spec, &mut faults);
        let need = entry.erased.state();
        let state = if need.type_id == std::any::TypeId::of::<()>() {
            Some(Arc::clone(&unit))
        } else {
            states.get(&need.type_id).map(Arc::clone)
        };
        match state {
            Some(state) => operations.push(Arc::new(Registered::declared(entry, state))),
            None => faults.push(BuildFault::MissingState {
                operation: entry.spec.name.clone(),
                state: need.type_name,
                place: entry.spec.place.clone(),
            }),
        }
    }
    if faults.is_empty() { Ok(Snapshot::of(operations)) } else { Err(BuildError { faults }) }
}

/// How many operations each crate contributed.
pub(crate) fn per_crate(snapshot: &Snapshot) -> BTreeMap<Text, usize> {
    let mut counts = BTreeMap::new();
    for operation in snapshot.all() {
        *counts.entry(operation.spec().place.package.clone()).or_default() += 1;
    }
    counts
}

fn names(entries: &[Entry], faults: &mut Vec<BuildFault>) {
    let mut seen: HashMap<&str, &Place> = HashMap::new();
    for entry in entries {
        let spec = entry.spec;
        for name in std::iter::once(&spec.name).chain(spec.aliases.iter()) {
            if !is_name(name) {
                let place = spec.place.clone();
                faults.push(BuildFault::BadName { name: name.clone(), place });
            }
            if let Some(first) = seen.insert(name, &spec.place) {
                faults.push(BuildFault::DuplicateName {
                    name: name.clone(),
                    first: first.clone(),
                    second: spec.place.clone(),
                });
            }
        }
    }
}

fn addresses(entries: &[Entry], faults: &mut Vec<BuildFault>) {
    let mut seen: HashMap<(Method, String), &Place> = HashMap::new();
    for entry in entries {
        let spec = entry.spec;
        let Some(path) = &spec.http.path else { continue };
        if let Some(first) = seen.insert((spec.http.method, without_names(path)), &spec.place) {
            faults.push(BuildFault::DuplicateAddress {
                method: spec.http.method,
                path: path.clone(),
                first: first.clone(),
                second: spec.place.clone(),
            });
        }
    }
}

fn crates(entries: &[Entry], expected: &[Text], faults: &mut Vec<BuildFault>) {
    for package in expected {
        let named = |place: &Place| place.package.replace('-', "_") == package.replace('-', "_");
        if !entries.iter().any(|entry| named(&entry.spec.place)) {
            faults.push(BuildFault::NotLinked { package: package.clone() });
        }
    }
    if entries.is_empty() && expected.is_empty() {
        faults.push(BuildFault::NoOperations);
    }
}
