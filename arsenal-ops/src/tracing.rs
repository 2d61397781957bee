//! Category `tracing`: what chosen processes send, receive, start and end with, and what is read
//! out of that.
//!
//! A trace belongs to whoever began it; an admin sees all. To everybody else it is not there.

mod analysis;

mod analyze_message_queue;
mod analyze_trace;
mod detect_bottlenecks;
mod export_trace;
mod get_trace;
mod list_traces;
mod stop_trace;
mod trace_process;

mod record;

mod traces;

mod view;

pub use analysis::{Burst, KindCount, MessageCount, Talk, TalkerCount};
pub use analyze_message_queue::{AnalyzeMessageQueue, QueueError, QueueReport, QueueTrend};
pub use analyze_trace::{AnalyzeTrace, TraceAnalysis};
pub use detect_bottlenecks::{Bottleneck, BottleneckKind, BottleneckReport, DetectBottlenecks};
pub use export_trace::{ExportFormat, ExportTrace, ExportedTrace};
pub use get_trace::{GetTrace, TraceDetails};
pub use list_traces::ListTraces;
pub use stop_trace::StopTrace;
pub use trace_process::TraceProcess;
pub use traces::{TraceError, TraceLookup, Traces};
pub use view::{TraceEnd, TraceEventKind, TraceEventView, TraceView};
