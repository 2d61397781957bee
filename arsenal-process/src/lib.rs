//! Processes, links, monitors and supervisors on Tokio, with OTP's semantics.

mod pid;

mod name;

mod target;

mod reason;

mod runtime;

mod lookup;

mod ending;

mod wire;

mod observe;

mod narrow;

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

mod scope;

mod past;

mod spawn;

mod serve;

mod gate;

mod panic;

mod signal;

mod bond;

mod finish;

mod mailbox;

mod json;

mod cell;

mod pid_set;

mod node;

mod table;

mod clock;

mod sync;

pub use context::{Context, NoProcess};
pub use ending::{Authority, Ending, TouchError};
pub use event::{Event, EventStream, Heard};
pub use info::{Fact, Kind, MessageKind, ProcessInfo, Status};
pub use intensity::Intensity;
pub use json::JsonServer;
pub use lookup::{Measure, RegisterError};
pub use mailbox::MailboxBound;
pub use name::{NameError, ProcessName};
pub use node::RuntimeConfig;
pub use past::EndedProcess;
pub use pid::{ParsePidError, Pid};
pub use process_ref::{CallError, ProcessRef, SendError};
pub use reason::ExitReason;
pub use runtime::{LookupError, Runtime, RuntimeError};
pub use scope::{ScopeError, ScopeLimits};
pub use serve::ServerStart;
pub use server::{Info, MonitorRef, ReplyTo, Server, Stop};
pub use shutdown::{ShutdownReport, Straggler, Terminated};
pub use spawn::StartError;
pub use supervisor::{
    AutoShutdown, Backoff, ChildCounts, ChildInfo, ChildPid, ChildSpec, Recycled, Restart,
    RestartRecord, RestartStatistics, Shutdown, SpecError, Starter, Strategy, SupervisorError,
    SupervisorRef, SupervisorSpec, SupervisorStart, WhichChild,
};
pub use target::{ParseTargetError, Target};
pub use task::{TaskContext, TaskHandle, TaskOutput, TaskStart};
pub use trace::{Trace, TraceEvent, TraceKind, TraceOptions, TraceTarget, Traced};
pub use wire::JsonError;
