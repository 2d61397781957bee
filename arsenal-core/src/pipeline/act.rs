//! What the path asks of one operation, and a call of it by its type.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::codes;
use crate::context::{CallCx, Context};
use crate::error::{Error, Failure};
use crate::operation::Execute;
use crate::params::read;

/// One operation, as the path sees it.
pub(crate) trait Act: Send + Sync + Sized + 'static {
    /// What the caller hands in.
    type Input: Send;
    /// The parameters, parsed.
    type Params: Send + Sync;
    /// What the caller gets.
    type Data: Send + 'static;
    /// What the operation sees of its call.
    type Cx: AsRef<CallCx> + Send + Sync;

    /// The call's facts with what the operation needs beside them.
    fn context(&self, call: Arc<CallCx>) -> Result<Self::Cx, (Error, Arc<CallCx>)>;

    /// Decodes and validates.
    fn parse(&self, input: Self::Input, cx: &Self::Cx) -> Result<Self::Params, Error>;

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
    ) -> impl Future<Output = Result<Self::Data, Error>> + Send;
}

impl<S> AsRef<CallCx> for Context<S> {
    fn as_ref(&self) -> &CallCx {
        &self.call
    }
}

/// A declared operation, called by type: no text in, no text out.
pub(crate) struct Direct<O>(PhantomData<fn() -> O>);

impl<O> Direct<O> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<O: Execute> Act for Direct<O> {
    type Input = O;
    type Params = O;
    type Data = O::Output;
    type Cx = Context<O::State>;

    fn context(&self, call: Arc<CallCx>) -> Result<Self::Cx, (Error, Arc<CallCx>)> {
        Context::new(call).map_err(|call| (wrong_state(), call))
    }

    fn parse(&self, operation: O, _cx: &Self::Cx) -> Result<O, Error> {
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
pub(super) fn wrong_state() -> Error {
    codes::WRONG_STATE.error("another operation of the same name is registered with another state")
}
