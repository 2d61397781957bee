//! The catalogue: one file per operation.
//!
//! The folder is the category, the file is the operation. Name this crate anywhere in a program
//! (`arsenal::link!(arsenal_ops);`) and its operations are there. Those on processes need a
//! runtime and what may be started in it: [`catalogue`] hands both over.

extern crate arsenal_core as arsenal;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub mod analytics;

mod catalogue;

pub mod entry_point;

pub mod job;

mod moment;

pub mod paging;

pub mod process;

mod refusal;

pub mod registry;

pub mod sandbox;

pub mod startup;

pub mod supervisor;

pub mod system;

pub mod tracing;

pub use catalogue::{Catalogue, CatalogueError, catalogue};
pub use refusal::{Detailed, Refusal};
