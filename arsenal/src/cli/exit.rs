//! How the program ended, as scripts see it.

use std::process::ExitCode;

use crate::Class;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// It did what it was asked.
    Ok = 0,
    /// The operation, or the program, failed.
    Failed = 1,
    /// The arguments or the parameters are refused.
    Usage = 2,
    /// Nobody known, or without the right.
    Denied = 3,
    /// What was named is not there.
    NotFound = 4,
    /// It is in another state, or a condition does not hold.
    Conflict = 5,
    /// Later it may work.
    Retry = 6,
    /// The time was over.
    TimedOut = 7,
    /// The job failed, or was cancelled.
    JobFailed = 8,
    /// Somebody interrupted it.
    Interrupted = 130,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}

impl From<Class> for ExitStatus {
    /// There is no wildcard: a new class must be given its code here.
    fn from(class: Class) -> Self {
        match class {
            Class::Malformed | Class::Validation => Self::Usage,
            Class::Unauthenticated | Class::Forbidden => Self::Denied,
            Class::NotFound => Self::NotFound,
            Class::Conflict | Class::Precondition => Self::Conflict,
            Class::RateLimited | Class::Unavailable => Self::Retry,
            Class::Timeout => Self::TimedOut,
            Class::Cancelled | Class::Execution | Class::System => Self::Failed,
        }
    }
}

/// What `--help` says of exit codes.
pub(super) const HELP: &str = "\
Exit codes:
  0  done                        5  conflict, or a condition does not hold
  1  the operation failed        6  throttled or unavailable: try again
  2  arguments or parameters     7  timed out
  3  not allowed                 8  the job failed or was cancelled
  4  not found                 130  interrupted";
