//! What a transport hands in, and what it gets back.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::context::Progress;
use crate::error::Error;
use crate::if_match::IfMatch;
use crate::model::{Deprecation, Role, Text};

/// A call by name: what every transport makes of its bytes.
#[derive(Debug)]
pub struct Call {
    /// The operation's name, or one of its aliases.
    pub operation: String,
    /// The parameters.
    pub input: Input,
    /// Who calls, from where, until when.
    pub origin: Origin,
    /// How it is to be run.
    pub terms: Terms,
}

impl Call {
    /// A call with a JSON object for its parameters.
    #[must_use]
    pub fn new(operation: impl Into<String>, body: impl Into<Vec<u8>>, caller: Caller) -> Self {
        Self {
            operation: operation.into(),
            input: Input { strings: Vec::new(), body: Some(body.into()) },
            origin: Origin::new(caller),
            terms: Terms::default(),
        }
    }
}

/// Parameters as they came: strings and a JSON body, together.
#[derive(Clone, Default)]
pub struct Input {
    /// Names and values from a path, a query string, a form or flags, in their order. A list
    /// between commas has its elements' own commas marked, as
    /// [`ListStyle::Comma`](crate::params::ListStyle::Comma) says.
    pub strings: Vec<(String, String)>,
    /// A JSON object.
    pub body: Option<Vec<u8>>,
}

/// Names and sizes only: a parameter may be secret.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.strings.iter().map(|(name, _)| name.as_str()).collect();
        let bytes = self.body.as_ref().map(Vec::len);
        f.debug_struct("Input").field("strings", &names).field("body_bytes", &bytes).finish()
    }
}

/// How a call by name is to be run.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Check everything and do nothing.
    pub dry_run: bool,
    /// The caller's key: the same key again gets the same answer.
    pub idempotency_key: Option<String>,
    /// The versions that the caller has seen of what is to be changed.
    pub if_match: Option<IfMatch>,
    /// Answer with a job at once, and go on.
    pub detach: bool,
}

/// Who calls, from where, and until when.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Who.
    pub caller: Caller,
    /// The caller's own deadline; the operation's holds as well.
    pub deadline: Option<Instant>,
    /// Cancelled when the caller goes.
    pub cancel: Option<CancellationToken>,
    /// The request's id; made when first asked for, if the transport has none.
    pub request_id: Option<Text>,
    /// The W3C trace context, as the header has it.
    pub trace: Option<Text>,
    /// Hears of progress.
    pub progress: Option<ProgressSink>,
    /// What else the transport knows: the caller's own process, for one.
    pub extensions: Extensions,
    /// How many operations deep the call is: 0 where it comes from outside.
    pub(crate) depth: u32,
}

impl Origin {
    /// A caller and nothing else.
    #[must_use]
    pub fn new(caller: Caller) -> Self {
        Self {
            caller,
            deadline: None,
            cancel: None,
            request_id: None,
            trace: None,
            progress: None,
            extensions: Extensions::default(),
            depth: 0,
        }
    }
}

/// Hears of progress.
#[derive(Clone)]
pub struct ProgressSink(pub Arc<dyn Fn(&Progress) + Send + Sync>);

impl fmt::Debug for ProgressSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressSink")
    }
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// A stable name: what limits and audits are kept by.
    pub principal: Text,
    /// What it may do.
    pub role: Role,
    /// Scopes it was granted.
    pub scopes: Vec<Text>,
    /// Where from.
    pub address: Option<IpAddr>,
    /// By which transport: `rust`, `http`, `mcp`, `cli`.
    pub transport: &'static str,
}

impl Caller {
    /// The program itself, which may do everything.
    #[must_use]
    #[inline]
    pub const fn program() -> Self {
        Self {
            principal: Text::Borrowed("program"),
            role: Role::Admin,
            scopes: Vec::new(),
            address: None,
            transport: "rust",
        }
    }

    /// Somebody with a role.
    #[must_use]
    pub fn new(principal: impl Into<Text>, role: Role, transport: &'static str) -> Self {
        Self { principal: principal.into(), role, scopes: Vec::new(), address: None, transport }
    }

    /// Whether the caller has the scope; an admin has all.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.role == Role::Admin || self.scopes.iter().any(|own| own == scope)
    }
}

/// Values by type that travel with a call.
#[derive(Default, Clone)]
pub struct Extensions(Option<Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl Extensions {
    /// Adds a value; one of the same type is replaced.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        Arc::make_mut(self.0.get_or_insert_default()).insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The value of a type.
    #[must_use]
    #[inline]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.as_ref()?.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extensions({})", self.0.as_ref().map_or(0, |map| map.len()))
    }
}

/// What a transport gets back.
#[derive(Debug)]
pub struct Reply {
    /// The answer as JSON text, or why there is none.
    pub outcome: Result<String, Error>,
    /// What a transport turns into headers.
    pub facts: Facts,
}

impl Reply {
    /// Of a call that came to nothing before anything was known of it.
    pub(crate) fn refused(error: Error) -> Self {
        Self { outcome: Err(error), facts: Facts::default() }
    }

    /// The document that every front shows of a success: `{"data": …}`; of a dry run, that it
    /// was one, and whether the operation could say more than that the call would be taken.
    /// `None` for a failure, whose document is a [`Problem`](crate::Problem).
    #[must_use]
    pub fn document(&self) -> Option<String> {
        let data = self.outcome.as_ref().ok()?;
        let dry_run = match (self.facts.dry_run, self.facts.planned) {
            (false, _) => "",
            (true, false) => r#","dry_run":true,"planned":false"#,
            (true, true) => r#","dry_run":true"#,
        };
        Some(format!(r#"{{"data":{data}{dry_run}}}"#))
    }
}

/// What a transport turns into headers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The status of a success, as declared; 202 for a job, 0 where the name was unknown.
    pub success: u16,
    /// What is left of the caller's allowance.
    pub rate: Option<RateFacts>,
    /// The answer is an earlier one's.
    pub replayed: bool,
    /// Nothing was done.
    pub dry_run: bool,
    /// Nothing was done, and the operation said what it would do.
    pub planned: bool,
    /// The job that goes on.
    pub job: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// The operation is on its way out.
    pub deprecated: Option<Deprecation>,
}

/// What is left of a caller's allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateFacts {
    /// The policy: the operation's name.
    pub policy: Text,
    /// How many calls a window allows.
    pub quota: u32,
    /// The window.
    pub window: Duration,
    /// How many calls are left now.
    pub remaining: u32,
    /// How long until the allowance is whole again, or until the next call where none is left.
    pub reset: Duration,
    /// Whether this call was one too many.
    pub broken: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_call_holds_none_of_its_values() {
        let strings = vec![("pin".to_owned(), "1234".to_owned())];
        let input = Input { strings, body: Some(b"1234".to_vec()) };
        let shown = format!("{input:?}");
        assert_eq!(shown, r#"Input { strings: ["pin"], body_bytes: Some(4) }"#);
        let mut extensions = Extensions::default();
        assert_eq!(format!("{extensions:?}"), "Extensions(0)");
        extensions.insert("1234");
        extensions.insert("5678");
        assert_eq!(format!("{extensions:?}"), "Extensions(1)");
        assert_eq!(extensions.get::<&str>(), Some(&"5678"), "the later one stands");
    }

    #[test]
    fn an_admin_has_every_scope_and_others_have_what_they_were_granted() {
        let mut ann = Caller::new("ann", Role::Operator, "test");
        assert!(!ann.has_scope("write"));
        ann.scopes.push("write".into());
        assert!(ann.has_scope("write") && !ann.has_scope("read"));
        assert!(Caller::program().has_scope("write"));
    }
}
