//! How a program ends: it takes no more calls, waits for those under way, and names the rest.

use std::time::Duration;

use tokio::time::timeout;

use crate::arsenal::Arsenal;

/// Some calls did not end within the grace; they were dropped.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} calls were still running after {grace:?}: {}", operations.len(), operations.join(", "))]
pub struct StillRunning {
    /// The operations, each as often as it ran.
    pub operations: Vec<String>,
    /// How long they were waited for.
    pub grace: Duration,
}

impl Arsenal {
    /// How many calls are under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.in_flight.len()
    }

    /// Whether calls are taken: not any more once [`Arsenal::drain`] has begun.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.0.in_flight.is_closed()
    }

    /// Ends the program's calls in order: no new ones are taken, those under way may end
    /// within the grace, the rest is dropped and named.
    ///
    /// # Errors
    ///
    /// [`StillRunning`] with the operations that were dropped.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the program stays closed, and what runs goes on; call it again.
    pub async fn drain(&self, grace: Duration) -> Result<(), StillRunning> {
        let shared = &self.0;
        shared.in_flight.close();
        shared.stop.cancel();
        if timeout(grace, shared.in_flight.emptied()).await.is_ok() {
            return Ok(());
        }
        let snapshot = shared.registry.snapshot();
        let running = snapshot.all().iter().flat_map(|op| {
            let times = usize::try_from(op.in_flight()).unwrap_or(usize::MAX);
            std::iter::repeat_n(op.spec().name.to_string(), times.min(100))
        });
        let operations = running.collect();
        shared.abort.cancel();
        Err(StillRunning { operations, grace })
    }
}
