//! What generated code calls: core's half and this crate's; hidden, and free to change.

pub use arsenal::__private::*;
pub use arsenal_process::Kind;

pub use crate::entry_point::{EntryPoint, EntryPointSpec, LinkedEntryPoint};
