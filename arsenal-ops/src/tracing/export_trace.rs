//! `export_trace`.

use std::fmt::Write;

use arsenal::{Choice, Context, Execute, Operation};
use schemars::JsonSchema;
use serde::Serialize;

use super::{TraceEventView, TraceLookup, Traces};

/// Gives the events of a trace of the caller's as one text, for other tools.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/traces/{id}/export", role = operator,
            effect = read, idempotent, timeout = "10s", output = ExportedTrace,
            error = TraceLookup,
            example(name = "an unknown one", params = r#"{"id": "t0", "format": "csv"}"#))]
pub struct ExportTrace {
    /// The trace's id.
    #[param(min_len = 1, max_len = 24)]
    pub id: String,
    /// How the text is written.
    #[param(default = ExportFormat::Json)]
    pub format: ExportFormat,
}

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ExportFormat {
    /// One array.
    Json,
    /// One object a line.
    Ndjson,
    /// One line each, with a line of names before them (RFC 4180).
    Csv,
}

/// A trace as a text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportedTrace {
    /// The trace's id.
    pub id: String,
    /// How the text is written.
    pub format: ExportFormat,
    /// The text's media type.
    pub media_type: &'static str,
    /// How many events are in it.
    pub events: usize,
    /// The text.
    pub text: String,
}

impl Execute for ExportTrace {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<ExportedTrace, TraceLookup> {
        let record = cx.state().find(&self.id, cx.caller())?;
        // Copied out, since the listener waits for the lock while it is held.
        let heard = record.heard().events.clone();
        let view = |event| TraceEventView::of(event, cx.state().runtime());
        let events: Vec<_> = heard.iter().map(view).collect();
        let (media_type, text) = match self.format {
            ExportFormat::Json => ("application/json", json(&events)),
            ExportFormat::Ndjson => ("application/x-ndjson", lines(&events)),
            ExportFormat::Csv => ("text/csv", csv(&events)),
        };
        Ok(ExportedTrace {
            id: self.id,
            format: self.format,
            media_type,
            events: events.len(),
            text,
        })
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("an event has text keys and finite figures")
}

fn lines(events: &[TraceEventView]) -> String {
    events.iter().map(|event| json(event) + "\n").collect()
}

fn csv(events: &[TraceEventView]) -> String {
    let mut text = String::from("at,at_us,pid,kind,peer,message,server,reason\r\n");
    for event in events {
        let peer = event.peer.map(|pid| pid.to_string()).unwrap_or_default();
        let message = event.message.map(|kind| json(&kind)).unwrap_or_default();
        let reason = event.reason.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = [
            event.at.clone(),
            event.at_us.to_string(),
            event.pid.to_string(),
            event.kind.to_string(),
            peer,
            message.trim_matches('"').to_owned(),
            event.server.unwrap_or_default().to_owned(),
            reason,
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        // Writing to a text cannot fail.
        _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
