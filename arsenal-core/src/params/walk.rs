//! The table walker: reads a refused text once more and tells everything that is wrong with it.
//!
//! One pass over the text, for any table: nothing here is generic over an operation. Faults of
//! one object stand in the order of its declaration, unknown fields last; each has the JSON
//! Pointer of the input, in the names that the input uses.

mod at;

mod list;

pub(crate) mod object;

mod scalar;

use std::borrow::Cow;

use serde_json::Value;

use self::at::At;
use super::read::syntax;
use super::sentence::Digits;
use super::{Constraints, Shape, StructSpec};
use crate::error::Error;
use crate::fault::{BrokenConstraint, Budget, Fault, cut, escape};

/// Everything that is wrong with the text.
///
/// # Errors
///
/// The text is not JSON.
pub(crate) fn faults(text: &str, table: &'static StructSpec) -> Result<Found, serde_json::Error> {
    let mut walk = Walk::default();
    walk.faults.reserve(12);
    walk.path.reserve(64);
    let read = At::root(&mut walk, table).text(text);
    walk.finish(text, read)
}

/// Every key that is given twice, in a text of any form.
///
/// # Errors
///
/// The text is not JSON.
pub(crate) fn any(text: &str) -> Result<Found, serde_json::Error> {
    let mut walk = Walk::default();
    let read = At::new(&mut walk, &Shape::Any, &Constraints::NONE).text(text);
    walk.finish(text, read)
}

/// What is wrong with a text that is JSON.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) faults: Vec<Fault>,
    /// How many more there are than an answer should hold, as far as they were counted.
    pub(crate) n_omitted: usize,
}

impl Found {
    /// The refusal.
    pub(crate) fn into_error(self) -> Error {
        let error = Error::invalid(self.faults);
        match self.n_omitted {
            0 => error,
            more => error.with_detail("omitted", more),
        }
    }
}

/// As deep as serde_json goes; a part that is read on its own counts on from where it stands.
const DEPTH_MAX: usize = 128;

/// Where the walk stands, and what it has found.
#[derive(Debug, Default)]
struct Walk {
    /// Each with the place of its field in the object that is being read.
    faults: Vec<(u32, Fault)>,
    path: String,
    depth: usize,
    budget: Budget,
}

impl Walk {
    fn finish(
        self,
        text: &str,
        read: Result<(), serde_json::Error>,
    ) -> Result<Found, serde_json::Error> {
        if let Err(cause) = read {
            // Parts of the text may have been read on their own: only the whole has the right line.
            return Err(syntax(text).err().unwrap_or(cause));
        }
        let faults = self.faults.into_iter().map(|(_, fault)| fault).collect();
        Ok(Found { faults, n_omitted: self.budget.n_omitted() })
    }

    /// Whether there is no use in looking for a good sentence any more.
    fn is_full(&self) -> bool {
        self.budget.is_full()
    }

    /// A fault where the walk stands.
    fn tell(&mut self, code: &'static str, detail: impl Into<Cow<'static, str>>) {
        self.push(code, detail.into(), None, None);
    }

    /// A fault with the constraint that was broken.
    fn tell_broken(
        &mut self,
        code: &'static str,
        detail: Cow<'static, str>,
        name: &'static str,
        value: Value,
    ) {
        self.push(code, detail, Some(BrokenConstraint { name, value }), None);
    }

    fn push(
        &mut self,
        code: &'static str,
        detail: Cow<'static, str>,
        constraint: Option<BrokenConstraint>,
        suggestion: Option<Cow<'static, str>>,
    ) {
        let Self { faults, path, budget, .. } = self;
        let fault = budget.admit(|| {
            let (pointer, code) = (cut(path).into_owned(), Cow::Borrowed(code));
            Fault { pointer, parameter: None, code, detail, constraint, suggestion }
        });
        faults.extend(fault.map(|fault| (0, fault)));
    }

    /// A fault that others made, with a pointer of its own.
    fn push_made(&mut self, fault: Fault) {
        self.faults.extend(self.budget.admit(|| fault).map(|fault| (0, fault)));
    }

    /// Steps into a key; the answer leads back out.
    fn enter(&mut self, key: &str) -> usize {
        let before = self.path.len();
        self.path.push('/');
        self.path.push_str(&escape(key));
        before
    }

    /// Steps into an item.
    fn enter_index(&mut self, index: usize) -> usize {
        let before = self.path.len();
        self.path.push('/');
        self.path.push_str(Digits::default().write(i64::try_from(index).unwrap_or(i64::MAX)));
        before
    }

    fn leave(&mut self, before: usize) {
        self.path.truncate(before);
    }

    /// How many faults there are, told or omitted.
    fn count(&self) -> usize {
        self.budget.count()
    }
}

/// Whether any field of the table, or of one below it, is secret.
pub(crate) fn holds_secret(table: &'static StructSpec) -> bool {
    fn in_shape(shape: &Shape, depth: usize) -> bool {
        match shape {
            Shape::Secret(_) => true,
            Shape::Nullable(inner) => in_shape(inner, depth),
            Shape::List { item, .. } => in_shape(item, depth),
            Shape::Map { key, value } => in_shape(key, depth) || in_shape(value, depth),
            Shape::Struct(table) => in_table(table(), depth + 1),
            _ => false,
        }
    }
    fn in_table(table: &'static StructSpec, depth: usize) -> bool {
        // A type may hold itself; what is so deep is taken for secret.
        depth > 8 || table.fields.iter().any(|field| in_shape(field.shape, depth))
    }
    in_table(table, 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::params::{Params, Secret};

    macro_rules! table {
        ($Name:ident: $Type:ty) => {
            /// One field.
            #[derive(arsenal_core::Params)]
            #[params(crate = arsenal_core)]
            struct $Name {
                /// The field.
                field: $Type,
            }
        };
    }

    table!(Plain: BTreeMap<String, Option<Vec<u8>>>);
    table!(Hidden: Secret<u8>);
    table!(Perhaps: Option<Secret<u8>>);
    table!(Listed: Vec<Secret<u8>>);
    table!(Mapped: BTreeMap<String, Secret<u8>>);
    table!(Nested: Vec<Hidden>);
    table!(Outer: Option<Plain>);
    table!(Endless: Option<Box<Endless>>);

    #[test]
    fn a_table_holds_a_secret_wherever_one_of_its_fields_does() {
        let cases = [
            (Plain::table(), false),
            (Outer::table(), false),
            (Hidden::table(), true),
            (Perhaps::table(), true),
            (Listed::table(), true),
            (Mapped::table(), true),
            (Nested::table(), true),
            // Nobody has looked at all of it.
            (Endless::table(), true),
        ];
        for (table, expected) in cases {
            assert_eq!(holds_secret(table), expected, "{}", table.name);
        }
    }
}
