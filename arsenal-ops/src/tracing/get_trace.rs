//! `get_trace`.

use arsenal::{Context, Error, Execute, Failure, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use super::{TraceEventView, TraceView, Traces};
use crate::paging::{Page, Paging};

/// Shows a trace of the caller's and what it has heard so far, oldest first.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/traces/{id}", role = operator,
            effect = read, idempotent, timeout = "5s", output = TraceDetails,
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

    async fn execute(self, cx: &Context<Traces>) -> Result<TraceDetails, Error> {
        let record = cx.state().find(&self.id, cx.caller()).map_err(Failure::into_error)?;
        let trace = TraceView::of(&record);
        let events: Vec<_> = {
            let heard = record.heard();
            let numbered = heard.events.iter().enumerate();
            numbered.map(|(at, event)| (format!("{at:020}"), TraceEventView::of(event))).collect()
        };
        let events = self.page.page(cx, &format!("get_trace {}", self.id), events)?;
        Ok(TraceDetails { trace, events })
    }
}
