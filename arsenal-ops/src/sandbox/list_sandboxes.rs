//! `list_sandboxes`.

use arsenal::{Context, Error, Execute, Operation};

use super::{SandboxView, Sandboxes};
use crate::paging::{Page, Paging};

/// Lists the sandboxes, by name.
#[derive(Debug, Operation)]
#[operation(category = "sandbox", method = GET, path = "/sandboxes", role = viewer,
            effect = read, idempotent, timeout = "5s", output = Page<SandboxView>,
            columns = ["sandbox", "status", "processes", "supervisor", "principal", "created_at"],
            example(name = "all", params = "{}"))]
pub struct ListSandboxes {
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

impl Execute for ListSandboxes {
    type State = Sandboxes;

    async fn execute(self, cx: &Context<Sandboxes>) -> Result<Page<SandboxView>, Error> {
        let sandboxes = cx.state().list();
        let items =
            sandboxes.iter().map(|sandbox| (sandbox.plan.name.clone(), SandboxView::of(sandbox)));
        self.page.page(cx, "list_sandboxes", items)
    }
}
