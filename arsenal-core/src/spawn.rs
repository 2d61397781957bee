//! The only place of this crate that starts tasks. Each runs a call, which counts among those in
//! flight: the program waits for them when it ends.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// Starts the future as a task, in the span that its caller is in.
#[expect(clippy::disallowed_methods, reason = "this is the crate's one spawning module")]
pub(crate) fn spawn<F>(runtime: &Handle, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    runtime.spawn(future.in_current_span())
}
