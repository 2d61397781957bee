//! What a check of a declaration says where it is called as ordinary code.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The sentence that the check refuses with, which the compiler would show; `None` where it
/// refuses nothing.
pub(super) fn refusal(check: impl FnOnce()) -> Option<String> {
    let refused = catch_unwind(AssertUnwindSafe(check)).err()?;
    let sentence = match refused.downcast::<&'static str>() {
        Ok(sentence) => (*sentence).to_owned(),
        Err(other) => *other.downcast::<String>().expect("a check says why it refuses"),
    };
    Some(sentence)
}
