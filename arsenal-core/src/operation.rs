//! An operation: its declaration (facts, by derive) and its behavior (by hand).

use std::future::Future;

use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Error, Failure};
use crate::fault::Invalid;
use crate::model::OperationSpec;
use crate::observe::Outcome;
use crate::params::Params;

/// The facts of an operation, implemented by `#[derive(Operation)]`.
///
/// A client needs these and nothing of the server.
pub trait Operation: Params {
    /// What it answers.
    type Output: Answer;
    /// How it fails.
    type Error: Failure;

    /// Everything else that the declaration says.
    const SPEC: &'static OperationSpec;

    /// The parameters once more, for another attempt; `Some` where `retry` is declared.
    #[must_use]
    fn again(&self) -> Option<Self> {
        None
    }
}

/// What an operation may answer: any type that serializes and has a schema.
///
/// Those two are no supertraits, so that a type without them is told once and in our words.
#[diagnostic::on_unimplemented(
    message = "the output `{Self}` of an operation cannot be sent",
    label = "this type does not serialize, or has no schema",
    note = "derive `Serialize, JsonSchema` on it, or put `#[arsenal::output]` above it"
)]
pub trait Answer: Send + 'static {
    /// The answer as JSON text.
    ///
    /// # Errors
    ///
    /// What the type's own `Serialize` reports.
    fn to_json(&self) -> serde_json::Result<String>;

    /// The published schema.
    fn schema() -> serde_json::Value;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema + Send + 'static> Answer for T {
    fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    fn schema() -> serde_json::Value {
        crate::schema::output_schema::<T>()
    }
}

/// What an operation does.
#[diagnostic::on_unimplemented(
    message = "operation `{Self}` has no `execute`",
    label = "declared here, and nothing says what it does",
    note = "write: impl Execute for {Self} {{ type State = (); async fn execute(self, cx: &Context<()>) -> Result<Self::Output, Self::Error> {{ … }} }}"
)]
pub trait Execute: Operation {
    /// What it needs of the program, handed over by type when the program is put together;
    /// `()` for nothing.
    type State: Send + Sync + 'static;

    /// Rules over several fields; they run after every field's own, wherever a call comes from.
    ///
    /// # Errors
    ///
    /// A sentence for the caller, and the fields that take part.
    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }

    /// Whether this caller may do this to this resource; the role has been checked.
    ///
    /// # Errors
    ///
    /// Usually [`Class::Forbidden`](crate::Class::Forbidden) or
    /// [`Class::NotFound`](crate::Class::NotFound).
    ///
    /// # Cancel safety
    ///
    /// As [`Execute::execute`]: it is a part of the call.
    fn authorize(
        &self,
        cx: &Context<Self::State>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = cx;
        std::future::ready(Ok(()))
    }

    /// What a dry run answers: what would happen, with nothing done. `None`: the parameters
    /// and the rights were checked, and that is all that can be said.
    ///
    /// # Errors
    ///
    /// As [`Execute::execute`].
    ///
    /// # Cancel safety
    ///
    /// As [`Execute::execute`]; nothing is done that could be left half done.
    fn plan(
        &self,
        cx: &Context<Self::State>,
    ) -> impl Future<Output = Result<Option<Self::Output>, Self::Error>> + Send {
        let _ = cx;
        std::future::ready(Ok(None))
    }

    /// Does it.
    ///
    /// # Errors
    ///
    /// The author's own, which says its class and code.
    ///
    /// # Cancel safety
    ///
    /// An operation that only reads may be dropped at any await; one that writes runs on
    /// unless its declaration says `cancel = drop`.
    fn execute(
        self,
        cx: &Context<Self::State>,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;

    /// Hears how each call ended; for the author's own records.
    fn observe(outcome: &Outcome<'_>) {
        let _ = outcome;
    }
}
