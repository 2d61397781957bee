//! A program's HTTP server: put together, served, ended in order.

use std::future::Future;
use std::sync::Arc;

use arsenal_core::{Arsenal, StillRunning};
use axum::Router;
use axum::extract::{Request, State};
use tokio::net::TcpListener;

use crate::authenticate::Authenticate;
use crate::connections::Connections;
use crate::front::Front;
use crate::settings::Settings;

/// A program's HTTP server.
#[derive(Debug)]
pub struct Server(Front);

/// Why a server did not end in order.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum ServeError {
    /// Calls were dropped: what they had done by then is theirs to say.
    #[error("calls were dropped at the end")]
    StillRunning {
        #[source]
        source: StillRunning,
    },
    /// No call was dropped, but somebody did not take their answer.
    #[error("{connections} connections did not close in time")]
    StillOpen { connections: usize },
}

impl Server {
    /// A server for a program, which finds out who calls by `who`.
    #[must_use]
    pub fn new(arsenal: Arsenal, who: impl Authenticate, settings: Settings) -> Self {
        Self(Front::new(arsenal, Box::new(who), settings))
    }

    /// Serves until `shutdown` is ready, then ends in order: no new connections, no new calls,
    /// those under way may end within the grace, the rest is dropped and named.
    ///
    /// # Errors
    ///
    /// [`ServeError::StillRunning`] with the operations that were dropped,
    /// [`ServeError::StillOpen`] where only answers were not fetched.
    ///
    /// # Cancel safety
    ///
    /// Dropped, all connections are closed at once, and the program is not drained.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let mut front = self.0;
        if front.settings.public_url.is_none() {
            let address = listener.local_addr().ok();
            // What stands for every address of the machine leads a caller nowhere: then the
            // types are relative to wherever the caller has asked.
            let address = address.filter(|address| !address.ip().is_unspecified());
            front.settings.public_url = address.map(|address| format!("http://{address}"));
        }
        let front = Arc::new(front);
        let connections = Connections::new(Arc::clone(&front));
        tokio::select! {
            biased;
            () = shutdown => {}
            () = connections.accept(&listener) => {}
        }
        drop(listener);
        tracing::info!(in_flight = front.arsenal.in_flight(), "shutting down");
        end(&front, connections).await
    }

    /// The same as a router, to stand in somebody's own server. There, whoever serves it
    /// decides about connections and the end, and hands over `ConnectInfo<SocketAddr>` for the
    /// peers' allowance.
    pub fn into_router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self.0))
    }
}

async fn answer(State(front): State<Arc<Front>>, request: Request) -> axum::response::Response {
    front.answer(request).await
}

/// The one order of the end.
async fn end(front: &Front, connections: Connections) -> Result<(), ServeError> {
    let grace = front.settings.grace;
    let until = tokio::time::Instant::now() + grace;
    connections.close();
    let drained = front.arsenal.drain(grace).await;
    // Calls have their answers now; the callers need a moment to fetch them.
    let left = until.saturating_duration_since(tokio::time::Instant::now()).max(FETCH_WAIT_MIN);
    let still_open = connections.ended(left).await;
    match drained {
        Err(source) => Err(ServeError::StillRunning { source }),
        Ok(()) if still_open > 0 => Err(ServeError::StillOpen { connections: still_open }),
        Ok(()) => Ok(()),
    }
}

const FETCH_WAIT_MIN: std::time::Duration = std::time::Duration::from_millis(250);
