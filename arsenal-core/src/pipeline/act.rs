//! What the path asks of one operation, and a call of it by its type.

use std::future::Future;
use std::marker::PhantomData;

use crate::codes;
use crate::context::{CallCx, Context, context};
use crate::error::{Error, Failure};
use crate::operation::Execute;
use crate::params::read;

/// One operation, as the path sees it.
pub(crate) trait Act: 'static {
    /// What the caller hands in.
    type Input: Send;
    /// The parameters, parsed.
    type Params: Send + Sync;
    /// What the caller gets.
    type Data: Send + 'static;

    /// Decodes and validates.
    fn parse(call: &CallCx, input: Self::Input) -> Result<Self::Params, Error>;

    /// Asks the author's policy.
    fn authorize(
        call: &CallCx,
        params: &Self::Params,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// The parameters for another attempt, where one is declared.
    fn again(params: &Self::Params) -> Option<Self::Params>;

    /// Does it.
    fn execute(
        call: &CallCx,
        params: Self::Params,
    ) -> impl Future<Output = Result<Self::Data, Error>> + Send;
}

/// A declared operation, called by type: no text in, no text out.
pub(crate) struct Direct<O>(PhantomData<fn() -> O>);

impl<O: Execute> Act for Direct<O> {
    type Input = O;
    type Params = O;
    type Data = O::Output;

    fn parse(call: &CallCx, operation: O) -> Result<O, Error> {
        // Looked at here, and taken for granted below.
        context::<O::State>(call)?;
        check(operation)
    }

    fn authorize(
        call: &CallCx,
        params: &Self::Params,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        params.authorize(Context::of(call))
    }

    fn again(params: &O) -> Option<O> {
        params.again()
    }

    async fn execute(call: &CallCx, params: O) -> Result<O::Output, Error> {
        params.execute(Context::of(call)).await.map_err(Failure::into_error)
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
