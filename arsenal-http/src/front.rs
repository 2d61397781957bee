//! What answers: a request goes in, a response comes out, whatever happens between.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use arsenal_core::{Arsenal, Chain, Class};
use axum::body::{Body, HttpBody as _};
use axum::extract::ConnectInfo;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, HeaderValue};
use axum::http::{Extensions, Method, Request, Response, StatusCode};

use crate::authenticate::Authenticate;
use crate::exchange::Exchange;
use crate::ids::Ids;
use crate::log::RequestLog;
use crate::peers::Peers;
use crate::refusal::{Occasion, Refused, Rule};
use crate::routes::Routes;
use crate::settings::Settings;

/// What answers for a program.
pub(crate) struct Front {
    pub(crate) arsenal: Arsenal,
    pub(crate) who: Box<dyn Authenticate>,
    pub(crate) settings: Settings,
    pub(crate) peers: Option<Peers>,
    pub(crate) routes: Routes,
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Front({:?})", self.arsenal)
    }
}

impl Front {
    pub(crate) fn new(arsenal: Arsenal, who: Box<dyn Authenticate>, settings: Settings) -> Self {
        let routes = Routes::new(&arsenal);
        let peers = settings.peer_rate.map(Peers::new);
        Self { arsenal, who, settings, peers, routes }
    }

    /// Answers.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the call is told that its caller went, and the log says so.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let ids = Ids::read(&parts.headers);
        let peer = peer(&parts.extensions);
        let mut log = RequestLog::begin(&parts.method, parts.uri.path(), &ids, peer);
        let mut exchange = Exchange { front: self, parts: &parts, ids: &ids, peer, log: &mut log };
        let answered = caught(exchange.answer(body)).await.unwrap_or_else(|panic| {
            tracing::error!(id = %ids.request, panic = said(panic.as_ref()), "the front panicked");
            Err(Rule::Panicked.refuse("the request could not be answered"))
        });
        let mut response = match answered {
            Ok(response) => response,
            Err(refused) => exchange.refuse(refused, self.public_url()),
        };
        finish(&parts.method, &ids, &mut response);
        log.end(response.status());
        response
    }

    fn public_url(&self) -> &str {
        self.settings.public_url.as_deref().unwrap_or_default()
    }
}

impl Exchange<'_> {
    /// The problem document; the log gets what the caller must not see. A fault of the program is
    /// an error there; a time that was over, or no room, is no fault of anybody's.
    fn refuse(&mut self, refused: Refused, public_url: &str) -> Response<Body> {
        let (id, operation) = (&self.ids.request, self.log.operation.as_deref());
        let chain = Chain(&refused.error);
        match refused.error.class() {
            Class::Execution | Class::System => tracing::error!(%id, operation, %chain, "failed"),
            _ => tracing::debug!(%id, operation, %chain, "refused"),
        }
        self.log.code = Some(refused.error.code().to_owned());
        let facts = refused.facts.clone();
        let operation = self.log.operation.as_deref();
        let mut response =
            refused.into_response(&Occasion { ids: self.ids, operation, public_url });
        self.facts(&facts, response.headers_mut());
        response
    }
}

/// What every response has.
fn finish(method: &Method, ids: &Ids, response: &mut Response<Body>) {
    let length = response.body().size_hint().exact();
    let has_length =
        !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::try_from(&ids.request) {
        headers.insert("x-request-id", id);
    }
    if let Some(length) = length.filter(|_| has_length) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

/// The future's output, or what it panicked with.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|waking| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(waking))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
