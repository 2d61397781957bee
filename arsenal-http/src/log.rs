//! One line per request, however it ends.

use std::net::IpAddr;
use std::time::Instant;

use axum::http::{Method, StatusCode};

use crate::ids::Ids;

/// What nginx says of a caller who went: HTTP has no status for it.
const CLIENT_GONE: u16 = 499;

/// What is known of a request so far; written when it ends, also where its caller went.
#[derive(Debug)]
pub(crate) struct RequestLog {
    id: String,
    trace: Option<String>,
    peer: Option<IpAddr>,
    method: Method,
    // Without the query: its values may be secret.
    path: String,
    pub(crate) principal: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) code: Option<String>,
    status: u16,
    started: Instant,
}

impl RequestLog {
    pub(crate) fn begin(method: &Method, path: &str, ids: &Ids, peer: Option<IpAddr>) -> Self {
        Self {
            id: ids.request.clone(),
            trace: ids.trace().map(str::to_owned),
            peer,
            method: method.clone(),
            path: path.to_owned(),
            principal: None,
            operation: None,
            code: None,
            status: CLIENT_GONE,
            started: Instant::now(),
        }
    }

    pub(crate) fn end(mut self, status: StatusCode) {
        self.status = status.as_u16();
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        tracing::info!(
            id = %self.id,
            trace = self.trace.as_deref(),
            peer = self.peer.map(tracing::field::display),
            principal = self.principal.as_deref(),
            method = %self.method,
            path = %self.path,
            operation = self.operation.as_deref(),
            status = self.status,
            code = self.code.as_deref(),
            took_us = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            "request"
        );
    }
}
