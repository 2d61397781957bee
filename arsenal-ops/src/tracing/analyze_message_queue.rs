//! `analyze_message_queue`.

use std::time::Duration;

use arsenal::{Choice, Context, Execute, Failure, Operation};
use arsenal_process::{MessageKind, Pid, ProcessInfo, ProcessName, Target};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::Traces;
use crate::moment::{micros, span};
use crate::process::{Missing, missing};
use crate::refusal::Refusal;

/// Looks at a process's mailbox twice and tells how it fills and empties.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/processes/{process}/queue",
            role = viewer, effect = read, idempotent, timeout = "15s", output = QueueReport,
            error = Refusal<QueueError>,
            example(name = "an unknown one",
                    params = r#"{"process": "nobody", "observe": "10ms"}"#))]
pub struct AnalyzeMessageQueue {
    /// The process: its pid or its name.
    pub process: Target,
    /// The time between the two looks.
    #[param(default = "1s", min = "1ms", max = "10s")]
    pub observe: Duration,
}

/// Why a mailbox was not looked at.
#[derive(Debug, thiserror::Error, Failure)]
pub enum QueueError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// A task reads no mailbox.
    #[error("{pid} has no mailbox to look at: {because}")]
    #[failure(class = conflict)]
    NoMailbox {
        /// The process.
        pid: Pid,
        /// Why.
        because: &'static str,
    },
}

/// Which way a mailbox goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum QueueTrend {
    /// Nothing waits.
    Empty,
    /// More came than went.
    Growing,
    /// More went than came.
    Shrinking,
    /// As many came as went.
    Steady,
    /// Messages wait, and none was handled.
    Stuck,
}

/// How a mailbox fills and empties.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueueReport {
    /// The process.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// How many messages wait.
    pub mailbox_length: u64,
    /// How many the mailbox holds; absent where it is unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox_capacity: Option<usize>,
    /// The used share of the capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<f64>,
    /// How many messages were handled since its start.
    pub messages_handled: u64,
    /// The kinds of the last messages, the newest first.
    pub last_messages: Vec<MessageKind>,
    /// The time between the two looks.
    pub observed: String,
    /// The same in microseconds.
    pub observed_us: u64,
    /// How many messages came a second between the two looks.
    pub arrived_per_second: f64,
    /// How many messages were handled a second between the two looks.
    pub handled_per_second: f64,
    /// Which way the mailbox goes.
    pub trend: QueueTrend,
    /// When it will be empty if all goes on like this; absent unless it shrinks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_in: Option<String>,
    /// The same in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_in_us: Option<u64>,
}

/// One look at a mailbox.
struct Look {
    at: Instant,
    length: u64,
    handled: u64,
}

impl Execute for AnalyzeMessageQueue {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<QueueReport, Refusal<QueueError>> {
        let runtime = cx.state().runtime();
        let gone = |_| missing(runtime, &self.process);
        let first = runtime.info(self.process.clone()).map_err(gone)?;
        let before = Look::of(&first)?;
        sleep(self.observe).await;
        // By pid: a name may have gone to another process in between.
        let info = runtime.info(first.pid).map_err(|_gone| missing(runtime, &first.pid.into()))?;
        let now = Look::of(&info)?;
        Ok(report(info, &before, &now))
    }
}

impl Look {
    fn of(info: &ProcessInfo) -> Result<Self, QueueError> {
        use arsenal_process::Fact::{Absent, Known};
        match (info.mailbox_length, info.messages_handled) {
            (Known(length), Known(handled)) => Ok(Self { at: Instant::now(), length, handled }),
            (Absent(because), _) | (_, Absent(because)) => {
                Err(QueueError::NoMailbox { pid: info.pid, because })
            }
        }
    }
}

fn report(info: ProcessInfo, before: &Look, now: &Look) -> QueueReport {
    let observed = now.at - before.at;
    let handled = now.handled - before.handled;
    // What waited before, and came since, was handled or waits now.
    let arrived = (now.length + handled).saturating_sub(before.length);
    let rate = |n: u64| n as f64 / observed.as_secs_f64().max(1e-6);
    let trend = match (now.length, now.length.cmp(&before.length)) {
        (0, _) => QueueTrend::Empty,
        _ if handled == 0 => QueueTrend::Stuck,
        (_, std::cmp::Ordering::Greater) => QueueTrend::Growing,
        (_, std::cmp::Ordering::Less) => QueueTrend::Shrinking,
        (_, std::cmp::Ordering::Equal) => QueueTrend::Steady,
    };
    let empty_in = (trend == QueueTrend::Shrinking)
        .then(|| now.length as f64 / rate(before.length - now.length))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let capacity = info.mailbox_capacity.known().flatten();
    QueueReport {
        pid: info.pid,
        name: info.name,
        mailbox_length: now.length,
        mailbox_capacity: capacity,
        used: capacity.map(|capacity| now.length as f64 / capacity.max(1) as f64),
        messages_handled: now.handled,
        last_messages: info.last_messages.known().unwrap_or_default(),
        observed: span(observed),
        observed_us: micros(observed),
        arrived_per_second: rate(arrived),
        handled_per_second: rate(handled),
        trend,
        empty_in: empty_in.map(span),
        empty_in_us: empty_in.map(micros),
    }
}
