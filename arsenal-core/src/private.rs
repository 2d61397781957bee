//! What generated code calls: hidden, and free to change with the derive.

pub use std::borrow::Cow;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};

// The derive of what can be started; its trait is in the crate that knows processes.
pub use arsenal_macros::EntryPoint;
pub use inventory;
pub use schemars;
pub use serde;

pub use crate::entry::{Entry, entry};
pub use crate::error::{Class, CodeSpec, Error, Failure, failure};
pub use crate::fault::Invalid;
pub use crate::model::{
    CancelPolicy, Deprecation, Effect, ExampleSpec, HttpSpec, IdempotencyKey, LimitSpec, Method,
    Mode, OperationSpec, ParamsSpec, Place, Rate, RetrySpec, Role, Visibility,
};
pub use crate::operation::{Answer, Execute, Operation};
pub use crate::params::field::{Field, check_list, check_not_secret, check_path_param};
pub use crate::params::flat::Flat;
pub use crate::params::generated::{
    absent, bound_of, check_bound, check_custom, check_default, check_lens, check_one_of,
    check_pattern, check_range, check_rule, check_step, choice, choice_fits, computed,
    decode_struct, defaulted, encode_entry, encode_struct, fits, len_of, needs_len, needs_number,
    needs_text, put, put_within, required, validated,
};
pub use crate::params::words::{UnknownWord, Words, decode_word, parse_word, word, words_schema};
pub use crate::params::{
    AsText, Bound, Bounded, Choice, ChoiceSpec, Constraints, DefaultSpec, FieldRole, FieldSpec,
    Foreign, Lengthy, ListStyle, Literal, Own, Param, ParamWith, Params, Pattern, Presence, Shape,
    StructSpec, TextSpec, Textual, UnknownFields, canonical_text, decode_text, encode_text,
    is_text, written_text_fits,
};
