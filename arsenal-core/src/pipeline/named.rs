//! A call by name. Its operation's types are behind one pointer, so that the path is compiled once
//! and not once for each operation.

use std::future::ready;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use stackfuture::StackFuture;

use super::Act;
use crate::call::Input;
use crate::codes;
use crate::context::context;
use crate::dynamic::Handler;
use crate::error::{Error, Failure};
use crate::operation::{Answer as _, Execute};
use crate::params::StructSpec;
use crate::params::canonical;
use crate::params::coerce;
use crate::params::dynamic::SchemaParams;
use crate::params::read;
use crate::record::CallCx;

/// What comes of it, now or later: in its own room where it is small, and else boxed.
pub(crate) type Later<'a, T> = StackFuture<'a, Result<T, Error>, ROOM>;

/// Enough for a policy that has no opinion and for an operation of a field. It is handed on twice,
/// and more of it would cost what an allocation costs.
const ROOM: usize = 72;

/// The parameters of a call by name, read and judged, and what can be done with them.
pub(crate) trait Judged: Send + Sync {
    /// Asks the author's policy.
    fn authorize<'a>(&'a self, call: &'a CallCx) -> Later<'a, ()>;

    /// Asks what would happen; the answer is JSON.
    fn plan<'a>(&'a self, call: &'a CallCx) -> Later<'a, Option<String>>;

    /// The parameters for another attempt, where one is declared.
    fn again(&self) -> Option<Box<dyn Judged>>;

    /// Does it; the answer is JSON.
    fn execute<'a>(self: Box<Self>, call: &'a CallCx) -> Later<'a, String>;
}

/// An operation that is called by name.
pub(crate) struct Named;

impl Act for Named {
    type Input = Input;
    type Params = Box<dyn Judged>;
    type Data = String;

    fn parse(call: &CallCx, input: Input) -> Result<Self::Params, Error> {
        call.op().read(&input)
    }

    async fn authorize(call: &CallCx, params: &Self::Params) -> Result<(), Error> {
        params.authorize(call).await
    }

    fn again(params: &Self::Params) -> Option<Self::Params> {
        params.again()
    }

    async fn execute(call: &CallCx, params: Self::Params) -> Result<String, Error> {
        params.execute(call).await
    }
}

/// The parameters of a declared operation.
struct Declared<O>(O);

impl<O: Execute> Judged for Declared<O> {
    fn authorize<'a>(&'a self, call: &'a CallCx) -> Later<'a, ()> {
        Later::from_or_box(async move { self.0.authorize(context(call)?).await })
    }

    fn plan<'a>(&'a self, call: &'a CallCx) -> Later<'a, Option<String>> {
        Later::from_or_box(async move {
            let foreseen = self.0.plan(context(call)?).await.map_err(Failure::into_error)?;
            foreseen.map(|answer| encoded(answer.to_json())).transpose()
        })
    }

    fn again(&self) -> Option<Box<dyn Judged>> {
        Some(Box::new(Self(self.0.again()?)))
    }

    fn execute<'a>(self: Box<Self>, call: &'a CallCx) -> Later<'a, String> {
        Later::from_or_box(async move {
            let answer = self.0.execute(context(call)?).await.map_err(Failure::into_error)?;
            encoded(answer.to_json())
        })
    }
}

/// What a declared operation was given, read and judged.
pub(crate) fn judge<O: Execute>(input: &Input) -> Result<Box<dyn Judged>, Error> {
    let text = coerce::merge(O::table(), input)?;
    let operation = read(&text).and_then(|operation: O| match operation.validate() {
        Ok(()) => Ok(operation),
        Err(invalid) => Err(Error::invalid(vec![invalid.into_fault("")])),
    });
    match operation {
        Ok(operation) => Ok(Box::new(Declared(operation))),
        Err(error) => Err(coerce::retold(error, input)),
    }
}

/// SHA-256 of the canonical parameters, where they can be read at all.
pub(crate) fn fingerprint(table: &'static StructSpec, input: &Input) -> Option<[u8; 32]> {
    let text = coerce::merge(table, input).ok()?;
    Some(sha256(&canonical::of_table(table, &text)?))
}

/// A dynamic operation.
pub(crate) struct Dynamic {
    pub(crate) schema: SchemaParams,
    pub(crate) handler: Arc<dyn Handler>,
}

impl Dynamic {
    pub(crate) fn judge(&self, input: &Input) -> Result<Box<dyn Judged>, Error> {
        let (params, handler) = (self.schema.read_input(input)?, Arc::clone(&self.handler));
        Ok(Box::new(Given { params, handler }))
    }

    pub(crate) fn fingerprint(&self, input: &Input) -> Option<[u8; 32]> {
        Some(sha256(&canonical::of_value(self.schema.read_input(input).ok()?)))
    }
}

/// The parameters of a dynamic operation.
struct Given {
    params: Value,
    handler: Arc<dyn Handler>,
}

impl Judged for Given {
    fn authorize<'a>(&'a self, _call: &'a CallCx) -> Later<'a, ()> {
        Later::from_or_box(ready(Ok(())))
    }

    fn plan<'a>(&'a self, _call: &'a CallCx) -> Later<'a, Option<String>> {
        Later::from_or_box(ready(Ok(None)))
    }

    fn again(&self) -> Option<Box<dyn Judged>> {
        let (params, handler) = (self.params.clone(), Arc::clone(&self.handler));
        Some(Box::new(Self { params, handler }))
    }

    fn execute<'a>(self: Box<Self>, call: &'a CallCx) -> Later<'a, String> {
        Later::from_or_box(async move {
            let answer = self.handler.handle(self.params, context(call)?).await?;
            encoded(serde_json::to_string(&answer))
        })
    }
}

fn encoded(answer: serde_json::Result<String>) -> Result<String, Error> {
    answer.map_err(|error| {
        codes::ANSWER_NOT_ENCODED
            .error("the answer could not be written as JSON")
            .with_source(error)
    })
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::model::RetrySpec;
    use crate::{
        Arsenal, Builder, Call, Caller, Class, Context, DynamicOperation, Operation, RegisterError,
        Reply, Role,
    };

    /// Answers what JSON cannot hold.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = read,
                output = BTreeMap<Vec<u8>, u8>)]
    struct Odd {}

    impl Execute for Odd {
        type State = ();

        async fn execute(self, _cx: &Context<()>) -> Result<BTreeMap<Vec<u8>, u8>, Error> {
            Ok(BTreeMap::from([(vec![1], 1)]))
        }
    }

    /// A program with an operation that fails once, made while it runs.
    fn program(ran: &Arc<AtomicU32>) -> Result<Arsenal, RegisterError> {
        let arsenal = Builder::empty().operation::<Odd>().build().expect("the program is sound");
        let ran = Arc::clone(ran);
        let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
        let handle = move |params: Value| {
            let first = ran.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                match first {
                    true => Err(Error::new(Class::Unavailable, "BUSY", "not now").as_transient()),
                    false => Ok(params),
                }
            }
        };
        let mut echo = DynamicOperation::new("echo", Role::Viewer, schema, handle);
        echo.spec.idempotent = true;
        echo.spec.limits.retry = Some(RetrySpec { attempts: 2, delay: Duration::from_millis(1) });
        arsenal.registry().register(echo)?;
        Ok(arsenal)
    }

    async fn echo(arsenal: &Arsenal, dry_run: bool) -> Reply {
        let mut call = Call::new("echo", r#"{"n": 1}"#, Caller::program());
        call.terms.dry_run = dry_run;
        arsenal.run(call).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_dynamic_operation_is_tried_again_with_the_same_parameters() {
        let ran = Arc::default();
        let arsenal = program(&ran).expect("a good schema");
        let reply = echo(&arsenal, false).await;
        assert_eq!(reply.outcome.ok().as_deref(), Some(r#"{"n":1}"#));
        assert_eq!((reply.facts.attempts, ran.load(Ordering::SeqCst)), (2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn of_a_dynamic_operation_a_dry_run_says_only_that_it_would_be_taken() {
        let ran = Arc::default();
        let arsenal = program(&ran).expect("a good schema");
        let reply = echo(&arsenal, true).await;
        assert_eq!((reply.facts.dry_run, reply.facts.planned), (true, false));
        assert!(reply.outcome.is_ok());
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_json_cannot_hold_is_a_fault_of_the_operation() {
        let arsenal = program(&Arc::default()).expect("a good schema");
        let reply = arsenal.run_json("odd", &json!({})).await;
        let error = reply.outcome.expect_err("a key that is no text");
        assert_eq!(error.code(), "ANSWER_NOT_ENCODED");
        assert_eq!(error.sentence(), "the answer could not be written as JSON");
        assert_eq!(
            std::error::Error::source(&error).map(ToString::to_string).as_deref(),
            Some("key must be a string")
        );
    }
}
