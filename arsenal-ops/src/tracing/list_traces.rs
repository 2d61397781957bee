//! `list_traces`.

use arsenal::{Context, Error, Execute, Operation};

use super::{TraceView, Traces};
use crate::paging::{Page, Paging};

/// Lists the caller's traces, oldest first; an admin sees everybody's.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/traces", role = operator,
            effect = read, idempotent, timeout = "5s", output = Page<TraceView>,
            columns = ["id", "principal", "running", "end", "events", "dropped", "started_at"],
            example(name = "all", params = "{}"))]
pub struct ListTraces {
    /// Only traces that run, or that do not.
    pub running: Option<bool>,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

impl Execute for ListTraces {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<Page<TraceView>, Error> {
        let records = cx.state().list(cx.caller()).into_iter();
        let items = records
            // Ids are numbers, and pages go by text.
            .map(|record| (format!("{:020}", record.number), TraceView::of(&record)))
            .filter(|(_, view)| self.running.is_none_or(|running| running == view.running));
        self.page.page(cx, &format!("list_traces {:?}", self.running), items)
    }
}
