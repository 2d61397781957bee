//! How a job is shown, and to whom.

use arsenal::{Caller, Failure, Job, JobStatus, Role};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A job.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JobView {
    /// Its id.
    pub id: String,
    /// The operation that runs.
    pub operation: String,
    /// Where it stands.
    pub status: JobStatus,
    /// How far it is, where the operation tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<JobProgress>,
    /// When it was opened (RFC 3339, UTC).
    pub created_at: String,
    /// When it last changed (RFC 3339, UTC).
    pub updated_at: String,
    /// The result, once it has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// It had a result, which was too large to be kept or has made room for later ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub result_forgotten: bool,
    /// Why it failed, once it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<JobFailure>,
}

/// How far a job is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JobProgress {
    /// How much is done.
    pub done: u64,
    /// Of how much, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What is being done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Why a job failed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JobFailure {
    /// The error's class.
    pub class: String,
    /// The stable code.
    pub code: String,
    /// One sentence.
    pub detail: String,
}

impl JobView {
    /// The view of a job.
    #[must_use]
    pub fn of(job: Job) -> Self {
        Self {
            id: job.id,
            operation: job.operation,
            status: job.status,
            progress: job.progress.map(|progress| JobProgress {
                done: progress.done,
                total: progress.total,
                message: progress.message,
            }),
            created_at: job.created_at.to_string(),
            updated_at: job.updated_at.to_string(),
            result: job.result.and_then(|text| serde_json::from_str(text.get()).ok()),
            result_forgotten: job.result_forgotten,
            error: job.error.map(|error| JobFailure {
                class: error.class.to_owned(),
                code: error.code,
                detail: error.detail,
            }),
        }
    }
}

/// Whether the caller may see the job: its own, or any as an admin.
pub(super) fn may_see(caller: &Caller, job: &Job) -> bool {
    caller.role == Role::Admin || caller.principal == job.principal
}

/// Why nothing was done with a job.
#[derive(Debug, thiserror::Error, Failure)]
#[non_exhaustive]
pub enum JobLookup {
    /// It was forgotten, never was, or is somebody else's.
    #[error("no job `{id}`: finished jobs are forgotten after a while; `list_jobs` lists yours")]
    #[failure(class = not_found)]
    NoJob {
        /// What was asked for.
        id: String,
    },
}
