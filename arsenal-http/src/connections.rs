//! Connections: the tasks of this crate, each with its owner and its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::front::Front;

/// How long the head of a request may take, and a connection without one be kept.
const HEAD_WAIT_MAX: Duration = Duration::from_secs(30);

/// The rest before the next try where the system has no room for a connection.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// The open connections.
#[derive(Debug)]
pub(crate) struct Connections {
    front: Arc<Front>,
    tasks: TaskTracker,
    places: Arc<Semaphore>,
    /// They end after the answer under way.
    close: CancellationToken,
    /// They end now, also where the whole server is dropped.
    abort: CancellationToken,
    _dropped: DropGuard,
}

impl Connections {
    pub(crate) fn new(front: Arc<Front>) -> Self {
        let abort = CancellationToken::new();
        Self {
            places: Arc::new(Semaphore::new(front.settings.connections_max)),
            front,
            tasks: TaskTracker::new(),
            close: CancellationToken::new(),
            _dropped: abort.clone().drop_guard(),
            abort,
        }
    }

    /// Accepts for ever.
    ///
    /// # Cancel safety
    ///
    /// Dropped between two connections, none is lost that was not accepted.
    pub(crate) async fn accept(&self, listener: &TcpListener) {
        while let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let connection = Connection {
                        front: Arc::clone(&self.front),
                        peer,
                        close: self.close.clone(),
                        abort: self.abort.clone(),
                    };
                    self.tasks.spawn(async move {
                        connection.serve(stream).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    // Out of descriptors, or the peer went: neither is a reason to end.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_REST).await;
                }
            }
        }
    }

    /// Tells every connection to end after the answer under way.
    pub(crate) fn close(&self) {
        self.close.cancel();
        self.tasks.close();
    }

    /// Waits for the connections' end, and ends those that have not; says how many.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the rest is ended at once.
    pub(crate) async fn ended(self, wait: Duration) -> usize {
        if tokio::time::timeout(wait, self.tasks.wait()).await.is_ok() {
            return 0;
        }
        let left = self.tasks.len();
        self.abort.cancel();
        self.tasks.wait().await;
        left
    }
}

/// One connection.
struct Connection {
    front: Arc<Front>,
    peer: SocketAddr,
    close: CancellationToken,
    abort: CancellationToken,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        let Self { front, peer, close, abort } = self;
        // Answers are written whole; waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let front = Arc::clone(&front);
            async move {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(peer));
                Ok::<_, Infallible>(front.answer(request).await)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_WAIT_MAX)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            biased;
            () = abort.cancelled() => return,
            ended = connection.as_mut() => Some(ended),
            () = close.cancelled() => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    biased;
                    () = abort.cancelled() => return,
                    ended = connection => ended,
                }
            }
        };
        if let Err(error) = ended {
            // Peers come and go; that they do is nobody's fault here.
            tracing::debug!(%peer, %error, "a connection broke");
        }
    }
}
