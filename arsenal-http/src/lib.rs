//! HTTP bytes to and from a call and its reply.
//!
//! A [`Server`] answers for a program ([`Arsenal`](arsenal_core::Arsenal)): every listed
//! operation at `POST /api/v1/operations/{name}/execute` and, where it declares one, at its own
//! address below `/api/v1`. What was registered or removed while the program runs appears and
//! vanishes with the next request. Everything that is not a success is a problem document
//! (RFC 9457).
//!
//! ```no_run
//! use arsenal_core::{Arsenal, Role};
//! use arsenal_http::{Identity, Server, Settings, Tokens};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let arsenal = Arsenal::builder().build()?;
//! let tokens = Tokens::new().with("a long secret", Identity::new("ann", Role::Operator));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:4000").await?;
//! let stop = async { tokio::time::sleep(std::time::Duration::from_secs(60)).await };
//! Server::new(arsenal, tokens, Settings::default()).serve(listener, stop).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The order of decisions: the route and the method; the peer's allowance; who calls; then the
//! pipeline's own, which decides by the operation's facts before the body is read.

mod server;

mod settings;

mod authenticate;

mod connections;

mod front;

mod exchange;

mod routes;

mod peers;

mod ids;

mod headers;

mod query;

mod body;

mod success;

mod limits;

mod deprecation;

mod refusal;

mod status;

mod pages;

mod log;

pub use authenticate::{
    Authenticate, Authenticating, Identity, Presented, Tokens, WrongCredentials,
};
pub use server::{ServeError, Server};
pub use settings::{PeerRate, Settings};
pub use status::status;
