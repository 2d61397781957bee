//! `call`: one operation, called in this process.

use std::io::{self, Read};
use std::time::Duration;

use clap::ArgMatches;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::exit::ExitStatus;
use super::interrupts::Interrupts;
use super::screen::Screen;
use super::tell;
use crate::{Arsenal, Call, Caller, IfMatch, Input, Job, JobStatus, Origin, Reply, Role, Terms};

/// How long what was interrupted, or goes on behind an answer, may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// A call that the arguments stand for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) operation: String,
    pub(super) input: Input,
    pub(super) terms: Terms,
    pub(super) caller: Caller,
}

/// Why the parameters could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadParamsError {
    #[error("`{path}` could not be read: {source}")]
    File { path: String, source: io::Error },
    #[error("standard input could not be read: {0}")]
    Stdin(io::Error),
}

/// The call that the arguments stand for.
///
/// # Errors
///
/// The file or standard input cannot be read.
pub(super) fn asked(given: &ArgMatches) -> Result<Asked, ReadParamsError> {
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let body = text("json").map(|json| body(&json)).transpose()?;
    Ok(Asked {
        operation: text("name").unwrap_or_default(),
        input: Input { strings: Vec::new(), body },
        terms: Terms {
            dry_run: given.get_flag("dry-run"),
            idempotency_key: text("idempotency-key"),
            if_match: given.get_one::<IfMatch>("if-match").cloned(),
            detach: false,
        },
        caller: caller(given),
    })
}

fn body(json: &str) -> Result<Vec<u8>, ReadParamsError> {
    if json == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(ReadParamsError::Stdin)?;
        return Ok(bytes);
    }
    let Some(path) = json.strip_prefix('@') else { return Ok(json.as_bytes().to_vec()) };
    let path = path.to_owned();
    std::fs::read(&path).map_err(|source| ReadParamsError::File { path, source })
}

/// Whoever may start the program may do everything, unless they ask for less.
pub(super) fn caller(given: &ArgMatches) -> Caller {
    let role = given.get_one::<Role>("role").copied();
    Caller::new("local", role.expect("clap has a default"), "cli")
}

/// Calls, waits for a job, tells how it ended.
pub(super) async fn run(arsenal: &Arsenal, screen: &Screen, asked: Asked) -> ExitStatus {
    let interrupted = CancellationToken::new();
    let mut interrupts = Interrupts::listen();
    let mut call = std::pin::pin!(ended(arsenal, screen, asked, interrupted.clone()));
    let status = tokio::select! {
        biased;
        status = call.as_mut() => status,
        () = interrupts.next() => {
            interrupted.cancel();
            // It may end in order; a second interrupt does not wait for that.
            tokio::select! {
                _ = tokio::time::timeout(GRACE, call) => drain(arsenal, screen, GRACE).await,
                () = interrupts.next() => drain(arsenal, screen, Duration::ZERO).await,
            }
            return ExitStatus::Interrupted;
        }
    };
    drain(arsenal, screen, GRACE).await;
    status
}

/// Waits for what goes on behind the answer, and names what does not end.
async fn drain(arsenal: &Arsenal, screen: &Screen, grace: Duration) {
    if let Err(running) = arsenal.drain(grace).await {
        screen.complain(&running.to_string());
    }
}

async fn ended(
    arsenal: &Arsenal,
    screen: &Screen,
    asked: Asked,
    interrupted: CancellationToken,
) -> ExitStatus {
    let Asked { operation, input, terms, caller } = asked;
    let id = Uuid::now_v7();
    let mut origin = Origin::new(caller);
    origin.request_id = Some(id.to_string().into());
    origin.cancel = Some(interrupted.clone());
    let operations = arsenal.operations();
    let found = operations.get(&operation);
    let reply = arsenal.run(Call { operation: operation.clone(), input, origin, terms }).await;
    match (&reply.facts.job, &reply.outcome) {
        (_, Err(error)) => tell::refusal(screen, error, &operation, id),
        (Some(job), Ok(_)) => match job_end(arsenal, job, &interrupted).await {
            Some(job) => job_ended(screen, &job),
            None => ExitStatus::JobFailed,
        },
        (None, Ok(_)) => {
            tell::deprecation(screen, &operation, reply.facts.deprecated.as_ref());
            let columns = found.map(|found| found.spec().columns.clone()).unwrap_or_default();
            tell::answer(screen, &reply, &columns);
            ExitStatus::Ok
        }
    }
}

/// The job once it has ended; an interrupt asks it to.
async fn job_end(arsenal: &Arsenal, id: &str, interrupted: &CancellationToken) -> Option<Job> {
    let jobs = arsenal.jobs();
    tokio::select! {
        ended = jobs.ended(id) => ended,
        () = interrupted.cancelled() => {
            jobs.cancel(id)?;
            jobs.ended(id).await
        }
    }
}

/// This process cannot be left while the job runs in it: its end is the answer.
fn job_ended(screen: &Screen, job: &Job) -> ExitStatus {
    let data = serde_json::to_string(job).expect("a job is plain data");
    let reply = Reply { outcome: Ok(data), facts: crate::Facts::default() };
    tell::answer(screen, &reply, &[]);
    match job.status {
        JobStatus::Succeeded => ExitStatus::Ok,
        _ => ExitStatus::JobFailed,
    }
}
