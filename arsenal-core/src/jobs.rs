//! Work that goes on after its call was answered.
//!
//! Jobs are kept in memory, bounded in number, and their results in size: the oldest finished job,
//! or the oldest result, is forgotten first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::codes;
use crate::context::Progress;
use crate::error::{Class, Error};

/// Where a job stands; the last three never change again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It ended with a result.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// It was called off.
    Cancelled,
}

impl JobStatus {
    /// Whether it has ended.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// A job, as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The operation that runs.
    pub operation: String,
    /// Where it stands.
    pub status: JobStatus,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The result, once it has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Arc<RawValue>>,
    /// It had a result, which was too large to be kept or has made room for later ones.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub result_forgotten: bool,
    /// The error's code and sentence, once it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// Whose it is.
    #[serde(skip)]
    pub principal: String,
}

/// Why a job failed.
#[derive(Debug, Clone, Serialize)]
pub struct JobError {
    /// The error's class.
    pub class: &'static str,
    /// Its code.
    pub code: String,
    /// Its sentence.
    pub detail: String,
}

/// A job takes a while: so may the next free place.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// What all remembered results may take before the oldest are forgotten.
const RESULTS_BYTES_MAX: usize = 4 << 20;

/// The program's jobs.
#[derive(Debug, Clone)]
pub struct Jobs {
    jobs_max: usize,
    results_bytes_max: usize,
    table: Arc<Mutex<Table>>,
}

#[derive(Debug, Default)]
struct Table {
    jobs: HashMap<String, JobHandle>,
    order: VecDeque<String>,
    /// The jobs whose results are kept, as they ended.
    results: VecDeque<String>,
    /// What these take together.
    results_bytes: usize,
}

impl Jobs {
    pub(crate) fn new(jobs_max: usize) -> Self {
        Self { jobs_max, results_bytes_max: RESULTS_BYTES_MAX, table: Arc::default() }
    }

    /// The job of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Job> {
        self.table().jobs.get(id).map(JobHandle::read)
    }

    /// All jobs that are remembered, oldest first, without their results: those are for
    /// [`Jobs::get`], one at a time.
    #[must_use]
    pub fn list(&self) -> Vec<Job> {
        let table = self.table();
        let jobs = table.order.iter().filter_map(|id| table.jobs.get(id));
        jobs.map(|job| Job { result: None, ..job.read() }).collect()
    }

    /// Asks a job to stop; whether it does, and when, its status tells. `None`: no such job.
    #[must_use]
    pub fn cancel(&self, id: &str) -> Option<Job> {
        let handle = self.table().jobs.get(id).cloned()?;
        handle.cancel.cancel();
        Some(handle.read())
    }

    /// The job once it has ended, however it does. `None`: no such job.
    ///
    /// # Cancel safety
    ///
    /// Dropping it stops only the waiting.
    pub async fn ended(&self, id: &str) -> Option<Job> {
        let mut changes = self.table().jobs.get(id)?.state.subscribe();
        let job = changes.wait_for(|job| job.status.is_final()).await.ok()?;
        Some(job.clone())
    }

    pub(crate) fn open(&self, operation: &str, principal: &str) -> Result<JobHandle, Error> {
        let mut table = self.table();
        while table.jobs.len() >= self.jobs_max {
            if !table.forget_oldest_finished() {
                return Err(codes::TOO_MANY_JOBS
                    .error("too many jobs are under way; try again later")
                    .with_retry_after(RETRY_AFTER));
            }
        }
        let now = Timestamp::now();
        let job = Job {
            id: Uuid::now_v7().to_string(),
            operation: operation.to_owned(),
            status: JobStatus::Queued,
            progress: None,
            created_at: now,
            updated_at: now,
            result: None,
            result_forgotten: false,
            error: None,
            principal: principal.to_owned(),
        };
        let handle = JobHandle {
            id: job.id.clone(),
            cancel: CancellationToken::new(),
            opened: Instant::now(),
            state: watch::Sender::new(job),
        };
        table.order.push_back(handle.id.clone());
        table.jobs.insert(handle.id.clone(), handle.clone());
        Ok(handle)
    }

    /// The job has ended. Its result is kept where there is room, for which older ones go.
    pub(crate) fn end(&self, job: &JobHandle, outcome: Result<String, Error>) {
        job.ended(outcome);
        let mut table = self.table();
        let bytes = job.state.borrow().result_bytes();
        if 0 < bytes && table.jobs.contains_key(&job.id) {
            table.results.push_back(job.id.clone());
            table.results_bytes += bytes;
        }
        while self.results_bytes_max < table.results_bytes {
            table.forget_oldest_result();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing of an author runs under this lock, and every change is whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn forget_oldest_finished(&mut self) -> bool {
        let finished = self.order.iter().position(|id| {
            self.jobs.get(id).is_none_or(|job| job.state.borrow().status.is_final())
        });
        let Some(id) = finished.and_then(|at| self.order.remove(at)) else { return false };
        if let Some(at) = self.results.iter().position(|with_result| *with_result == id) {
            self.results.remove(at);
            self.results_bytes -= self.result_bytes(&id);
        }
        self.jobs.remove(&id);
        true
    }

    fn forget_oldest_result(&mut self) {
        let Some(id) = self.results.pop_front() else { return };
        self.results_bytes -= self.result_bytes(&id);
        if let Some(job) = self.jobs.get(&id) {
            // Who waits for the job's end has been told of it.
            job.state.send_if_modified(|job| {
                job.result = None;
                job.result_forgotten = true;
                false
            });
        }
    }

    fn result_bytes(&self, id: &str) -> usize {
        self.jobs.get(id).map_or(0, |job| job.state.borrow().result_bytes())
    }
}

/// A job, as the one who runs it holds it.
#[derive(Debug, Clone)]
pub(crate) struct JobHandle {
    pub(crate) id: String,
    pub(crate) cancel: CancellationToken,
    /// From when on its time is counted.
    pub(crate) opened: Instant,
    state: watch::Sender<Job>,
}

impl Job {
    fn result_bytes(&self) -> usize {
        self.result.as_ref().map_or(0, |result| result.get().len())
    }
}

impl JobHandle {
    fn read(&self) -> Job {
        self.state.borrow().clone()
    }

    /// The job as JSON text.
    pub(crate) fn view(&self) -> String {
        serde_json::to_string(&self.read()).expect("a job is plain data")
    }

    pub(crate) fn started(&self) {
        self.change(|job| job.status = JobStatus::Running);
    }

    pub(crate) fn progress(&self, progress: &Progress) {
        self.change(|job| job.progress = Some(progress.clone()));
    }

    fn ended(&self, outcome: Result<String, Error>) {
        self.change(|job| match outcome {
            Ok(data) => {
                job.status = JobStatus::Succeeded;
                job.result = RawValue::from_string(data).ok().map(Arc::from);
            }
            Err(error) => {
                job.status = match error.class() {
                    Class::Cancelled => JobStatus::Cancelled,
                    _ => JobStatus::Failed,
                };
                job.error = Some(JobError {
                    class: error.class().as_str(),
                    code: error.code().to_owned(),
                    detail: error.sentence().to_owned(),
                });
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Job)) {
        self.state.send_modify(|job| {
            if !job.status.is_final() {
                change(job);
                job.updated_at = Timestamp::now();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_finished_job_makes_room_and_a_running_one_never_does() {
        let jobs = Jobs::new(2);
        let first = jobs.open("op", "ann").expect("there is room");
        let second = jobs.open("op", "ann").expect("there is room");
        assert_eq!(jobs.open("op", "ann").expect_err("both run").code(), "TOO_MANY_JOBS");
        jobs.end(&second, Ok("1".into()));
        jobs.open("op", "ann").expect("the second has ended");
        assert!(jobs.get(&first.id).is_some() && jobs.get(&second.id).is_none());
    }

    #[test]
    fn results_take_no_more_memory_than_they_may_and_the_jobs_stay() {
        let jobs = Jobs { results_bytes_max: 10, ..Jobs::new(3) };
        let ended = |outcome: &str| {
            let job = jobs.open("op", "ann").expect("there is room");
            jobs.end(&job, Ok(outcome.to_owned()));
            job.id
        };
        let kept = |id: &str| {
            let job = jobs.get(id).expect("it is remembered");
            assert_eq!(job.status, JobStatus::Succeeded);
            assert_eq!(job.result.is_none(), job.result_forgotten);
            job.result.map(|result| result.get().to_owned())
        };
        let (first, second) = (ended("123456"), ended("78901"));
        assert_eq!((kept(&first), kept(&second)), (None, Some("78901".to_owned())));
        let third = ended("12345678901");
        assert_eq!((kept(&second), kept(&third)), (None, None), "it is too large by itself");
        let fourth = ended("1234567890");
        assert_eq!(kept(&fourth).as_deref(), Some("1234567890"));
        assert!(jobs.get(&first).is_none(), "three are remembered");
        ended("1");
        assert_eq!(kept(&fourth), None);
        assert_eq!(jobs.table().results_bytes, 1);
    }

    #[test]
    fn an_ended_job_never_changes_again() {
        let jobs = Jobs::new(2);
        let job = jobs.open("op", "ann").expect("there is room");
        job.ended(Ok("1".into()));
        job.ended(Err(codes::CANCELLED.error("too late")));
        assert_eq!(jobs.get(&job.id).map(|job| job.status), Some(JobStatus::Succeeded));
    }
}
