//! Tests that cross crates, in one binary.

extern crate arsenal_core as arsenal;

mod calls;

mod concurrency;

mod errors;

mod health;

mod idempotency;

mod jobs;

mod ops;

mod process_ops;

mod program;

mod registry;

mod sandbox_ops;

mod tracing_ops;
