//! The sixteen rules of the process semantics, each by tests of its sentences.
#![cfg(not(feature = "shuttle"))]

mod probe;

mod lane;

mod gate;

mod bonds;

mod beginnings;

mod carriers;

mod supervision;

mod strategies;

mod sight;

mod bad_input;

mod json;

mod runtimes;

mod faults;

mod wakers;

mod scopes;

mod bounds;

#[cfg(unix)]
mod signals;

mod storm;
