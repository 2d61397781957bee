//! The operations a program offers, as readers see them: an immutable snapshot.
//!
//! Readers take no lock. A change makes a new snapshot and puts it in place whole, so a reader
//! sees all of a change or nothing of it. Link order differs between builds; everything that
//! leaves here is sorted by name.

mod address;
mod build;

mod check;

mod counts;

mod registered;

mod search;

mod swap;

pub use build::{BuildError, BuildFault};
pub use registered::{Registered, Times};

pub(crate) use build::{build, per_crate};

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::codes;
use crate::dynamic::DynamicOperation;
use crate::error::Error;
use crate::model::{OperationSpec, Text, Visibility};
use crate::params::dynamic::SchemaParams;
use crate::suggest::nearest;

use swap::Swap;

/// The operations of a program.
#[derive(Debug)]
pub struct Registry {
    /// The names of what is declared in the program, which stays: found without a look at what
    /// changes.
    by_name: FxHashMap<Text, OperationRef>,
    /// What is declared, by the numbers in its references.
    declared: Vec<Arc<Registered>>,
    snapshot: Swap<Snapshot>,
}

/// The operations at one moment.
#[derive(Debug, Default, Clone)]
pub struct Snapshot {
    /// Where it stands in `sorted`.
    by_name: FxHashMap<Text, usize>,
    sorted: Vec<Arc<Registered>>,
}

/// An operation, as a call of it holds it: to hold on to one that stays takes no count.
#[derive(Debug, Clone)]
pub(crate) enum OperationRef {
    /// By its number, and with its facts, which every step asks for.
    Declared(usize, &'static OperationSpec),
    Dynamic(Arc<Registered>),
}

/// Why a dynamic operation was not registered or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RegisterError {
    /// Remove it first, or ask for replacement.
    #[error("an operation named `{name}` is there already")]
    Taken { name: Text },
    /// Only dynamic operations can be replaced or removed.
    #[error("`{name}` is declared in the program and cannot be replaced or removed")]
    Declared { name: Text },
    /// The name must match `[a-z][a-z0-9_]{0,47}`.
    #[error("`{name}` is not a name: use a-z, 0-9 and _, at most 48, a letter first")]
    BadName { name: Text },
    /// The schema must be a valid JSON Schema (draft 2020-12) of an object.
    #[error("the schema of `{name}` is not valid: {reason}")]
    BadSchema { name: Text, reason: String },
    /// A path is literal segments and parameters in braces, such as `/orders/{id}`.
    #[error("`{name}` cannot stand at `{path}`: a path is as `/orders/{{id}}`")]
    BadPath { name: Text, path: Text },
    /// Give it another path or method.
    #[error("`{name}` cannot stand at `{path}`: `{holder}` stands there")]
    AddressTaken { name: Text, path: Text, holder: Text },
    /// There is none to remove.
    #[error("no operation named `{name}`")]
    NotFound { name: Text },
}

impl Registry {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        let reference = |(name, at): (&Text, &usize)| {
            let operation = &snapshot.sorted[*at];
            let reference = match operation.declared_spec() {
                Some(spec) => OperationRef::Declared(*at, spec),
                None => OperationRef::Dynamic(Arc::clone(operation)),
            };
            (name.clone(), reference)
        };
        Self {
            by_name: snapshot.by_name.iter().map(reference).collect(),
            declared: snapshot.sorted.clone(),
            snapshot: Swap::new(snapshot),
        }
    }

    /// The operations as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load()
    }

    // Always: of a call by type the name is known, and so is its hash.
    #[inline(always)]
    pub(crate) fn find(&self, name: &str) -> Result<OperationRef, Error> {
        match self.by_name.get(name) {
            Some(declared) => Ok(declared.clone()),
            None => self.find_dynamic(name).map(OperationRef::Dynamic),
        }
    }

    fn find_dynamic(&self, name: &str) -> Result<Arc<Registered>, Error> {
        let snapshot = self.snapshot.peek();
        snapshot.get(name).cloned().ok_or_else(|| snapshot.unknown(name))
    }

    /// The operation of a reference that was found here.
    #[inline]
    pub(crate) fn get<'a>(&'a self, reference: &'a OperationRef) -> &'a Registered {
        match reference {
            OperationRef::Declared(at, _) => &self.declared[*at],
            OperationRef::Dynamic(operation) => operation,
        }
    }

    /// Adds a dynamic operation.
    ///
    /// # Errors
    ///
    /// [`RegisterError::Taken`] and [`RegisterError::Declared`] where the name is not free,
    /// [`RegisterError::BadPath`] and [`RegisterError::AddressTaken`] where its address is not,
    /// [`RegisterError::BadName`], [`RegisterError::BadSchema`].
    pub fn register(&self, operation: DynamicOperation) -> Result<(), RegisterError> {
        self.put(operation, false)
    }

    /// Adds a dynamic operation; one of the same name is replaced. Calls under way end with the
    /// one they began with.
    ///
    /// # Errors
    ///
    /// As [`Registry::register`], but for [`RegisterError::Taken`].
    pub fn replace(&self, operation: DynamicOperation) -> Result<(), RegisterError> {
        self.put(operation, true)
    }

    /// Removes a dynamic operation.
    ///
    /// # Errors
    ///
    /// [`RegisterError::NotFound`], [`RegisterError::Declared`].
    pub fn unregister(&self, name: &str) -> Result<(), RegisterError> {
        let name = Text::Owned(name.to_owned());
        self.snapshot.change(|now| match now.get(&name) {
            None => Err(RegisterError::NotFound { name }),
            Some(found) if !found.is_dynamic() => Err(RegisterError::Declared { name }),
            Some(found) => {
                let rest = now.sorted.iter().filter(|op| !Arc::ptr_eq(op, found)).cloned();
                Ok(Snapshot::of(rest.collect()))
            }
        })
    }

    fn put(&self, operation: DynamicOperation, replace: bool) -> Result<(), RegisterError> {
        let name = operation.spec.name.clone();
        if !is_name(&name) {
            return Err(RegisterError::BadName { name });
        }
        let path = operation.spec.http.path.clone().unwrap_or_default();
        if operation.spec.http.path.is_some() && !address::is_path(&path) {
            return Err(RegisterError::BadPath { name, path });
        }
        // Compiled before the change begins: it may be slow, and it may fail.
        let schema = SchemaParams::compile(&operation.schema).map_err(|reason| {
            RegisterError::BadSchema { name: name.clone(), reason: reason.to_string() }
        })?;
        let added = Arc::new(Registered::dynamic(operation, schema));
        self.snapshot.change(|now| {
            match now.get(&name) {
                Some(found) if !found.is_dynamic() => return Err(RegisterError::Declared { name }),
                Some(_) if !replace => return Err(RegisterError::Taken { name }),
                _ => {}
            }
            if let Some(holder) = address::holder(now, added.spec()) {
                return Err(RegisterError::AddressTaken { name, path, holder });
            }
            let others = now.sorted.iter().filter(|op| op.spec().name != name).cloned();
            Ok(Snapshot::of(others.chain([added]).collect()))
        })
    }
}

impl Snapshot {
    pub(crate) fn of(mut operations: Vec<Arc<Registered>>) -> Self {
        operations.sort_by(|a, b| a.spec().name.cmp(&b.spec().name));
        let mut by_name = FxHashMap::default();
        let (dynamic, declared): (Vec<_>, Vec<_>) =
            operations.iter().enumerate().partition(|(_, op)| op.is_dynamic());
        // What is declared wins over what is not, and a name over another operation's alias.
        for (at, operation) in dynamic.into_iter().chain(declared) {
            for alias in operation.spec().aliases.iter() {
                by_name.insert(alias.clone(), at);
            }
        }
        for (at, operation) in operations.iter().enumerate() {
            by_name.insert(operation.spec().name.clone(), at);
        }
        Self { by_name, sorted: operations }
    }

    /// The operation of a name or an alias.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Registered>> {
        self.by_name.get(name).map(|at| &self.sorted[*at])
    }

    /// The operation of a name or an alias, if transports show it.
    #[must_use]
    pub fn get_listed(&self, name: &str) -> Option<&Arc<Registered>> {
        self.get(name).filter(|op| op.spec().visibility == Visibility::Listed)
    }

    /// Every operation, internal ones too, by name.
    #[must_use]
    pub fn all(&self) -> &[Arc<Registered>] {
        &self.sorted
    }

    /// The operations that transports show, by name.
    pub fn listed(&self) -> impl Iterator<Item = &Arc<Registered>> {
        self.sorted.iter().filter(|op| op.spec().visibility == Visibility::Listed)
    }

    /// The categories of the listed operations and how many each has, by name.
    #[must_use]
    pub fn categories(&self) -> Vec<(&str, usize)> {
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for operation in self.listed() {
            *counts.entry(&operation.spec().category).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// The listed operations that fit the words best, best first. Capitals do not matter, and
    /// a typing error is forgiven.
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<&Arc<Registered>> {
        search::search(self, words)
    }

    /// The error for a name that nobody has, with the nearest that somebody has.
    #[must_use]
    pub fn unknown(&self, name: &str) -> Error {
        let listed = self.listed().map(|op| op.spec().name.as_ref());
        let near = nearest(name, listed);
        let sentence = match near {
            Some(near) => format!("no operation `{name}`; did you mean `{near}`?"),
            None => format!("no operation `{name}`; `list_operations` lists them"),
        };
        let error = codes::NO_OPERATION.error(sentence);
        match near {
            Some(near) => error.with_detail("suggestion", near),
            None => error,
        }
    }
}

/// Whether a text can be an operation's name on every transport.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 48
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
