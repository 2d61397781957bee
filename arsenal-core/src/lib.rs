//! What an operation is, and the one path that a call takes.
//!
//! An operation is an annotated struct ([`Operation`], [`Execute`]). A program's operations are
//! found at link time, put together once ([`Builder`]), and called through one handle
//! ([`Arsenal`]): by Rust code with the struct itself, by a transport with JSON and strings.
//! Whoever calls, the same steps decide; see [`pipeline`] for their order.
//!
//! This crate opens no socket, reads no environment, and names no transport and no process.

extern crate self as arsenal_core;

mod arsenal;

mod began;

mod call;

mod codes;
mod context;

mod drain;

mod dynamic;

mod entry;

mod error;

mod fault;

mod handle;

mod idempotency;

mod if_match;

mod in_flight;

mod jobs;

mod lane;

mod limits;

mod model;

mod observe;

mod operation;

pub mod params;

pub mod pipeline;

mod problem;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

mod record;

mod registry;

pub mod schema;

mod sign;

mod sources;

mod spawn;

mod suggest;

pub use arsenal::{Arsenal, Builder};
#[doc = include_str!("../docs/choice.md")]
pub use arsenal_macros::Choice;
#[doc = include_str!("../docs/failure.md")]
pub use arsenal_macros::Failure;
#[doc = include_str!("../docs/operation.md")]
pub use arsenal_macros::Operation;
#[doc = include_str!("../docs/params.md")]
pub use arsenal_macros::Params;
#[doc = include_str!("../docs/output.md")]
pub use arsenal_macros::output;
pub use call::{
    Call, Caller, Extensions, Facts, Input, Origin, ProgressSink, RateFacts, Reply, Terms,
};
pub use codes::PIPELINE_CODES;
pub use context::{Context, Progress};
pub use drain::StillRunning;
pub use dynamic::{DynamicContext, DynamicOperation, Handler};
pub use entry::Entry;
pub use error::{Chain, Class, CodeSpec, Error, Failure};
pub use fault::{BrokenConstraint, Fault, Invalid};
pub use idempotency::{IdempotencyStore, MemoryIdempotency, Reservation, Stored, StoredError};
pub use if_match::{IfMatch, ParseIfMatchError};
pub use jobs::{Job, JobStatus, Jobs};
pub use limits::RateLimit;
pub use model::{
    CancelPolicy, Deprecation, Effect, ExampleSpec, HttpSpec, IdempotencyKey, LimitSpec, List,
    Method, Mode, OperationSpec, ParamsSpec, Place, Rate, RetrySpec, Role, Text, Visibility,
};
pub use observe::{Interest, LogFailures, Observer, Outcome, Step, StepEvent};
pub use operation::{Answer, Execute, Operation};
pub use params::Params;
pub use pipeline::Entered;
pub use problem::{Problem, ProblemFault};
pub use registry::{BuildError, BuildFault, RegisterError, Registered, Registry, Snapshot, Times};
pub use sources::{Event, EventSource, Gauge, Reading, Resource, Sources};
pub use suggest::nearest;

/// Makes a crate that nothing names part of the program, so that its operations are found.
///
/// The linker drops a crate that is named nowhere, without a word.
///
/// ```text
/// arsenal::link!(my_ops, their_ops);
/// ```
#[macro_export]
macro_rules! link {
    ($($krate:ident),+ $(,)?) => {
        $(use $krate as _;)+
    };
}

/// Registers a concrete form of a generic operation, found at link time like any other.
///
/// ```text
/// arsenal::register!(Count<Orders>);
/// ```
#[macro_export]
macro_rules! register {
    ($operation:ty) => {
        $crate::__private::inventory::submit! {
            $crate::__private::Entry::of::<$operation>()
        }
    };
}
