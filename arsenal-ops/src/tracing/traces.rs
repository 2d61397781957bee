//! The traces of a program: few at a time, and few remembered, so that memory stays bounded.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arsenal::{Caller, Failure, Role};
use arsenal_process::{Authority, Runtime, StartError, TraceOptions, TraceTarget};
use tokio::time::timeout;

use super::record::{Asked, Record, listen};
use crate::process::Missing;

/// How many traces run at a time.
const RUNNING_MAX: usize = 16;

/// How many traces are remembered.
const KEPT_MAX: usize = 64;

/// How many events all remembered traces may hold together.
const EVENTS_KEPT_MAX: u64 = 200_000;

/// How many events wait for the listener.
const BUFFER_MAX: u64 = 8_192;

/// How long a listener may take to hear what waits for it, once its trace is stopped.
const STOP_WITHIN: Duration = Duration::from_secs(1);

/// Why a trace was not found.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum TraceLookup {
    /// It was forgotten, never was, or is somebody else's.
    #[error("no trace `{id}`: old ones are forgotten; `list_traces` lists yours")]
    #[failure(class = not_found)]
    NoTrace {
        /// What was asked for.
        id: String,
    },
}

/// Why a trace was not begun.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum TraceError {
    /// It has ended, or never was.
    #[error(transparent)]
    #[failure(class = not_found)]
    NoProcess(#[from] Missing),
    /// Stop one first, or ask for fewer events.
    #[error("{running} traces run, and together they may hold no more: stop one first")]
    #[failure(class = unavailable)]
    TooManyTraces {
        /// How many run.
        running: usize,
    },
    /// The process that listens did not start.
    #[error("the trace did not start")]
    #[failure(class = unavailable, code = "TRACE_NOT_STARTED")]
    NotStarted(#[source] StartError),
}

/// The traces of a program; cheap to clone.
#[derive(Clone)]
pub struct Traces(Arc<Shared>);

struct Shared {
    runtime: Runtime,
    numbers: AtomicU64,
    kept: Mutex<Vec<Arc<Record>>>,
}

impl Traces {
    /// No traces of this runtime yet.
    #[must_use]
    pub fn new(runtime: &Runtime) -> Self {
        let runtime = runtime.clone();
        Self(Arc::new(Shared { runtime, numbers: AtomicU64::new(0), kept: Mutex::default() }))
    }

    /// The runtime whose processes are traced.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// How many are remembered, running or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept().len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept().is_empty()
    }

    pub(crate) fn begin(&self, asked: Asked) -> Result<Arc<Record>, TraceError> {
        let options = TraceOptions {
            target: asked.pids.clone().map_or(TraceTarget::All, TraceTarget::Processes),
            kinds: asked.kinds.iter().map(|kind| kind.traced()).collect(),
            sample_every: asked.sample_every,
            events_max: asked.events_max,
            lasts: asked.lasts,
            buffer: usize::try_from(asked.events_max.min(BUFFER_MAX)).unwrap_or(1),
            contents: false,
        };
        let number = self.0.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let record = Arc::new(Record::new(number, asked));
        self.keep(&record)?;
        let trace = self.0.runtime.trace(options);
        // It is the service's own: whoever may suspend processes could blind others' traces.
        let listener = self.0.runtime.task().protected();
        let listener = listener.spawn(listen(Arc::clone(&record), trace));
        match listener {
            Ok(listener) => record.heard().listener = Some(listener.pid()),
            Err(refused) => {
                self.kept().retain(|kept| kept.number != number);
                return Err(TraceError::NotStarted(refused));
            }
        }
        Ok(record)
    }

    /// Ends the trace, and with it its listener: one that was suspended never hears that it is to
    /// stop, and what waits for it is lost.
    pub(crate) async fn stop(&self, record: &Record) {
        record.stop();
        let listener = record.heard().listener;
        if let Some(listener) = listener {
            let runtime = &self.0.runtime;
            // Either may find that it has ended: then there is nothing to wait for.
            if timeout(STOP_WITHIN, runtime.wait_end(listener)).await.is_err() {
                _ = runtime.kill(listener, STOP_WITHIN, Authority::Forced).await;
            }
        }
    }

    /// The trace, if the caller may see it.
    pub(crate) fn find(&self, id: &str, caller: &Caller) -> Result<Arc<Record>, TraceLookup> {
        let kept = self.kept();
        let found = kept.iter().find(|record| record.id() == id && may_see(caller, record));
        found.cloned().ok_or_else(|| TraceLookup::NoTrace { id: id.to_owned() })
    }

    /// The traces that the caller may see, the oldest first.
    pub(crate) fn list(&self, caller: &Caller) -> Vec<Arc<Record>> {
        let kept = self.kept();
        kept.iter().filter(|record| may_see(caller, record)).cloned().collect()
    }

    /// Makes room by forgetting the oldest that have ended, and takes the new one in.
    fn keep(&self, new: &Arc<Record>) -> Result<(), TraceError> {
        let mut kept = self.kept();
        let under_way = kept.iter().filter(|record| !record.has_ended());
        let running = under_way.clone().count();
        let waited_for: u64 = under_way.map(weight).sum();
        // Nothing is forgotten for what is refused all the same.
        if RUNNING_MAX <= running || EVENTS_KEPT_MAX < waited_for + new.asked.events_max {
            return Err(TraceError::TooManyTraces { running });
        }
        let is_full = |kept: &[Arc<Record>]| {
            let events: u64 = kept.iter().map(weight).sum();
            KEPT_MAX <= kept.len() || EVENTS_KEPT_MAX < events + new.asked.events_max
        };
        while is_full(&kept)
            && let Some(oldest) = kept.iter().position(|record| record.has_ended())
        {
            kept.remove(oldest);
        }
        kept.push(Arc::clone(new));
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Arc<Record>>> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Traces({})", self.len())
    }
}

/// How many events a trace may come to hold.
fn weight(record: &Arc<Record>) -> u64 {
    let heard = record.heard();
    match heard.end {
        None => record.asked.events_max,
        Some(_) => u64::try_from(heard.events.len()).unwrap_or(u64::MAX),
    }
}

fn may_see(caller: &Caller, record: &Record) -> bool {
    caller.role == Role::Admin || caller.principal == record.asked.principal
}
