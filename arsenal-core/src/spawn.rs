//! The only place of this crate that starts tasks; every task has an owner, the tracker.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// Starts the future as a task that the tracker waits for; gives it back where there is no
/// runtime to run it on.
///
/// # Errors
///
/// The future itself, when the caller is not inside a Tokio runtime.
pub(crate) fn spawn<F>(tracker: &TaskTracker, future: F) -> Result<JoinHandle<F::Output>, F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    match Handle::try_current() {
        Ok(handle) => Ok(tracker.spawn_on(future, &handle)),
        Err(_outside) => Err(future),
    }
}
