//! What was read ([`raw`]) and what holds ([`checked`]): raw is all `Option`, checked has none
//! where a value is needed.

mod checked;

mod raw;

pub(crate) use checked::{
    Absence, Bound, Choice, Code, Constraints, Deprecation, Facts, Failure, Field, FieldRole, Len,
    LenValue, Literal, Number, Operation, Retry, Table, Way, Word,
};
pub(crate) use raw::{
    Given, RawChoice, RawCode, RawDeprecation, RawExample, RawFailure, RawOperation, RawOutput,
    RawParam, RawParams, RawRetry, RawWord, Slot,
};
