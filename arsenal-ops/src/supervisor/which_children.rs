//! `which_children`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::Target;

use super::ChildView;
use super::fault::{SupervisorLookup, unanswered};
use super::reach::find;
use crate::catalogue::Catalogue;
use crate::paging::{Page, Paging};
use crate::refusal::Refusal;

/// Lists the children of a supervisor, in start order.
#[derive(Debug, Operation)]
#[operation(category = "supervisor", method = GET, path = "/supervisors/{process}/children",
            role = viewer, effect = read, idempotent, timeout = "10s", output = Page<ChildView>,
            error = Refusal<SupervisorLookup>,
            columns = ["id", "pid", "state", "kind", "restart", "restarts"],
            example(name = "the catalogue's own", params = r#"{"process": "arsenal"}"#))]
pub struct WhichChildren {
    /// The supervisor: its pid or its name.
    #[param(alias = "supervisor")]
    pub process: Target,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

impl Execute for WhichChildren {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<Page<ChildView>, Refusal<SupervisorLookup>> {
        let supervisor = find::<SupervisorLookup>(cx, &self.process)?;
        let children = supervisor.which_children().await.map_err(unanswered)?;
        let places = children.into_iter().enumerate().map(|(at, info)| (format!("{at:010}"), info));
        let query = format!("which_children {}", supervisor.pid());
        let page = self.page.page(cx, &query, places).map_err(Refusal::Shared)?;
        Ok(page.map(|info| ChildView::of(cx.state(), info)))
    }
}
