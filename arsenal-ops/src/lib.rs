//! The catalogue: one file per operation.
//!
//! The folder is the category, the file is the operation. Name this crate anywhere in a program
//! (`arsenal::link!(arsenal_ops);`) and its operations are there.

extern crate arsenal_core as arsenal;

pub mod analytics;

pub mod job;

pub mod paging;

pub mod registry;

pub mod system;

pub mod tracing;
