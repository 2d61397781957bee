//! Tests that cross crates, in one binary.

extern crate arsenal_core as arsenal;

mod calls;

mod concurrency;

mod errors;

mod idempotency;

mod jobs;

mod ops;

mod oracle;

mod program;

mod registry;

mod validation;
