//! `cancel_job`.

use arsenal::{Context, Execute, Operation};

use super::view::may_see;
use super::{JobLookup, JobView};

/// Asks a job to stop.
///
/// Whether it does, and when, its status tells; a job that has ended stays as it ended.
#[derive(Debug, Operation)]
#[operation(category = "job", method = POST, path = "/jobs/{id}/cancel", role = viewer,
            effect = write, idempotent, status = 202, timeout = "5s", rate_limit = "120/min",
            output = JobView, error = JobLookup,
            example(name = "an unknown one",
                    params = r#"{"id": "00000000-0000-7000-8000-000000000000"}"#))]
pub struct CancelJob {
    /// The job's id.
    #[param(min_len = 1, max_len = 64)]
    pub id: String,
}

impl Execute for CancelJob {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<JobView, JobLookup> {
        let own = cx.jobs().get(&self.id).filter(|job| may_see(cx.caller(), job));
        let cancelled = own.and_then(|job| cx.jobs().cancel(&job.id));
        cancelled.map(JobView::of).ok_or(JobLookup::NoJob { id: self.id })
    }
}
