//! What the path asks of one operation, whether it is called by name, by type, or is dynamic.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::call::Input;
use crate::codes;
use crate::context::{CallCx, Context};
use crate::dynamic::{DynamicContext, Handler};
use crate::error::{Error, Failure};
use crate::operation::{Answer as _, Execute};
use crate::params::StructSpec;
use crate::params::canonical;
use crate::params::coerce;
use crate::params::dynamic::SchemaParams;
use crate::params::read;

/// One operation, as the path sees it.
pub(crate) trait Act: Send + Sync + Sized + 'static {
    /// What the caller hands in.
    type Input: Send;
    /// The parameters, parsed.
    type Params: Send + Sync;
    /// What the operation gives.
    type Answer: Send;
    /// What the caller gets.
    type Data: Send + 'static;
    /// What the operation sees of its call.
    type Cx: AsRef<CallCx> + AsMut<Arc<CallCx>> + Send + Sync;

    /// The call's facts with what the operation needs beside them.
    fn context(&self, call: Arc<CallCx>) -> Result<Self::Cx, (Error, Arc<CallCx>)>;

    /// Decodes and validates.
    fn parse(&self, input: Self::Input) -> Result<Self::Params, Error>;

    /// Asks the author's policy.
    fn authorize(
        &self,
        params: &Self::Params,
        cx: &Self::Cx,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// The parameters for another attempt, where one is declared.
    fn again(&self, params: &Self::Params) -> Option<Self::Params>;

    /// Does it.
    fn execute(
        &self,
        params: Self::Params,
        cx: &Self::Cx,
    ) -> impl Future<Output = Result<Self::Answer, Error>> + Send;

    /// The answer, as the caller gets it.
    fn encode(answer: Self::Answer) -> Result<Self::Data, Error>;
}

/// An operation whose answers are text: they can be kept, replayed and left to a job.
pub(crate) trait ByName: Act<Data = String> {
    /// SHA-256 of the canonical parameters, where they can be read at all.
    fn fingerprint(&self, input: &Self::Input) -> Option<[u8; 32]>;

    /// Asks what would happen.
    fn plan(
        &self,
        params: &Self::Params,
        cx: &Self::Cx,
    ) -> impl Future<Output = Result<Option<Self::Answer>, Error>> + Send;
}

impl<S> AsRef<CallCx> for Context<S> {
    fn as_ref(&self) -> &CallCx {
        &self.call
    }
}

impl<S> AsMut<Arc<CallCx>> for Context<S> {
    fn as_mut(&mut self) -> &mut Arc<CallCx> {
        &mut self.call
    }
}

/// A declared operation, called by type: no text in, no text out.
pub(crate) struct Direct<O>(PhantomData<fn() -> O>);

/// A declared operation, called by name.
pub(crate) struct Named<O>(PhantomData<fn() -> O>);

impl<O> Direct<O> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<O> Named<O> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<O: Execute> Act for Direct<O> {
    type Input = O;
    type Params = O;
    type Answer = O::Output;
    type Data = O::Output;
    type Cx = Context<O::State>;

    fn context(&self, call: Arc<CallCx>) -> Result<Self::Cx, (Error, Arc<CallCx>)> {
        context(call)
    }

    fn parse(&self, operation: O) -> Result<O, Error> {
        check(operation)
    }

    fn authorize(
        &self,
        params: &O,
        cx: &Self::Cx,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        params.authorize(cx)
    }

    fn again(&self, params: &O) -> Option<O> {
        params.again()
    }

    async fn execute(&self, params: O, cx: &Self::Cx) -> Result<O::Output, Error> {
        params.execute(cx).await.map_err(Failure::into_error)
    }

    fn encode(answer: O::Output) -> Result<O::Output, Error> {
        Ok(answer)
    }
}

impl<O: Execute> Act for Named<O> {
    type Input = Input;
    type Params = O;
    type Answer = O::Output;
    type Data = String;
    type Cx = Context<O::State>;

    fn context(&self, call: Arc<CallCx>) -> Result<Self::Cx, (Error, Arc<CallCx>)> {
        context(call)
    }

    fn parse(&self, input: Input) -> Result<O, Error> {
        read_and_judge(&input)
    }

    fn authorize(
        &self,
        params: &O,
        cx: &Self::Cx,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        params.authorize(cx)
    }

    fn again(&self, params: &O) -> Option<O> {
        params.again()
    }

    async fn execute(&self, params: O, cx: &Self::Cx) -> Result<O::Output, Error> {
        params.execute(cx).await.map_err(Failure::into_error)
    }

    fn encode(answer: O::Output) -> Result<String, Error> {
        answer.to_json().map_err(unencodable)
    }
}

impl<O: Execute> ByName for Named<O> {
    fn fingerprint(&self, input: &Input) -> Option<[u8; 32]> {
        fingerprint(O::table(), input)
    }

    async fn plan(&self, params: &O, cx: &Self::Cx) -> Result<Option<O::Output>, Error> {
        params.plan(cx).await.map_err(Failure::into_error)
    }
}

/// A dynamic operation.
#[derive(Clone)]
pub(crate) struct Dynamic {
    pub(crate) schema: Arc<SchemaParams>,
    pub(crate) handler: Arc<dyn Handler>,
}

impl Act for Dynamic {
    type Input = Input;
    type Params = Value;
    type Answer = Value;
    type Data = String;
    type Cx = DynamicContext;

    fn context(&self, call: Arc<CallCx>) -> Result<Self::Cx, (Error, Arc<CallCx>)> {
        context(call)
    }

    fn parse(&self, input: Input) -> Result<Value, Error> {
        self.schema.read_input(&input)
    }

    async fn authorize(&self, _params: &Value, _cx: &Self::Cx) -> Result<(), Error> {
        Ok(())
    }

    fn again(&self, params: &Value) -> Option<Value> {
        Some(params.clone())
    }

    async fn execute(&self, params: Value, cx: &Self::Cx) -> Result<Value, Error> {
        self.handler.handle(params, cx).await
    }

    fn encode(answer: Value) -> Result<String, Error> {
        serde_json::to_string(&answer).map_err(unencodable)
    }
}

impl ByName for Dynamic {
    fn fingerprint(&self, input: &Input) -> Option<[u8; 32]> {
        Some(sha256(&canonical::of_value(self.schema.read_input(input).ok()?)))
    }

    async fn plan(&self, _params: &Value, _cx: &Self::Cx) -> Result<Option<Value>, Error> {
        Ok(None)
    }
}

fn context<S: Any + Send + Sync>(call: Arc<CallCx>) -> Result<Context<S>, (Error, Arc<CallCx>)> {
    Context::new(call).map_err(|call| (wrong_state(), call))
}

/// What a call by name was given, read and judged.
pub(crate) fn read_and_judge<O: Execute>(input: &Input) -> Result<O, Error> {
    let text = coerce::merge(O::table(), input)?;
    let operation = read(&text).and_then(|operation: O| match operation.validate() {
        Ok(()) => Ok(operation),
        Err(invalid) => Err(Error::invalid(vec![invalid.into_fault("")])),
    });
    operation.map_err(|error| coerce::retold(error, input))
}

/// A typed call skips the text, not the rules.
fn check<O: Execute>(operation: O) -> Result<O, Error> {
    if !operation.fits() {
        return Err(told_by_walker(&operation));
    }
    operation.validate().map_err(|invalid| Error::invalid(vec![invalid.into_fault("")]))?;
    Ok(operation)
}

/// Only the walker tells faults, and it reads text: so the refused operation is written out.
#[cold]
fn told_by_walker<O: Execute>(operation: &O) -> Error {
    match crate::params::write(operation) {
        Ok(text) => match read::<O>(&text) {
            Err(error) => error,
            Ok(_accepted) => Error::invalid(vec![crate::Fault::new(
                "",
                "rule",
                "breaks a constraint of one of its fields",
            )]),
        },
        Err(error) => codes::INVALID_PARAMS
            .error("a parameter breaks a constraint, and the parameters cannot be written as JSON")
            .with_source(error),
    }
}

#[cold]
fn wrong_state() -> Error {
    codes::WRONG_STATE.error("another operation of the same name is registered with another state")
}

fn fingerprint(table: &'static StructSpec, input: &Input) -> Option<[u8; 32]> {
    let text = coerce::merge(table, input).ok()?;
    Some(sha256(&canonical::of_table(table, &text)?))
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn unencodable(error: serde_json::Error) -> Error {
    codes::ANSWER_NOT_ENCODED.error("the answer could not be written as JSON").with_source(error)
}
