//! What the path asks of one operation, and a call of it by its type.

use std::future::Future;
use std::marker::PhantomData;

use crate::codes;
use crate::context::{Context, context};
use crate::error::{Error, Failure};
use crate::operation::Execute;
use crate::params::read;
use crate::record::CallCx;

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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use serde::de::Deserializer;
    use serde::ser::Serializer;

    use super::*;
    use crate::params::{Constraints, Param, ParamWith, Shape};
    use crate::{Builder, Class, Operation};

    /// Numbers that are even, and are written as zero.
    struct Even;

    impl ParamWith<u8> for Even {
        const SHAPE: &'static Shape = u8::SHAPE;

        fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
            u8::decode(deserializer)
        }

        fn encode<S: Serializer>(_value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u8(0)
        }

        fn fits(value: &u8, _constraints: &Constraints) -> bool {
            value.is_multiple_of(2)
        }
    }

    /// Fails in passing, once.
    #[derive(Debug, Clone, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = read,
                retry(attempts = 2, delay = "1ms"), output = u32)]
    struct Share {
        /// How much of it.
        #[param(max = 1)]
        part: f64,
        /// Of how many.
        #[param(with = Even)]
        whole: u8,
    }

    impl Execute for Share {
        type State = AtomicU32;

        async fn execute(self, cx: &Context<AtomicU32>) -> Result<u32, Error> {
            match cx.state().fetch_add(1, Ordering::SeqCst) {
                0 => Err(Error::new(Class::Unavailable, "BUSY", "not now").as_transient()),
                n => Ok(n),
            }
        }
    }

    /// Has the name of another, and its own state.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, name = "share", category = "test", role = viewer,
                effect = read, output = u32)]
    struct OtherShare {}

    impl Execute for OtherShare {
        type State = ();

        async fn execute(self, _cx: &Context<()>) -> Result<u32, Error> {
            Ok(0)
        }
    }

    fn program() -> Builder {
        Builder::empty().operation::<Share>().state(AtomicU32::new(0))
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_by_type_is_tried_again_where_that_is_declared() {
        let arsenal = program().build().expect("the program is sound");
        assert_eq!(arsenal.call(Share { part: 1.0, whole: 2 }).await.ok(), Some(1));
        assert!(OtherShare {}.again().is_none(), "nothing is declared");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_by_type_is_refused_though_its_text_says_nothing_of_why() {
        let arsenal = program().build().expect("the program is sound");
        let cases = [
            (
                "JSON has no such number",
                Share { part: f64::NAN, whole: 2 },
                "a parameter breaks a constraint, and the parameters cannot be written as JSON",
            ),
            (
                "what is written is another value",
                Share { part: 1.0, whole: 3 },
                "the input breaks a constraint of one of its fields",
            ),
            ("the walker tells", Share { part: 1.5, whole: 2 }, "`/part` must be at most 1"),
        ];
        for (case, share, sentence) in cases {
            let error = arsenal.call(share).await.expect_err(case);
            assert_eq!((error.code(), error.sentence()), ("INVALID_PARAMS", sentence), "{case}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_type_whose_name_another_has_is_refused_and_so_is_one_too_many() {
        let arsenal = program().build().expect("the program is sound");
        let error = arsenal.call(OtherShare {}).await.expect_err("it is not its own");
        assert_eq!((error.class(), error.code()), (Class::System, "WRONG_STATE"));
        let full = program().in_flight_max(0).build().expect("the program is sound");
        let error = full.call(Share { part: 1.0, whole: 2 }).await.expect_err("no room");
        assert_eq!((error.class(), error.code()), (Class::Unavailable, "TOO_MANY_RUNNING"));
    }
}
