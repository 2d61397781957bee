//! Who is calling: credentials become an identity.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use arsenal_core::{Caller, Role};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::peers::network;

/// Finds out who is calling.
pub trait Authenticate: Send + Sync + 'static {
    /// Who presented this; `None` for somebody who presented nothing.
    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Authenticating<'a>;
}

/// The future of [`Authenticate::authenticate`].
pub type Authenticating<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Identity>, WrongCredentials>> + Send + 'a>>;

/// What came with a request.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// All headers.
    pub headers: &'a HeaderMap,
    /// Where from.
    pub peer: Option<IpAddr>,
}

/// The credentials are nobody's, or not any more. It says no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the credentials are not valid")]
pub struct WrongCredentials;

/// Somebody known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A stable name: what limits and audits are kept by.
    pub principal: String,
    /// What it may do.
    pub role: Role,
    /// Scopes it was granted.
    pub scopes: Vec<String>,
}

impl Identity {
    /// Somebody with a role and no scopes.
    #[must_use]
    pub fn new(principal: impl Into<String>, role: Role) -> Self {
        Self { principal: principal.into(), role, scopes: Vec::new() }
    }

    pub(crate) fn into_caller(self, address: Option<IpAddr>) -> Caller {
        let mut caller = Caller::new(self.principal, self.role, "http");
        caller.scopes = self.scopes.into_iter().map(Into::into).collect();
        caller.address = address;
        caller
    }
}

/// Somebody unknown. Each network has its own allowances, as a peer has.
pub(crate) fn stranger(address: Option<IpAddr>) -> Caller {
    let principal = match address.map(network) {
        Some(network @ IpAddr::V6(_)) => format!("anonymous@{network}/64"),
        Some(network) => format!("anonymous@{network}"),
        None => "anonymous".to_owned(),
    };
    let mut caller = Caller::new(principal, Role::Public, "http");
    caller.address = address;
    caller
}

/// A table of bearer tokens. It keeps their hashes only.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Vec<([u8; 32], Identity)>);

impl Tokens {
    /// A table in which nobody is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a token and whose it is.
    #[must_use]
    pub fn with(mut self, token: &str, identity: Identity) -> Self {
        self.0.push((hash(token.as_bytes()), identity));
        self
    }

    /// Every entry is compared, and each by its hash: the time tells neither how much of a
    /// token was right, nor whose it nearly was.
    fn find(&self, token: &[u8]) -> Option<&Identity> {
        let presented = hash(token);
        let mut found = u64::MAX;
        for (at, (known, _)) in (0..).zip(&self.0) {
            let same: Choice = known.ct_eq(&presented);
            found = u64::conditional_select(&found, &at, same);
        }
        self.0.get(usize::try_from(found).ok()?).map(|(_, identity)| identity)
    }
}

impl Authenticate for Tokens {
    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Authenticating<'a> {
        let outcome = match bearer(presented.headers) {
            Ok(Some(token)) => self.find(token).cloned().map(Some).ok_or(WrongCredentials),
            Ok(None) => Ok(None),
            Err(wrong) => Err(wrong),
        };
        Box::pin(std::future::ready(outcome))
    }
}

fn bearer(headers: &HeaderMap) -> Result<Option<&[u8]>, WrongCredentials> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(WrongCredentials);
    }
    let value = value.as_bytes();
    let (scheme, token) = value.split_at_checked(7).ok_or(WrongCredentials)?;
    let token = token.trim_ascii();
    if !scheme.eq_ignore_ascii_case(b"bearer ") || token.is_empty() {
        return Err(WrongCredentials);
    }
    Ok(Some(token))
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_is_somebodys_or_nobodys() {
        let tokens = Tokens::new()
            .with("one", Identity::new("ann", Role::Admin))
            .with("two", Identity::new("bob", Role::Viewer));
        for (token, expected) in
            [("one", Some("ann")), ("two", Some("bob")), ("on", None), ("one ", None), ("", None)]
        {
            let found = tokens.find(token.as_bytes());
            assert_eq!(found.map(|who| who.principal.as_str()), expected, "{token:?}");
        }
        assert!(Tokens::new().find(b"one").is_none(), "nobody is known");
    }

    #[test]
    fn a_stranger_is_named_by_the_network_that_an_allowance_is_for() {
        for (address, expected) in [
            ("192.0.2.1", "anonymous@192.0.2.1"),
            ("::ffff:192.0.2.1", "anonymous@192.0.2.1"),
            ("2001:db8::1", "anonymous@2001:db8::/64"),
            ("2001:db8::2:0:0:1", "anonymous@2001:db8::/64"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            let caller = stranger(Some(address));
            assert_eq!((&*caller.principal, caller.address), (expected, Some(address)));
        }
    }

    #[test]
    fn a_header_presents_a_token_or_is_wrong() {
        let wrong = Err(WrongCredentials);
        let cases = [
            (vec![], Ok(None)),
            (vec!["Bearer abc"], Ok(Some("abc"))),
            (vec!["bEARER  abc"], Ok(Some("abc"))),
            (vec!["Basic abc"], wrong),
            (vec!["Bearer "], wrong),
            (vec!["abc"], wrong),
            (vec!["Bearer abc", "Bearer def"], wrong),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!(bearer(&headers), expected.map(|t| t.map(str::as_bytes)), "{values:?}");
        }
    }
}
