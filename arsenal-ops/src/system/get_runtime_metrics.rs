//! `get_runtime_metrics`.

use std::time::Duration;

use arsenal::{Context, Execute, Failure, Operation};
use arsenal_process::{Measure, Pid, ProcessName, Runtime};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::runtime::{Handle, TryCurrentError};

use crate::analytics::{Analytics, Totals};
use crate::moment::{micros, span};

/// How many of the busiest processes are named.
const BUSIEST_MAX: usize = 10;

/// Tells how busy the Tokio runtime is: its workers, its tasks, its queue, and its processes.
///
/// These are Tokio's stable figures, and what our own processes measure of themselves. Busy times
/// are totals since the start: what a worker does now is the difference of two answers.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/runtime", role = viewer,
            effect = read, idempotent, timeout = "5s", output = RuntimeMetrics,
            error = MetricsError,
            example(name = "all", params = "{}"))]
pub struct GetRuntimeMetrics {}

/// The runtime's figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuntimeMetrics {
    /// How many worker threads there are.
    pub workers: usize,
    /// How many tasks have not ended.
    pub alive_tasks: usize,
    /// How many tasks wait in the queue that all workers share.
    pub global_queue_depth: usize,
    /// How many calls of operations are under way, this one too.
    pub calls_in_flight: usize,
    /// Each worker, where the platform counts for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_worker: Option<Vec<WorkerMetrics>>,
    /// The runtime's own processes.
    pub processes: ProcessMetrics,
}

/// What the runtime's own processes have used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProcessMetrics {
    /// How many there are.
    pub count: u64,
    /// How long they were inside of polls; those that have ended do not count.
    pub busy_time: String,
    /// The same in microseconds.
    pub busy_time_us: u64,
    /// How often they were polled.
    pub polls: u64,
    /// Those that were inside of polls the longest, the longest first.
    pub busiest: Vec<BusyProcess>,
}

/// What one process has used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BusyProcess {
    /// The process.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// How long it was inside of polls.
    pub busy_time: String,
    /// The same in microseconds.
    pub busy_time_us: u64,
    /// How often it was polled.
    pub polls: u64,
}

/// One worker thread's figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorkerMetrics {
    /// How long it has run tasks since the start.
    pub busy_time: String,
    /// The same in microseconds.
    pub busy_time_us: u64,
    /// How often it went to sleep for want of work.
    pub parks: u64,
}

/// Why nothing is known of the runtime.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum MetricsError {
    /// Call it from inside of the runtime.
    #[error("this call does not run on Tokio")]
    #[failure(class = unavailable)]
    NoRuntime(#[from] TryCurrentError),
}

impl Execute for GetRuntimeMetrics {
    type State = Analytics;

    async fn execute(self, cx: &Context<Analytics>) -> Result<RuntimeMetrics, MetricsError> {
        let metrics = Handle::try_current()?.metrics();
        Ok(RuntimeMetrics {
            workers: metrics.num_workers(),
            alive_tasks: metrics.num_alive_tasks(),
            global_queue_depth: metrics.global_queue_depth(),
            calls_in_flight: cx.arsenal().in_flight(),
            per_worker: per_worker(&metrics),
            processes: ProcessMetrics::of(cx.state().runtime()),
        })
    }
}

impl ProcessMetrics {
    fn of(runtime: &Runtime) -> Self {
        let totals = Totals::of(runtime);
        let busy = Duration::from_nanos(totals.busy_ns);
        let busiest = runtime.top(Measure::BusyTime, BUSIEST_MAX).into_iter();
        Self {
            count: totals.processes,
            busy_time: span(busy),
            busy_time_us: micros(busy),
            polls: totals.polls,
            busiest: busiest
                .map(|info| BusyProcess {
                    pid: info.pid,
                    name: info.name,
                    busy_time: span(info.busy_time),
                    busy_time_us: micros(info.busy_time),
                    polls: info.polls,
                })
                .collect(),
        }
    }
}

#[cfg(target_has_atomic = "64")]
fn per_worker(metrics: &tokio::runtime::RuntimeMetrics) -> Option<Vec<WorkerMetrics>> {
    let worker = |at| {
        let busy = metrics.worker_total_busy_duration(at);
        let (busy_time, busy_time_us) = (span(busy), micros(busy));
        WorkerMetrics { busy_time, busy_time_us, parks: metrics.worker_park_count(at) }
    };
    Some((0..metrics.num_workers()).map(worker).collect())
}

#[cfg(not(target_has_atomic = "64"))]
fn per_worker(_metrics: &tokio::runtime::RuntimeMetrics) -> Option<Vec<WorkerMetrics>> {
    None
}
