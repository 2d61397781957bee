//! Category `job`: work that goes on after its call was answered.

mod cancel_job;
mod get_job;
mod list_jobs;
mod view;

pub use cancel_job::CancelJob;
pub use get_job::GetJob;
pub use list_jobs::ListJobs;
pub use view::{JobFailure, JobLookup, JobProgress, JobView};
