//! The standard library's types as parameters, and two of our own.

mod bool;

pub(crate) mod integer;

pub(crate) mod number;

mod text;

mod wrap;

mod list;

mod map;

mod value;

mod secret;

mod duration;

mod byte_size;

mod net;

mod path;

mod external;

pub(crate) use map::is_canonical_integer;
pub use secret::Secret;
pub(crate) use text::{one_of as text_one_of, text_fits};
pub(crate) use value::{Strict, plain_numbers};

pub use byte_size::ByteSize;
