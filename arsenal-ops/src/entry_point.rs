//! What may be started by name from outside: nothing else can.
//!
//! The arguments' struct is declared like an operation's, and found at link time like one. What
//! is started keeps its arguments, so that a restart begins anew from the same ones.
//!
//! ```
//! # extern crate arsenal_core as arsenal;
//! use arsenal_ops::entry_point::{EntryPoint, Start, StartContext, Startable};
//!
//! /// Waits until it is stopped.
//! #[derive(Debug, EntryPoint)]
//! #[entry_point(kind = task, crate = "arsenal_ops")]
//! struct Idle {}
//!
//! impl Start for Idle {
//!     type State = ();
//!
//!     fn start(self, cx: &StartContext<'_, ()>) -> Startable {
//!         Startable::task(cx.task(), |_own| std::future::pending::<()>())
//!     }
//! }
//! ```

mod declare;

mod registry;

mod start;

pub use arsenal::__private::EntryPoint;
pub use declare::{EntryPoint, EntryPointSpec, LinkedEntryPoint, Start};
pub use registry::{
    EntryPointFault, EntryPoints, EntryPointsBuilder, EntryPointsError, Known, Refused,
};
pub use start::{Marks, READY_WITHIN, StartContext, Startable, TaskBody};

pub(crate) use registry::{NotStarted, faults};
