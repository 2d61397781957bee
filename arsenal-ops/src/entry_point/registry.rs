//! The entry points of a program, by name, with the states that they ask for.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use arsenal::params::{Shape, StructSpec};
use arsenal::{Error, Place, nearest, schema};
use arsenal_process::{ChildSpec, ExitReason, ProcessName, Runtime, StartError, Started, Starter};
use serde_json::Value;

use super::declare::{EntryPointSpec, LinkedEntryPoint, Start};
use super::start::{Marks, Startable, Way};

/// The entry points of a program: cheap to clone.
#[derive(Debug, Clone)]
pub struct EntryPoints(Arc<BTreeMap<&'static str, Known>>);

/// One entry point and its state.
pub struct Known {
    linked: LinkedEntryPoint,
    state: Arc<dyn Any + Send + Sync>,
}

/// Puts entry points together.
pub struct EntryPointsBuilder {
    linked: Vec<LinkedEntryPoint>,
    states: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// Why entry points were not put together: every fault, each with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPointsError {
    /// The faults.
    pub faults: Vec<EntryPointFault>,
}

/// One thing that is wrong with the entry points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum EntryPointFault {
    /// Rename one of them.
    #[error("two entry points are named `{name}`: {first} and {second}")]
    DuplicateName { name: &'static str, first: Place, second: Place },
    /// Hand the state to the builder.
    #[error(
        "entry point `{name}` needs the state {state}: add `.state(…)` to the entry points; {place}"
    )]
    MissingState { name: &'static str, state: &'static str, place: Place },
}

impl fmt::Display for EntryPointsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the entry points cannot be put together ({} faults)", self.faults.len())?;
        for fault in &self.faults {
            write!(f, "\n- {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for EntryPointsError {}

/// Why something cannot be started by name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Nobody has that name.
    #[error("no entry point is named `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// The nearest that somebody has.
        near: Option<&'static str>,
    },
    /// The arguments break the declaration: each fault stands below `/args`.
    #[error("its arguments are refused: {}", faults(.0))]
    Args(Error),
}

/// The faults of refused parameters, or what else is wrong, on one line.
pub(crate) fn faults(error: &Error) -> String {
    let faults = error.faults().iter();
    let all: Vec<_> = faults.map(|fault| format!("{}: {}", fault.pointer, fault.detail)).collect();
    if all.is_empty() { error.sentence().to_owned() } else { all.join("; ") }
}

/// Why there is no process.
#[derive(Debug)]
pub(crate) enum NotStarted {
    Refused(Refused),
    Start(StartError),
}

impl EntryPoints {
    /// With every entry point that was linked into the program.
    #[must_use]
    pub fn linked() -> EntryPointsBuilder {
        let linked = inventory::iter::<LinkedEntryPoint>.into_iter().copied().collect();
        EntryPointsBuilder { linked, states: HashMap::new() }
    }

    /// With none yet.
    #[must_use]
    pub fn none() -> EntryPointsBuilder {
        EntryPointsBuilder { linked: Vec::new(), states: HashMap::new() }
    }

    /// The entry point of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Known> {
        self.0.get(name)
    }

    /// Every entry point, by name.
    pub fn all(&self) -> impl Iterator<Item = &Known> {
        self.0.values()
    }

    /// Validates arguments as a start would, and starts nothing.
    pub(crate) fn check(&self, name: &str, args: &Value) -> Result<&Known, Refused> {
        let known = self.find(name)?;
        known.linked.erased.check(&args.to_string()).map_err(Refused::Args)?;
        Ok(known)
    }

    /// Starts a process outside of any supervisor.
    pub(crate) async fn start(
        &self,
        runtime: &Runtime,
        (name, args): (&str, &Value),
        marks: Marks,
    ) -> Result<Started, NotStarted> {
        let known = self.find(name).map_err(NotStarted::Refused)?;
        let startable = known.prepare(args, Way::Alone(runtime));
        let startable = startable.map_err(|error| NotStarted::Refused(Refused::Args(error)))?;
        let marks = Marks { entry_point: Some(known.spec().name), ..marks };
        startable.start(marks).await.map_err(NotStarted::Start)
    }

    /// A child that is started by the entry point, each time from the same arguments, and
    /// registered under a name if there is one. Its arguments are checked, and nothing runs yet.
    ///
    /// # Errors
    ///
    /// [`Refused`], if nobody has the name or the arguments break the declaration.
    pub fn child(
        &self,
        id: &str,
        (name, args): (&str, &Value),
        registered: Option<ProcessName>,
    ) -> Result<ChildSpec, Refused> {
        let known = self.check(name, args)?;
        let (name, kind) = (known.spec().name, known.spec().kind);
        let all = self.clone();
        let spec = ChildSpec::dynamic(id, kind, move |starter: Starter| {
            let startable = match all.0.get(name) {
                Some(known) => known.prepare(starter.args(), Way::Child(&starter)),
                None => unreachable!("an entry point is never removed"),
            };
            let marks = Marks { name: registered.clone(), ..Marks::default() };
            async move {
                match startable {
                    Ok(startable) => startable.start(marks).await,
                    Err(error) => Err(StartError::Failed { reason: ExitReason::error(&error) }),
                }
            }
        });
        Ok(spec.entry_point(name).args(args.clone()))
    }

    /// The arguments as they may be shown: what the entry point declares secret is not.
    pub(crate) fn without_secrets(&self, name: Option<&str>, mut args: Value) -> Value {
        if let Some(known) = name.and_then(|name| self.0.get(name)) {
            redact((known.spec().args)(), &mut args, SECRETS_DEPTH_MAX);
        }
        args
    }

    /// The entry point of a name, or the refusal that names the nearest.
    pub(crate) fn find(&self, name: &str) -> Result<&Known, Refused> {
        self.0.get(name).ok_or_else(|| Refused::Unknown {
            name: name.to_owned(),
            near: nearest(name, self.0.keys().copied())
                .and_then(|near| self.0.get_key_value(near))
                .map(|(near, _)| *near),
        })
    }
}

/// A type may hold itself; what lies deeper is not shown at all.
const SECRETS_DEPTH_MAX: u32 = 8;

fn redact(table: &'static StructSpec, value: &mut Value, depth: u32) {
    for field in table.fields {
        if field.flatten {
            redact_shape(field.shape, value, depth);
            continue;
        }
        for name in std::iter::once(&field.name).chain(field.aliases) {
            if let Some(value) = value.get_mut(*name) {
                redact_shape(field.shape, value, depth);
            }
        }
    }
}

fn redact_shape(shape: &'static Shape, value: &mut Value, depth: u32) {
    let deep =
        |shape| matches!(shape, &Shape::Struct(_) | &Shape::List { .. } | &Shape::Map { .. });
    if shape.is_secret() || (depth == 0 && deep(shape.inner())) {
        *value = Value::from("[secret]");
        return;
    }
    match (shape.inner(), value) {
        (Shape::Struct(table), value) => redact(table(), value, depth - 1),
        (Shape::List { item, .. }, Value::Array(items)) => {
            items.iter_mut().for_each(|one| redact_shape(item, one, depth - 1));
        }
        (Shape::Map { value: each, .. }, Value::Object(entries)) => {
            entries.values_mut().for_each(|one| redact_shape(each, one, depth - 1));
        }
        _ => {}
    }
}

impl Known {
    /// What its declaration says.
    #[must_use]
    pub fn spec(&self) -> &'static EntryPointSpec {
        self.linked.spec
    }

    /// The JSON Schema of its arguments.
    #[must_use]
    pub fn schema(&self) -> Value {
        schema::input_schema((self.spec().args)())
    }

    fn prepare(&self, args: &Value, way: Way<'_>) -> Result<Startable, Error> {
        self.linked.erased.prepare(&args.to_string(), way, &*self.state)
    }
}

impl EntryPointsBuilder {
    /// Adds an entry point by its type.
    #[must_use]
    pub fn entry_point<E: Start>(mut self) -> Self {
        self.linked.push(LinkedEntryPoint::of::<E>());
        self
    }

    /// Hands over what entry points ask for by type.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.states.insert(TypeId::of::<T>(), Arc::new(state));
        self
    }

    /// Checks the whole and puts it together.
    ///
    /// # Errors
    ///
    /// Every fault at once, each with its place in the source.
    pub fn build(mut self) -> Result<EntryPoints, EntryPointsError> {
        self.linked.sort_by_key(|one| (one.spec.name, &one.spec.place.file, one.spec.place.line));
        self.states.insert(TypeId::of::<()>(), Arc::new(()));
        let mut known: BTreeMap<&'static str, Known> = BTreeMap::new();
        let mut faults = Vec::new();
        for linked in self.linked {
            let EntryPointSpec { name, place, .. } = linked.spec;
            if let Some(first) = known.get(name) {
                let (first, second) = (first.spec().place.clone(), place.clone());
                faults.push(EntryPointFault::DuplicateName { name, first, second });
                continue;
            }
            let (type_id, state) = linked.erased.state();
            match self.states.get(&type_id) {
                Some(state) => _ = known.insert(name, Known { linked, state: Arc::clone(state) }),
                None => {
                    let place = place.clone();
                    faults.push(EntryPointFault::MissingState { name, state, place });
                }
            }
        }
        if faults.is_empty() {
            Ok(EntryPoints(Arc::new(known)))
        } else {
            Err(EntryPointsError { faults })
        }
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Known({})", self.spec().name)
    }
}

impl fmt::Debug for EntryPointsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryPointsBuilder({} entry points)", self.linked.len())
    }
}
