//! Tests that cross crates, in one binary.

extern crate arsenal_core as arsenal;

mod authors;

mod batches;

mod calls;

mod catalogue;

mod command_line;

mod concurrency;

mod contradictions;

mod derive;

mod errors;

mod floods;

mod health;

mod http;

mod idempotency;

mod jobs;

mod lifetimes;

mod ops;

mod oracle;

mod paging;

mod process_ops;

mod program;

mod published;

mod quantity;

mod refusals;

mod registry;

mod sandbox_ops;

mod strings;

mod telemetry;

mod tracing_ops;

mod validation;
