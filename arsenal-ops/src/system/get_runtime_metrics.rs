//! `get_runtime_metrics`.

use std::time::Duration;

use arsenal::{Class, Context, Error, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::runtime::Handle;

/// Tells how busy the Tokio runtime is: its workers, its tasks, its queue.
///
/// These are the runtime's stable figures. Busy times are totals since the start: what a worker
/// does now is the difference of two answers.
#[derive(Debug, Operation)]
#[operation(category = "system", method = GET, path = "/system/runtime", role = viewer,
            effect = read, idempotent, timeout = "5s", output = RuntimeMetrics,
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
}

/// One worker thread's figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorkerMetrics {
    /// How long it has run tasks, in microseconds since the start.
    pub busy_us: u64,
    /// How often it went to sleep for want of work.
    pub parks: u64,
}

impl Execute for GetRuntimeMetrics {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<RuntimeMetrics, Error> {
        let runtime = Handle::try_current().map_err(|outside| {
            Error::new(Class::Unavailable, "NO_RUNTIME", "this call does not run on Tokio")
                .with_source(outside)
        })?;
        let metrics = runtime.metrics();
        Ok(RuntimeMetrics {
            workers: metrics.num_workers(),
            alive_tasks: metrics.num_alive_tasks(),
            global_queue_depth: metrics.global_queue_depth(),
            calls_in_flight: cx.arsenal().in_flight(),
            per_worker: per_worker(&metrics),
        })
    }
}

#[cfg(target_has_atomic = "64")]
fn per_worker(metrics: &tokio::runtime::RuntimeMetrics) -> Option<Vec<WorkerMetrics>> {
    let worker = |at| WorkerMetrics {
        busy_us: micros(metrics.worker_total_busy_duration(at)),
        parks: metrics.worker_park_count(at),
    };
    Some((0..metrics.num_workers()).map(worker).collect())
}

#[cfg(not(target_has_atomic = "64"))]
fn per_worker(_metrics: &tokio::runtime::RuntimeMetrics) -> Option<Vec<WorkerMetrics>> {
    None
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
