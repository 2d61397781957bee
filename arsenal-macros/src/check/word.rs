//! Words that stand for a variant of core's enums.

use proc_macro2::{Ident, Span};

use crate::faults::Faults;
use crate::model::Slot;
use crate::words::{nearest, quoted};

/// The words of a key, and the variant that each stands for.
pub(super) type Vocabulary = &'static [(&'static str, &'static str)];

pub(super) const ROLES: Vocabulary =
    &[("public", "Public"), ("viewer", "Viewer"), ("operator", "Operator"), ("admin", "Admin")];

pub(super) const EFFECTS: Vocabulary =
    &[("read", "Read"), ("write", "Write"), ("destructive", "Destructive")];

pub(super) const METHODS: Vocabulary =
    &[("GET", "Get"), ("POST", "Post"), ("PUT", "Put"), ("PATCH", "Patch"), ("DELETE", "Delete")];

pub(super) const IDEMPOTENCY_KEYS: Vocabulary = &[("taken", "Taken"), ("required", "Required")];

pub(super) const MODES: Vocabulary = &[("call", "Call"), ("job", "Job")];

pub(super) const VISIBILITIES: Vocabulary = &[("listed", "Listed"), ("internal", "Internal")];

pub(super) const CANCELS: Vocabulary = &[("drop", "Drop"), ("finish", "Finish")];

pub(super) const UNKNOWN_FIELDS: Vocabulary = &[("refuse", "Refuse"), ("ignore", "Ignore")];

pub(super) const STYLES: Vocabulary = &[("repeat", "Repeat"), ("comma", "Comma")];

pub(super) const CLASSES: Vocabulary = &[
    ("malformed", "Malformed"),
    ("validation", "Validation"),
    ("unauthenticated", "Unauthenticated"),
    ("forbidden", "Forbidden"),
    ("not_found", "NotFound"),
    ("conflict", "Conflict"),
    ("precondition", "Precondition"),
    ("rate_limited", "RateLimited"),
    ("timeout", "Timeout"),
    ("cancelled", "Cancelled"),
    ("unavailable", "Unavailable"),
    ("execution", "Execution"),
    ("system", "System"),
];

/// The variant's name; `None` where the key is absent or its word is none of the vocabulary.
pub(super) fn of(
    given: &Slot<Ident>,
    vocabulary: Vocabulary,
    faults: &mut Faults,
) -> Option<Ident> {
    let given = given.as_ref()?;
    let word = crate::case::plain(&given.value);
    if let Some((_, variant)) = vocabulary.iter().find(|(known, _)| *known == word) {
        return Some(variant_ident(variant));
    }
    let known: Vec<&str> = vocabulary.iter().map(|(word, _)| *word).collect();
    let meant = nearest(&word, &known).map(|near| format!("did you mean `{near}`? "));
    let sentence = format!(
        "`{}` cannot be `{word}`; {}it is one of {}",
        given.key,
        meant.unwrap_or_default(),
        quoted(&known)
    );
    faults.at(&given.value, sentence);
    None
}

/// A variant's name as an identifier.
pub(super) fn variant_ident(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
