//! Which constraint suits which type: markers that turn a misplaced one into one good sentence.

/// A type that `min`, `max` and `multiple_of` apply to.
#[diagnostic::on_unimplemented(
    message = "`min`/`max` apply to numbers, and `{Self}` is not one; use `min_len`/`max_len`",
    label = "not a number",
    note = "durations and byte sizes take their bounds as text: `max = \"60s\"`"
)]
pub trait Bounded {}

/// A type that `min_len`, `max_len` and `unique` apply to.
#[diagnostic::on_unimplemented(
    message = "`min_len`/`max_len` apply to texts, lists and maps, and `{Self}` is none; use `min`/`max`",
    label = "it has no length"
)]
pub trait Lengthy {}

/// A type that `pattern` and `format` apply to.
#[diagnostic::on_unimplemented(
    message = "`pattern` applies to text, and `{Self}` is not a text",
    label = "not a text"
)]
pub trait Textual {}
