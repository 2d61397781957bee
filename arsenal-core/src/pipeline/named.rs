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
use crate::context::{CallCx, context};
use crate::dynamic::Handler;
use crate::error::{Error, Failure};
use crate::operation::{Answer as _, Execute};
use crate::params::StructSpec;
use crate::params::canonical;
use crate::params::coerce;
use crate::params::dynamic::SchemaParams;
use crate::params::read;

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
        call.op.read(&input)
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
