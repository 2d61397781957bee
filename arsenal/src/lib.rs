//! Declare an operation once; call it from Rust, HTTP and the command line.
//!
//! An operation is an annotated struct: its fields are the parameters, its doc comment is the
//! description. What it does is one function. There is no registration: whatever is linked into
//! the program is found.
//!
//! ```
//! use arsenal::{Class, Context, Error, Execute, Operation};
//!
//! /// Adds two numbers.
//! #[derive(Debug, Operation)]
//! #[operation(category = "math", role = viewer, effect = read, idempotent, output = i64)]
//! pub struct Add {
//!     /// The first.
//!     pub a: i64,
//!     /// The second.
//!     #[param(default = 1, max = 100)]
//!     pub b: i64,
//! }
//!
//! impl Execute for Add {
//!     type State = ();
//!
//!     async fn execute(self, _cx: &Context<()>) -> Result<i64, Error> {
//!         Ok(self.a + self.b)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let arsenal = arsenal::assemble(arsenal::builder()).await?.arsenal;
//! assert_eq!(arsenal.call(Add { a: 1, b: 2 }).await?, 3);
//!
//! let refused = arsenal.call(Add { a: 1, b: 101 }).await.unwrap_err();
//! assert_eq!(refused.class(), Class::Validation);
//! assert_eq!(refused.faults()[0].pointer, "/b");
//! # Ok(())
//! # }
//! ```
//!
//! A program of three lines serves it over HTTP, lists it and calls it from a shell (`serve`,
//! `ops`, `call`); see [`main`]:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     arsenal::main(arsenal::builder())
//! }
//! ```
//!
//! Operations in a library are found if the program names the library anywhere; [`link!`] is a
//! line that does only that.
//!
//! # Features
//!
//! On by default: `cli` ([`main`] and [`cli`]), `http` ([`http`]), `gen` (`gen-operation` on the
//! command line), `ops` (the ready catalogue).
//! Parameters of the types of another crate: `chrono`, `jiff`, `url`, `uuid`.

mod program;

#[cfg(feature = "cli")]
pub mod cli;

/// The README's example is compiled as it stands there.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The HTTP server.
#[cfg(feature = "http")]
pub mod http {
    pub use arsenal_http::{
        Authenticate, Authenticating, Identity, PeerRate, Presented, ServeError, Server, Settings,
        Tokens, WrongCredentials, status,
    };
}

#[cfg(feature = "cli")]
pub use cli::main;
pub use program::{AssembleError, Program, assemble};

pub use arsenal_core::{
    Answer, Arsenal, BrokenConstraint, BuildError, BuildFault, Builder, Call, Caller, CancelPolicy,
    Chain, Choice, Class, CodeSpec, Context, Deprecation, DynamicContext, DynamicOperation, Effect,
    Entered, Entry, Error, Event, EventSource, ExampleSpec, Execute, Extensions, Facts, Failure,
    Fault, Gauge, Handler, HttpSpec, IdempotencyKey, IdempotencyStore, IfMatch, Input, Interest,
    Invalid, Job, JobStatus, Jobs, LimitSpec, List, LogFailures, MemoryIdempotency, Method, Mode,
    Observer, Operation, OperationSpec, Origin, Outcome, PIPELINE_CODES, Params, ParamsSpec,
    ParseIfMatchError, Place, Problem, ProblemFault, Progress, ProgressSink, Rate, RateFacts,
    Reading, RegisterError, Registered, Registry, Reply, Reservation, Resource, RetrySpec, Role,
    Snapshot, Sources, Step, StepEvent, StillRunning, Stored, StoredError, Terms, Text, Times,
    Visibility, nearest,
};
pub use arsenal_core::{link, output, param_via_serde, params, register};
/// The ready catalogue: operations on processes, supervisors, traces and the system.
#[cfg(feature = "ops")]
pub use arsenal_ops as ops;
/// Processes, links, monitors and supervisors on Tokio, with OTP's semantics.
#[cfg(feature = "ops")]
pub use arsenal_process as process;
pub use schemars;
pub use serde;
pub use tokio;

/// Begins to put a program together, with every operation that was linked into it.
#[must_use]
pub fn builder() -> Builder {
    Builder::linked()
}

#[cfg(not(feature = "ops"))]
#[doc(hidden)]
pub use arsenal_core::__private;
// The same, and what the derive of entry points calls.
#[cfg(feature = "ops")]
#[doc(hidden)]
pub use arsenal_ops::__private;
