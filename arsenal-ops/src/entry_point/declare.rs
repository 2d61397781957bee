//! An entry point: its declaration (facts, by derive) and its behavior (by hand).

use std::any::{Any, TypeId};
use std::marker::PhantomData;

use arsenal::params::{StructSpec, read};
use arsenal::{Error, Invalid, Params, Place};
use arsenal_process::Kind;

use super::start::{StartContext, Startable, Way};

/// The facts of an entry point, implemented by `#[derive(EntryPoint)]`.
pub trait EntryPoint: Params {
    /// What its declaration says.
    const SPEC: &'static EntryPointSpec;
}

/// What the declaration of an entry point says.
#[derive(Debug)]
pub struct EntryPointSpec {
    /// The name to start it by.
    pub name: &'static str,
    /// The doc comment: the first paragraph is the summary.
    pub doc: &'static str,
    /// What it starts.
    pub kind: Kind,
    /// The table of its arguments.
    pub args: fn() -> &'static StructSpec,
    /// Where it was declared.
    pub place: Place,
}

impl EntryPointSpec {
    /// The first paragraph of the doc comment, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let first = self.doc.split("\n\n").next().unwrap_or_default();
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What an entry point starts.
#[diagnostic::on_unimplemented(
    message = "entry point `{Self}` has no `start`",
    label = "declared here, and nothing says what it starts",
    note = "write: impl Start for {Self} {{ type State = (); fn start(self, cx: &StartContext<'_, ()>) -> Startable {{ … }} }}"
)]
pub trait Start: EntryPoint {
    /// What it needs of the program, handed over by type when the entry points are put together;
    /// `()` for nothing.
    type State: Send + Sync + 'static;

    /// Rules over several arguments; they run after every argument's own.
    ///
    /// # Errors
    ///
    /// A sentence for the caller, and the arguments that take part.
    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }

    /// Says what to start; it runs again, with the same arguments, for every restart.
    fn start(self, cx: &StartContext<'_, Self::State>) -> Startable;
}

/// One entry point, as the linker collects it.
#[derive(Clone, Copy)]
pub struct LinkedEntryPoint {
    pub(super) spec: &'static EntryPointSpec,
    pub(super) erased: &'static dyn Erased,
}

impl LinkedEntryPoint {
    /// The entry of an entry point.
    #[must_use]
    pub const fn of<E: Start>() -> Self {
        Self { spec: E::SPEC, erased: const { &Declared::<E>(PhantomData) } }
    }
}

impl std::fmt::Debug for LinkedEntryPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkedEntryPoint({})", self.spec.name)
    }
}

inventory::collect!(LinkedEntryPoint);

/// What can be done with an entry point whose types are not known.
pub(super) trait Erased: Send + Sync {
    /// The type of the state that it asks for, and its name.
    fn state(&self) -> (TypeId, &'static str);

    /// Validates arguments and does nothing.
    fn check(&self, args: &str) -> Result<(), Error>;

    /// Validates arguments and says what to start.
    fn prepare(&self, args: &str, way: Way<'_>, state: &dyn Any) -> Result<Startable, Error>;
}

struct Declared<E>(PhantomData<fn() -> E>);

impl<E: Start> Erased for Declared<E> {
    fn state(&self) -> (TypeId, &'static str) {
        (TypeId::of::<E::State>(), std::any::type_name::<E::State>())
    }

    fn check(&self, args: &str) -> Result<(), Error> {
        decode::<E>(args).map(drop)
    }

    fn prepare(&self, args: &str, way: Way<'_>, state: &dyn Any) -> Result<Startable, Error> {
        let state = state.downcast_ref().expect("the build looked the state up by this type");
        Ok(decode::<E>(args)?.start(&StartContext { way, state }))
    }
}

/// The arguments, and every fault of them below `/args`.
fn decode<E: Start>(args: &str) -> Result<E, Error> {
    let decoded = read::<E>(args).and_then(|decoded| match decoded.validate() {
        Ok(()) => Ok(decoded),
        Err(broken) => Err(Error::invalid(vec![broken.into_fault("")])),
    });
    decoded.map_err(|error| {
        let faults = error.faults().iter().cloned().map(|mut fault| {
            fault.pointer.insert_str(0, "/args");
            fault
        });
        Error::invalid(faults.collect())
    })
}
