//! `stop_trace`.

use arsenal::{Context, Execute, Operation};

use super::{TraceLookup, TraceView, Traces};

/// Ends a trace of the caller's; what it heard can still be read.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = POST, path = "/traces/{id}/stop", role = operator,
            effect = write, idempotent, timeout = "5s", rate_limit = "120/min",
            output = TraceView, error = TraceLookup,
            example(name = "an unknown one", params = r#"{"id": "t0"}"#))]
pub struct StopTrace {
    /// The trace's id.
    #[param(min_len = 1, max_len = 24)]
    pub id: String,
}

impl Execute for StopTrace {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<TraceView, TraceLookup> {
        let record = cx.state().find(&self.id, cx.caller())?;
        cx.state().stop(&record).await;
        Ok(TraceView::of(&record))
    }
}
