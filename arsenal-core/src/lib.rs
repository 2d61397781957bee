//! What an operation is, and the one path that a call takes.

extern crate self as arsenal_core;

pub mod error;

pub mod fault;

pub mod params;

mod schema;

pub use error::{Class, Error};
pub use fault::{Fault, Invalid};
pub use params::{ByteSize, Secret};

#[doc(hidden)]
pub mod __private {
    pub use std::borrow::Cow;
    pub use std::option::Option::{self, None, Some};
    pub use std::result::Result::{self, Err, Ok};

    pub use serde;

    pub use crate::fault::Invalid;
    pub use crate::params::generated::*;
    pub use crate::params::*;
}
