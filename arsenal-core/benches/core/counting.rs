//! Counts allocations.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many allocations there have been.
pub(crate) fn allocations() -> usize {
    COUNTED.stats().allocations
}
