//! An operation without its types: what is collected at link time and kept in the registry.

use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::Value;

use crate::call::Input;
use crate::error::{CodeSpec, Error, Failure};
use crate::model::OperationSpec;
use crate::observe::Outcome;
use crate::operation::{Answer, Execute, Operation};
use crate::pipeline::{Dynamic, Judged, fingerprint, judge};
use crate::schema;

/// One operation, as the linker collects it.
#[derive(Clone, Copy)]
pub struct Entry {
    pub(crate) spec: &'static OperationSpec,
    pub(crate) erased: &'static dyn Erased,
}

impl Entry {
    /// The entry of an operation.
    #[must_use]
    pub const fn of<O: Execute>() -> Self {
        Self { spec: O::SPEC, erased: const { &Declared::<O>(PhantomData) } }
    }

    /// Everything that the declaration says.
    #[must_use]
    pub const fn spec(&self) -> &'static OperationSpec {
        self.spec
    }

    /// The same operation under other facts: another name, another limit.
    #[must_use]
    pub const fn with_spec(self, spec: &'static OperationSpec) -> Self {
        Self { spec, erased: self.erased }
    }
}

/// The entry that the derive hands to the linker.
#[must_use]
pub const fn entry<O: Behaves>() -> Entry {
    Entry::of::<O>()
}

/// An operation that says what it does: [`Execute`] under another name, so that one that does
/// not is told in one sentence, without a list of everything that does.
#[diagnostic::on_unimplemented(
    message = "operation `{Self}` has no `execute`",
    label = "declared here, and nothing says what it does",
    note = "write: impl Execute for {Self} {{ type State = (); async fn execute(self, cx: &Context<()>) -> Result<Self::Output, Self::Error> {{ … }} }}"
)]
pub trait Behaves: Execute {}

#[diagnostic::do_not_recommend]
impl<O: Execute> Behaves for O {}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({})", self.spec.name)
    }
}

inventory::collect!(Entry);

/// The state that an operation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StateNeed {
    pub(crate) type_id: TypeId,
    pub(crate) type_name: &'static str,
}

/// What can be done with an operation whose types are not known.
pub(crate) trait Erased: Send + Sync {
    /// Decodes and validates what a call by name was given.
    fn judge(&self, input: &Input) -> Result<Box<dyn Judged>, Error>;

    /// SHA-256 of the canonical parameters, where they can be read at all.
    fn fingerprint(&self, input: &Input) -> Option<[u8; 32]>;

    fn state(&self) -> StateNeed;

    fn input_schema(&self) -> Value;

    fn output_schema(&self) -> Value;

    fn codes(&self) -> &'static [CodeSpec];

    fn observe(&self, outcome: &Outcome<'_>);
}

struct Declared<O>(PhantomData<fn() -> O>);

impl<O: Execute> Erased for Declared<O> {
    fn judge(&self, input: &Input) -> Result<Box<dyn Judged>, Error> {
        judge::<O>(input)
    }

    fn fingerprint(&self, input: &Input) -> Option<[u8; 32]> {
        fingerprint(O::table(), input)
    }

    fn state(&self) -> StateNeed {
        StateNeed {
            type_id: TypeId::of::<O::State>(),
            type_name: std::any::type_name::<O::State>(),
        }
    }

    fn input_schema(&self) -> Value {
        schema::input_schema(O::table())
    }

    fn output_schema(&self) -> Value {
        <O::Output as Answer>::schema()
    }

    fn codes(&self) -> &'static [CodeSpec] {
        <<O as Operation>::Error as Failure>::CODES
    }

    fn observe(&self, outcome: &Outcome<'_>) {
        O::observe(outcome);
    }
}

/// A dynamic operation, in the same place.
pub(crate) struct Registration {
    pub(crate) act: Dynamic,
    pub(crate) input: Arc<Value>,
    pub(crate) output: Value,
}

impl Erased for Registration {
    fn judge(&self, input: &Input) -> Result<Box<dyn Judged>, Error> {
        self.act.judge(input)
    }

    fn fingerprint(&self, input: &Input) -> Option<[u8; 32]> {
        self.act.fingerprint(input)
    }

    fn state(&self) -> StateNeed {
        StateNeed { type_id: TypeId::of::<()>(), type_name: "()" }
    }

    fn input_schema(&self) -> Value {
        self.input.as_ref().clone()
    }

    fn output_schema(&self) -> Value {
        self.output.clone()
    }

    fn codes(&self) -> &'static [CodeSpec] {
        &[]
    }

    fn observe(&self, _outcome: &Outcome<'_>) {}
}

/// The program's state, by type.
pub(crate) type States = std::collections::HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::BuildFault;
    use crate::{Builder, Context, Operation};

    /// Does nothing.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = read,
                output = ())]
    struct Rest {}

    impl Execute for Rest {
        type State = ();

        async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_same_operation_stands_under_other_facts_if_they_are_sound() {
        let entry = Entry::of::<Rest>();
        let named = |name: &'static str| {
            let spec = OperationSpec { name: name.into(), ..entry.spec().clone() };
            entry.with_spec(Box::leak(Box::new(spec)))
        };
        let builder = Builder::empty().entry(entry).entry(named("sleep"));
        assert_eq!(format!("{builder:?}"), "Builder(2 operations)");
        let arsenal = builder.build().expect("two names");
        assert!(arsenal.run_json("sleep", &serde_json::json!({})).await.outcome.is_ok());
        assert!(format!("{:?}", arsenal.operations().all()).contains("Registered(rest)"));
        let bad = named("Sleep well");
        assert_eq!(format!("{bad:?}"), "Entry(Sleep well)");
        let error = Builder::empty().entry(bad).build().expect_err("no name");
        let place = entry.spec().place.clone();
        assert_eq!(error.faults, [BuildFault::BadName { name: "Sleep well".into(), place }]);
    }

    #[test]
    fn a_search_for_nothing_finds_nothing() {
        let arsenal = Builder::empty().operation::<Rest>().build().expect("the program is sound");
        assert_eq!(arsenal.operations().search("rest").len(), 1);
        assert!(arsenal.operations().search(" ").is_empty());
    }
}
