//! Processes, links, monitors and supervisors on Tokio, with OTP's semantics.
//!
//! A process runs in a Tokio task and has a pid, a mailbox, links, monitors and a supervisor. It
//! can be listed, measured, suspended, traced, killed and restarted without being written for
//! that. The crate stands on its own: it knows no operation and no transport.
//!
//! # Five minutes
//!
//! A server is a type with state. It handles one message at a time; an error or a panic ends it
//! with a reason. Its supervisor starts it again, under the same id and a new pid:
//!
//! ```
//! use std::time::Duration;
//!
//! use arsenal_process::{
//!     ChildSpec, Context, ExitReason, ReplyTo, Runtime, RuntimeConfig, Server, Stop, Strategy,
//!     SupervisorSpec,
//! };
//!
//! struct Counter(u64);
//!
//! impl Server for Counter {
//!     type Args = ();
//!     type Call = ();
//!     type Reply = u64;
//!     type Cast = u64;
//!
//!     async fn init(_args: (), _cx: &mut Context<Self>) -> Result<Self, Stop> {
//!         Ok(Self(0))
//!     }
//!
//!     async fn handle_call(
//!         &mut self,
//!         _call: (),
//!         reply: ReplyTo<u64>,
//!         _cx: &mut Context<Self>,
//!     ) -> Result<(), ExitReason> {
//!         reply.send(self.0);
//!         Ok(())
//!     }
//!
//!     async fn handle_cast(&mut self, n: u64, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
//!         self.0 = self.0.checked_add(n).ok_or(ExitReason::custom("overflow"))?;
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Runtime::start(RuntimeConfig::default())?;
//! let wait = Duration::from_secs(5);
//!
//! // The child registers a name before it runs, and again each time it is started.
//! let name: arsenal_process::ProcessName = "counter".parse()?;
//! let registered = name.clone();
//! let counter = ChildSpec::server_with::<Counter>("counter", move |starter| {
//!     starter.server(()).name(registered.clone())
//! });
//! let spec = SupervisorSpec::new(Strategy::OneForOne).child(counter);
//! let supervisor = runtime.supervisor(spec).start().await?;
//!
//! let first = runtime.process::<Counter>(&name)?;
//! first.cast(u64::MAX)?;
//! assert_eq!(first.call((), wait).await?, u64::MAX);
//!
//! // One more is too much: it crashes, and its reason is known.
//! first.cast(1)?;
//! assert_eq!(first.ended().await, ExitReason::custom("overflow"));
//!
//! // It is back, from its beginning. No sleep: the supervisor answers after the restart.
//! assert_eq!(supervisor.statistics().await?.total, 1);
//! let second = runtime.process::<Counter>(&name)?;
//! assert_ne!(second.pid(), first.pid());
//! assert_eq!(second.call((), wait).await?, 0);
//!
//! // Plain futures take part in one line each.
//! let sum = runtime.spawn_task("sum", async { 1 + 1 })?;
//! assert_eq!(sum.await, Ok(2));
//!
//! // Everything stops in order; what does not is named.
//! let report = runtime.shutdown(wait).await?;
//! assert_eq!(report.still_running, []);
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! - [`Runtime`]: the handle. It starts servers, tasks and supervisors, finds and lists
//!   processes, ends, suspends and traces them, and shuts the node down.
//! - [`Server`], [`Context`], [`ProcessRef`]: a server from inside and from outside.
//! - [`TaskStart`], [`TaskContext`], [`TaskHandle`]: any future as a process.
//! - [`SupervisorSpec`], [`ChildSpec`], [`SupervisorRef`]: trees.
//! - [`ExitReason`], [`Ending`], [`Event`], [`Trace`], [`ProcessInfo`]: what can be known.
//!
//! What is promised and what is not is in `docs/semantics.md`: above all, nothing on Tokio can
//! stop a handler that never yields.

mod pid;

mod name;

mod target;

mod reason;

mod runtime;

mod lookup;

mod register;

mod ending;

mod wire;

mod observe;

mod narrow;

mod pace;

mod shutdown;

mod server;

mod context;

mod process_ref;

mod task;

mod supervisor;

mod intensity;

mod info;

mod event;

mod trace;

mod current;

mod scope;

mod past;

mod spawn;

mod start;

mod serve;

mod gate;

mod panic;

mod signal;

mod bond;

mod finish;

mod end;

mod end_reason;

mod mailbox;

mod json;

#[cfg(feature = "params")]
mod params;

mod started;

mod survey;

mod carrier;

mod busy_wait;

mod cell;

mod pid_set;

mod ref_map;

mod pid_hash;

mod node;

mod node_number;

mod table;

mod clock;

mod timer;

mod sync;

#[cfg(all(test, feature = "shuttle"))]
mod models;

pub use busy_wait::busy_wait;
pub use context::{Context, NoProcess};
pub use ending::{Authority, Ending, Gated, TouchError};
pub use event::{Event, EventStream, Heard};
pub use info::{Fact, Kind, MessageKind, ProcessInfo, Status};
pub use intensity::Intensity;
pub use json::JsonServer;
pub use lookup::Measure;
pub use mailbox::MailboxBound;
pub use name::{NameError, ProcessName};
pub use node::RuntimeConfig;
pub use past::EndedProcess;
pub use pid::{ParsePidError, Pid};
pub use process_ref::{CallError, ProcessRef, SendError};
pub use reason::ExitReason;
pub use register::RegisterError;
pub use runtime::{LookupError, Runtime, RuntimeError};
pub use scope::{ScopeError, ScopeLimits};
pub use serve::{NewServer, ServerStart};
pub use server::{Info, MonitorRef, ReplyTo, Server, Stop};
pub use shutdown::{ShutdownError, ShutdownReport, Straggler, Terminated};
pub use spawn::StartError;
pub use start::Start;
pub use started::Started;
pub use supervisor::{
    AutoShutdown, Backoff, ChildCounts, ChildInfo, ChildPid, ChildSpec, NewSupervisor, Recycled,
    Restart, RestartRecord, RestartStatistics, Shutdown, SpecError, Starter, Strategy,
    SupervisorError, SupervisorFlags, SupervisorRef, SupervisorSpec, SupervisorStart, WhichChild,
};
pub use survey::{Brief, Leader, Survey};
pub use target::{ParseTargetError, Target};
pub use task::{NewTask, TaskContext, TaskHandle, TaskOutput, TaskStart};
pub use trace::{Trace, TraceEvent, TraceKind, TraceOptions, TraceTarget, Traced};
pub use wire::JsonError;
