//! The functions that generated code calls: everything of a declaration that is not a fact.

mod check;

mod decode;

mod encode;

mod limits;

pub use check::{check_custom, check_default, check_rule, needs_len, needs_number, needs_text};
pub(crate) use decode::{Key, decode_open};
pub use decode::{choice, decode_struct, defaulted, put, put_within, required};
pub(crate) use encode::Encode;
pub use encode::{computed, encode_entry, encode_struct};
pub use limits::{
    bound_of, check_bound, check_lens, check_one_of, check_pattern, check_range, check_step, len_of,
};

use super::{Constraints, ParamWith};
use crate::fault::Invalid;

/// Whether absence is a value of the field's type.
#[must_use]
pub fn absent<W: ParamWith<T>, T>() -> bool {
    W::absent().is_some()
}

/// Whether the value keeps the field's constraints.
#[inline]
#[must_use]
pub fn fits<W: ParamWith<T>, T>(value: &T, constraints: &Constraints) -> bool {
    W::fits(value, constraints)
}

/// Whether a custom validator let the value pass: the verdict only, the walker tells the rest.
#[inline]
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "generated code hands over what it was given")]
pub fn validated(verdict: Result<(), Invalid>) -> bool {
    verdict.is_ok()
}

/// Whether a word of a choice is among those that the field admits.
#[must_use]
pub fn choice_fits(word: &str, constraints: &Constraints) -> bool {
    super::types::text_one_of(word, constraints)
}
