//! `get_trace`.

use arsenal::{Context, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use super::{TraceEventView, TraceLookup, TraceView, Traces};
use crate::paging::{Page, Paging};
use crate::refusal::Refusal;

/// Shows a trace of the caller's and what it has heard so far, oldest first.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/traces/{id}", role = operator,
            effect = read, idempotent, timeout = "5s", output = TraceDetails,
            error = Refusal<TraceLookup>,
            example(name = "an unknown one", params = r#"{"id": "t0"}"#))]
pub struct GetTrace {
    /// The trace's id.
    #[param(min_len = 1, max_len = 24)]
    pub id: String,
    /// Which part of its events.
    #[param(flatten)]
    pub page: Paging,
}

/// A trace and some of its events.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TraceDetails {
    /// The trace.
    pub trace: TraceView,
    /// Its events.
    pub events: Page<TraceEventView>,
}

impl Execute for GetTrace {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<TraceDetails, Refusal<TraceLookup>> {
        let record = cx.state().find(&self.id, cx.caller())?;
        let trace = TraceView::of(&record);
        let query = format!("get_trace {}", self.id);
        let events = {
            let heard = record.heard();
            let numbered = heard.events.iter().enumerate();
            let numbered = numbered.map(|(at, event)| (format!("{at:020}"), event));
            let page = self.page.page(cx, &query, numbered).map_err(Refusal::Shared)?;
            // Shown further below: the listener waits for the lock.
            page.map(Clone::clone)
        };
        let events = events.map(|event| TraceEventView::of(&event, cx.state().runtime()));
        Ok(TraceDetails { trace, events })
    }
}
