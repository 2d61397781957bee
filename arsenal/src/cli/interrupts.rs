//! Somebody's wish that the program ends: an interrupt, or the system's request to.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The wishes, counted from the first on: none that comes while nobody waits is lost.
#[derive(Debug)]
pub(super) struct Interrupts {
    #[cfg(unix)]
    heard: [Option<Signal>; 2],
}

impl Interrupts {
    /// Begins to listen; from now on a signal does not end the program by itself.
    pub(super) fn listen() -> Self {
        Self {
            #[cfg(unix)]
            heard: [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()),
        }
    }

    /// The next one.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it loses none.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.heard;
        tokio::select! {
            () = one(interrupt) => {}
            () = one(terminate) => {}
        }
    }

    /// The next one.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it loses none.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Where there is no listener, the signal keeps the meaning that the system gives it.
#[cfg(unix)]
async fn one(heard: &mut Option<Signal>) {
    match heard {
        Some(signal) => _ = signal.recv().await,
        None => std::future::pending().await,
    }
}
