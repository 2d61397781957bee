//! One request, one walk: route, allowance, caller, call, answer.

use std::borrow::Cow;
use std::net::IpAddr;

use arsenal_core::{
    Caller, Class, Entered, Error, Facts, Fault, Input, Origin, Reply, Role, Terms,
};
use axum::body::Body;
use axum::http::header::{ALLOW, HeaderValue};
use axum::http::{Response, StatusCode, request};
use tokio_util::sync::CancellationToken;

use crate::authenticate::{Presented, stranger};
use crate::front::Front;
use crate::ids::Ids;
use crate::log::RequestLog;
use crate::refusal::{Refusal, Refused, Rule};
use crate::routes::{Bound, ROOT, Table, Target};
use crate::success::{Shown, respond};
use crate::{body, deprecation, headers, limits, pages, query};

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    pub(crate) front: &'a Front,
    pub(crate) parts: &'a request::Parts,
    pub(crate) ids: &'a Ids,
    pub(crate) peer: Option<IpAddr>,
    pub(crate) log: &'a mut RequestLog,
}

impl Exchange<'_> {
    /// The answer.
    ///
    /// # Errors
    ///
    /// Everything that is not a success.
    ///
    /// # Cancel safety
    ///
    /// Dropped, the call's token is cancelled; what becomes of the call is the pipeline's rule.
    pub(crate) async fn answer(&mut self, body: Body) -> Result<Response<Body>, Refused> {
        self.bounds()?;
        let table = self.front.routes.now(&self.front.arsenal);
        let target = table.find(self.parts.method.as_str(), self.parts.uri.path());
        if !matches!(target, Ok(Target::Live | Target::Ready)) {
            self.allowance()?;
        }
        match target? {
            Target::Live => Ok(Response::new(Body::empty())),
            Target::Ready => Ok(self.ready()),
            Target::Problem { code } => pages::problem(&code, &table.snapshot),
            Target::Methods { allow } => Ok(methods(allow)),
            Target::Operation(bound) => {
                let caller = self.caller().await?;
                self.call(&table, bound, caller, body).await
            }
            Target::Unknown { name } => {
                let caller = self.caller().await?;
                Err(self.unknown(&table, &name, caller))
            }
        }
    }

    /// What can be refused before anything is looked up.
    fn bounds(&self) -> Result<(), Refused> {
        let settings = &self.front.settings;
        let uri = self.parts.uri.path_and_query().map_or(0, |all| all.as_str().len());
        if uri > settings.uri_bytes_max {
            let most = settings.uri_bytes_max;
            return Err(Rule::UriTooLong.refuse(format!("an address is at most {most} bytes")));
        }
        let each = self.parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        if each.sum::<usize>() > settings.header_bytes_max {
            let most = settings.header_bytes_max;
            return Err(
                Rule::HeadersTooLarge.refuse(format!("headers are at most {most} bytes together"))
            );
        }
        Ok(())
    }

    fn allowance(&self) -> Result<(), Refused> {
        let (Some(peers), Some(peer)) = (&self.front.peers, self.peer) else { return Ok(()) };
        peers.take(peer).map_err(|rate| {
            Rule::PeerRate.refuse("this address makes too many requests").breaking(rate)
        })
    }

    fn ready(&self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        if !self.front.arsenal.is_ready() {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        response
    }

    async fn caller(&mut self) -> Result<Caller, Refused> {
        let presented = Presented { headers: &self.parts.headers, peer: self.peer };
        let caller = match self.front.who.authenticate(presented).await {
            Ok(Some(identity)) => identity.into_caller(self.peer),
            Ok(None) => stranger(self.peer),
            Err(wrong) => return Err(Rule::Credentials.refuse(wrong.to_string())),
        };
        self.log.principal = Some(caller.principal.to_string());
        Ok(caller)
    }

    /// A hidden operation is no operation; to a stranger none differs from another.
    fn unknown(&self, table: &Table, name: &str, caller: Caller) -> Refused {
        let stranger = caller.role == Role::Public;
        let arsenal = &self.front.arsenal;
        let told = match table.snapshot.get(name) {
            Some(_hidden) => None,
            // Whoever observes calls hears of this one too.
            None => arsenal.enter(name, self.origin(caller), Terms::default()).err(),
        };
        if stranger {
            return Refusal::of_stranger();
        }
        let error = told.and_then(|reply| reply.outcome.err());
        Refusal::of(error.unwrap_or_else(|| table.snapshot.unknown(name)), Facts::default())
    }

    fn origin(&self, caller: Caller) -> Origin {
        let mut origin = Origin::new(caller);
        origin.request_id = Some(self.ids.request.clone().into());
        origin.trace = self.ids.traceparent.clone().map(Into::into);
        origin
    }

    async fn call(
        &mut self,
        table: &Table,
        bound: Bound,
        caller: Caller,
        body: Body,
    ) -> Result<Response<Body>, Refused> {
        let name = bound.operation.spec().name.clone();
        self.log.operation = Some(name.to_string());
        let gone = CancellationToken::new();
        let stranger = caller.role == Role::Public;
        let mut origin = self.origin(caller);
        origin.cancel = Some(gone.clone());
        let _told = gone.drop_guard();
        let (asked, terms) = self.asked(&bound);
        let entered = match self.front.arsenal.enter(&name, origin, terms) {
            Ok(entered) => entered,
            Err(reply) => {
                let refused = Refusal::of_reply(*reply);
                let asks_who = stranger && refused.error.class() == Class::Unauthenticated;
                return Err(if asks_who { Refusal::of_stranger() } else { refused });
            }
        };
        let input = match asked {
            Ok(query) => self.input(&bound, query, body, &entered).await,
            Err(refused) => Err(refused),
        };
        let reply = match input {
            Ok(input) => entered.run(input).await,
            Err(refused) => return Err(refused.told_by(|error| entered.refuse(error))),
        };
        self.settle(table, &bound, reply)
    }

    /// The query and the terms; what is wrong with them is told once the caller may call at all.
    fn asked(&self, bound: &Bound) -> (Result<Vec<(String, String)>, Refused>, Terms) {
        let query = self.parts.uri.query().unwrap_or_default();
        let Some(mut query) = query::pairs(query, |name| bound.operation.is_between_commas(name))
        else {
            let refused = Rule::Query.refuse("the query is not percent-encoded UTF-8");
            return (Err(refused), Terms::default());
        };
        match headers::terms(&self.parts.headers, &mut query, self.parts.method.is_safe()) {
            Ok(terms) => (Ok(query), terms),
            Err(refused) => (Err(refused), Terms::default()),
        }
    }

    async fn input(
        &self,
        bound: &Bound,
        query: Vec<(String, String)>,
        body: Body,
        entered: &Entered,
    ) -> Result<Input, Refused> {
        let http = &entered.spec().http;
        let headers = &self.parts.headers;
        headers::accept(headers)?;
        headers::version(headers, http.if_match)?;
        let mut strings = path_strings(bound)?;
        if bound.in_query {
            body::none(&body)?;
            strings.extend(query);
            return Ok(Input { strings, body: None });
        }
        if !query.is_empty() {
            return Err(Refusal::of(not_from_query(query), Facts::default()));
        }
        let bounds = body::Bounds {
            bytes_max: http.body_bytes_max.unwrap_or(self.front.settings.body_bytes_max),
            wait_max: self.front.settings.body_wait_max,
        };
        let body = body::read(headers, body, bounds).await?;
        Ok(Input { strings, body: body.map(Into::into) })
    }

    fn settle(
        &self,
        table: &Table,
        bound: &Bound,
        reply: Reply,
    ) -> Result<Response<Body>, Refused> {
        let http = &bound.operation.spec().http;
        let shown = Shown {
            headers: &self.parts.headers,
            cache: http.cache.filter(|_| bound.own && self.parts.method.is_safe()),
            item: self.item(table, bound),
        };
        let Some(mut response) = respond(&reply, &shown) else {
            return Err(located(reply, bound));
        };
        self.facts(&reply.facts, response.headers_mut());
        Ok(response)
    }

    /// The address of the collection in which something was made, and the member of the answer
    /// that names it there.
    fn item(&self, table: &Table, bound: &Bound) -> Option<(String, String)> {
        let http = &bound.operation.spec().http;
        let path = http.path.as_deref().filter(|_| http.success == 201)?;
        let member = table.item_of(path)?;
        match bound.own {
            true => Some((self.parts.uri.path().to_owned(), member)),
            false if !path.contains('{') => Some((format!("{ROOT}{path}"), member)),
            false => None,
        }
    }

    /// What core found on the way, as headers; the same for a success and a refusal.
    pub(crate) fn facts(&self, facts: &Facts, headers: &mut axum::http::HeaderMap) {
        if let Some(rate) = facts.rate.as_ref().filter(|_| self.front.settings.rate_limit_headers) {
            limits::add(headers, rate);
        }
        if facts.replayed {
            headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        if let Some(deprecated) = &facts.deprecated {
            deprecation::add(headers, deprecated);
        }
    }
}

fn methods(allow: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(ALLOW, allow);
    response
}

fn path_strings(bound: &Bound) -> Result<Vec<(String, String)>, Refused> {
    let decoded = bound.path.iter().map(|(name, value)| {
        let value = match bound.operation.is_between_commas(name) {
            true => query::list(value, false)?,
            false => query::decode(value, false)?,
        };
        Some((name.clone(), value))
    });
    decoded
        .collect::<Option<_>>()
        .ok_or_else(|| Rule::Path.refuse("the path is not percent-encoded UTF-8"))
}

fn not_from_query(query: Vec<(String, String)>) -> Error {
    let faults = query.into_iter().map(|(name, _)| {
        let detail = "is in the query; this address takes its parameters from the body";
        Fault::of_parameter(name, "unknown_field", detail)
    });
    Error::invalid(faults.collect())
}

/// Says of each fault whether its parameter stands in the path or the query.
fn located(reply: Reply, bound: &Bound) -> Refused {
    let mut refused = Refusal::of_reply(reply);
    for fault in refused.error.faults_mut() {
        let name = fault.field().map(Cow::into_owned);
        let Some(name) = name.filter(|_| fault.parameter.is_none()) else { continue };
        if bound.in_query || bound.path.iter().any(|(known, _)| *known == name) {
            fault.parameter = Some(name);
        }
    }
    refused
}
