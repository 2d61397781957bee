//! `analyze_trace`.

use std::time::Duration;

use arsenal::{Context, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use super::analysis::{Burst, KindCount, MessageCount, Messages, Talk, TalkerCount};
use super::{TraceLookup, Traces, analysis};
use crate::moment::{micros, span};

/// Reads out of a trace of the caller's who talks to whom, how often, and when all at once.
///
/// The numbers are of the events that the trace took: with a sampling rate, or with events that
/// were dropped, they are a part of what happened.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/traces/{id}/analysis", role = operator,
            effect = read, idempotent, timeout = "10s", output = TraceAnalysis,
            error = TraceLookup, example(name = "an unknown one", params = r#"{"id": "t0"}"#))]
pub struct AnalyzeTrace {
    /// The trace's id.
    #[param(min_len = 1, max_len = 24)]
    pub id: String,
    /// The spans whose events are compared to find bursts.
    #[param(default = "100ms", min = "1ms", max = "1m")]
    pub burst_span: Duration,
    /// How many times the mean of all spans is a burst.
    #[param(default = 5.0, min = 1.1, max = 1000.0)]
    pub burst_factor: f64,
    /// How many pairs, processes and bursts are listed at most.
    #[param(default = 50, min = 1, max = 1000)]
    pub top: u32,
}

/// What a trace says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TraceAnalysis {
    /// The trace's id.
    pub id: String,
    /// How many events it holds.
    pub events: usize,
    /// How many events were lost.
    pub dropped: u64,
    /// Every how manyth event it took.
    pub sample_every: u64,
    /// The time from the first event to the last.
    pub span: String,
    /// The same in microseconds.
    pub span_us: u64,
    /// How many events a second there were; absent where all came at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
    /// How many events the busiest second had.
    pub peak_per_second: u64,
    /// The events by their kind.
    pub kinds: Vec<KindCount>,
    /// The messages by their kind.
    pub messages: Vec<MessageCount>,
    /// Who talks to whom, the most talkative pair first.
    pub talks: Vec<Talk>,
    /// The processes, the most talkative first.
    pub processes: Vec<TalkerCount>,
    /// Times with many more events than the rest, the oldest first.
    pub bursts: Vec<Burst>,
}

impl Execute for AnalyzeTrace {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<TraceAnalysis, TraceLookup> {
        let record = cx.state().find(&self.id, cx.caller())?;
        let (mut events, dropped) = {
            let heard = record.heard();
            (heard.events.clone(), heard.dropped)
        };
        // Processes on several threads tell their events in an order of their own.
        events.sort_by_key(|event| event.at);
        let ends = events.first().zip(events.last());
        let lasted = ends.map(|(first, last)| last.at - first.at).unwrap_or_default();
        let messages = Messages::of(&events);
        let rushes = analysis::bursts(&events, self.burst_span, self.burst_factor);
        let runtime = cx.state().runtime();
        let top = usize::try_from(self.top).unwrap_or(usize::MAX);
        let peak = analysis::spans(&events, Duration::from_secs(1)).into_values().max();
        let mut found = TraceAnalysis {
            id: self.id,
            events: events.len(),
            dropped,
            sample_every: record.asked.sample_every,
            span: span(lasted),
            span_us: micros(lasted),
            per_second: (!lasted.is_zero()).then(|| events.len() as f64 / lasted.as_secs_f64()),
            peak_per_second: peak.unwrap_or_default(),
            kinds: analysis::kinds(&events),
            messages: messages.kinds(),
            talks: messages.talks(),
            processes: messages.talkers(),
            bursts: rushes.iter().take(top).map(|rush| Burst::of(rush, runtime)).collect(),
        };
        found.talks.truncate(top);
        found.processes.truncate(top);
        Ok(found)
    }
}
