//! `get_job`.

use arsenal::{Context, Execute, Operation};

use super::view::may_see;
use super::{JobLookup, JobView};

/// Shows a job of the caller's: where it stands, how far it is, and its result.
#[derive(Debug, Operation)]
#[operation(category = "job", method = GET, path = "/jobs/{id}", role = viewer, effect = read,
            idempotent, timeout = "5s", output = JobView, error = JobLookup,
            example(name = "an unknown one",
                    params = r#"{"id": "00000000-0000-7000-8000-000000000000"}"#))]
pub struct GetJob {
    /// The job's id.
    #[param(min_len = 1, max_len = 64)]
    pub id: String,
}

impl Execute for GetJob {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<JobView, JobLookup> {
        let job = cx.jobs().get(&self.id).filter(|job| may_see(cx.caller(), job));
        job.map(JobView::of).ok_or(JobLookup::NoJob { id: self.id })
    }
}
