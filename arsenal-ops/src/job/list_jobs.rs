//! `list_jobs`.

use arsenal::{Context, Error, Execute, Operation};

use super::JobView;
use super::view::may_see;
use crate::paging::{Page, Paging};

/// Lists the caller's jobs, oldest first, without their results; an admin sees everybody's.
#[derive(Debug, Operation)]
#[operation(category = "job", method = GET, path = "/jobs", role = viewer, effect = read,
            idempotent, timeout = "5s", output = Page<JobView>,
            columns = ["id", "operation", "status", "created_at", "updated_at"],
            example(name = "all", params = "{}"))]
pub struct ListJobs {
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

impl Execute for ListJobs {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Page<JobView>, Error> {
        // Ids of version 7 sort by time.
        let mut jobs = cx.jobs().list();
        jobs.retain(|job| may_see(cx.caller(), job));
        jobs.sort_by(|a, b| a.id.cmp(&b.id));
        let items = jobs.into_iter().map(|job| (job.id.clone(), JobView::of(job)));
        self.page.page(cx, "list_jobs", items)
    }
}
