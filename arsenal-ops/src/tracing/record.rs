//! One trace: what was asked for, what was heard, and how it ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use arsenal_process::{Pid, Trace, TraceEvent};
use tokio::sync::Notify;

use super::view::{TraceEnd, TraceEventKind};

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) principal: String,
    /// None: every process.
    pub(crate) pids: Option<Vec<Pid>>,
    pub(crate) kinds: Vec<TraceEventKind>,
    pub(crate) sample_every: u64,
    pub(crate) events_max: u64,
    pub(crate) lasts: std::time::Duration,
}

pub(crate) struct Record {
    pub(crate) number: u64,
    pub(crate) asked: Asked,
    pub(crate) began_at: SystemTime,
    stop: Notify,
    heard: Mutex<Heard>,
}

/// What a trace has heard so far.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) events: Vec<TraceEvent>,
    pub(crate) dropped: u64,
    pub(crate) end: Option<TraceEnd>,
    /// The process that listens.
    pub(crate) listener: Option<Pid>,
    is_stopping: bool,
}

impl Record {
    pub(crate) fn new(number: u64, asked: Asked) -> Self {
        Self {
            number,
            asked,
            began_at: SystemTime::now(),
            stop: Notify::new(),
            heard: Mutex::new(Heard::default()),
        }
    }

    pub(crate) fn id(&self) -> String {
        format!("t{}", self.number)
    }

    /// What was heard; must not be held across an await.
    pub(crate) fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.heard().end.is_some()
    }

    /// Ends the listening, once what waits has been heard; the end of the listener after this is
    /// a stop, however it comes.
    pub(crate) fn stop(&self) {
        self.heard().is_stopping = true;
        self.stop.notify_one();
    }

    /// Notes that nobody listens any more.
    fn end(&self) {
        let mut heard = self.heard();
        let end = if heard.is_stopping { TraceEnd::Stopped } else { TraceEnd::Killed };
        heard.end.get_or_insert(end);
    }
}

/// Listens until the trace is at its limits, or is stopped.
pub(crate) fn listen(record: Arc<Record>, trace: Trace) -> impl Future<Output = ()> + Send {
    // Made here, so that a listener that is killed before its first poll ends its trace too.
    heard_until_the_end(EndsWith(record), trace)
}

async fn heard_until_the_end(record: EndsWith, mut trace: Trace) {
    loop {
        // Both arms are cancel safe: a lost race loses no event. What waits comes before a stop.
        let event = tokio::select! {
            biased;
            event = trace.next() => event,
            () = record.0.stop.notified() => {
                record.0.heard().dropped = trace.dropped();
                return;
            }
        };
        let mut heard = record.0.heard();
        heard.dropped = trace.dropped();
        let Some(event) = event else {
            let taken = u64::try_from(heard.events.len()).unwrap_or(u64::MAX) + heard.dropped;
            let full = record.0.asked.events_max <= taken;
            heard.end = Some(if full { TraceEnd::Events } else { TraceEnd::Time });
            return;
        };
        heard.events.push(event);
    }
}

/// Notes the end of a listener that was stopped or killed.
struct EndsWith(Arc<Record>);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.end();
    }
}
