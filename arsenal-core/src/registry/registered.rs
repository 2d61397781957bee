//! One operation of a program: its facts, its code, its state, its limits and its counts.

use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;

use crate::call::Input;
use crate::dynamic::DynamicOperation;
use crate::entry::{Entry, Erased, Registration};
use crate::error::{Class, CodeSpec, Error};
use crate::lane::Lane;
use crate::limits::RateLimit;
use crate::model::{OperationSpec, ParamsSpec};
use crate::observe::Outcome;
use crate::params::StructSpec;
use crate::params::coerce;
use crate::params::dynamic::SchemaParams;
use crate::pipeline::{Dynamic, Judged};
use crate::schema::compiled::Compiled;

use super::counts::Counts;

/// One operation of a program.
pub struct Registered {
    code: Code,
    // An `Arc` of the state, so that a context lends it out and takes no count.
    state: Arc<dyn Any + Send + Sync>,
    rate: Option<RateLimit>,
    permits: Option<Arc<Semaphore>>,
    counts: Counts,
    input_schema: OnceLock<Value>,
    output_schema: OnceLock<Value>,
    judge: OnceLock<Option<Compiled>>,
}

enum Code {
    Declared(Entry),
    Dynamic(Box<(OperationSpec, Registration)>),
}

/// How long the calls of an operation took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The mean.
    pub mean: Duration,
    /// The longest.
    pub max: Duration,
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Registered({})", self.spec().name)
    }
}

/// What stands for the state of an operation that needs none.
pub(crate) fn no_state() -> Arc<dyn Any + Send + Sync> {
    Arc::new(Arc::new(()))
}

impl Registered {
    pub(crate) fn declared(entry: Entry, state: Arc<dyn Any + Send + Sync>) -> Self {
        Self::new(Code::Declared(entry), state)
    }

    pub(crate) fn dynamic(operation: DynamicOperation, schema: SchemaParams) -> Self {
        let DynamicOperation { spec, output, schema: input, handler } = operation;
        let act = Dynamic { schema, handler };
        let registration = Registration { act, input: Arc::new(input), output };
        Self::new(Code::Dynamic(Box::new((spec, registration))), no_state())
    }

    fn new(code: Code, state: Arc<dyn Any + Send + Sync>) -> Self {
        let mut registered = Self {
            code,
            state,
            rate: None,
            permits: None,
            counts: Counts::default(),
            input_schema: OnceLock::new(),
            output_schema: OnceLock::new(),
            judge: OnceLock::new(),
        };
        let spec = registered.spec();
        let rate = spec.limits.rate.map(|rate| RateLimit::new(spec.name.clone(), rate));
        let permits = spec.limits.concurrency.map(|most| Arc::new(Semaphore::new(most as usize)));
        registered.rate = rate;
        registered.permits = permits;
        registered
    }

    /// Its facts, where it is declared.
    pub(super) fn declared_spec(&self) -> Option<&'static OperationSpec> {
        match &self.code {
            Code::Declared(entry) => Some(entry.spec),
            Code::Dynamic(_) => None,
        }
    }

    #[inline]
    fn erased(&self) -> &dyn Erased {
        match &self.code {
            Code::Declared(entry) => entry.erased,
            Code::Dynamic(dynamic) => &dynamic.1,
        }
    }

    /// Its facts.
    #[must_use]
    #[inline]
    pub fn spec(&self) -> &OperationSpec {
        match &self.code {
            Code::Declared(entry) => entry.spec,
            Code::Dynamic(dynamic) => &dynamic.0,
        }
    }

    /// The table of its parameters; a dynamic operation has a schema only.
    #[must_use]
    pub fn table(&self) -> Option<&'static StructSpec> {
        match self.spec().params {
            ParamsSpec::Table(table) => Some(table()),
            ParamsSpec::Schema(_) => None,
        }
    }

    /// Whether the string of this name in a path or a query is a list between commas
    /// ([`ListStyle::Comma`](crate::params::ListStyle::Comma)): a transport that decodes strings
    /// marks what belongs to an element before it does.
    #[must_use]
    pub fn is_between_commas(&self, name: &str) -> bool {
        self.table().is_some_and(|table| coerce::is_between_commas(table, name))
    }

    /// Whether it was registered while the program runs.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        matches!(self.code, Code::Dynamic(_))
    }

    /// The JSON Schema of its parameters, made when first asked for.
    #[must_use]
    pub fn input_schema(&self) -> &Value {
        self.input_schema.get_or_init(|| self.erased().input_schema())
    }

    /// The JSON Schema of its answer, made when first asked for.
    #[must_use]
    pub fn output_schema(&self) -> &Value {
        self.output_schema.get_or_init(|| self.erased().output_schema())
    }

    /// What an answer breaks of its published schema. A schema that cannot be compiled breaks
    /// nothing.
    pub(crate) fn misfit(&self, answer: &str) -> Option<Misfit> {
        let judge = self.judge.get_or_init(|| Compiled::new(self.output_schema().clone()).ok());
        let value = serde_json::from_str(answer).ok()?;
        let first = judge.as_ref()?.faults(&value).faults.into_iter().next()?;
        Some(Misfit { pointer: first.pointer, detail: first.detail.into_owned() })
    }

    /// The codes of its own errors.
    #[must_use]
    pub fn codes(&self) -> &'static [CodeSpec] {
        self.erased().codes()
    }

    /// Validates parameters as a call would, and does nothing.
    ///
    /// # Errors
    ///
    /// As a call's: malformed, or invalid with every fault.
    pub fn check(&self, input: &Input) -> Result<(), Error> {
        self.read(input).map(drop)
    }

    /// How many calls are under way.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.counts.in_flight()
    }

    /// How many calls have ended.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.counts.ended()
    }

    /// How many calls failed, by class; classes without failures are left out.
    pub fn failures(&self) -> impl Iterator<Item = (Class, u64)> {
        self.counts.failed().filter(|(_, count)| *count > 0)
    }

    /// How long its calls took; `None` before the first has ended.
    #[must_use]
    pub fn times(&self) -> Option<Times> {
        self.counts.took().map(|(mean, max)| Times { mean, max })
    }

    #[inline]
    pub(crate) fn read(&self, input: &Input) -> Result<Box<dyn Judged>, Error> {
        self.erased().judge(input)
    }

    pub(crate) fn fingerprint(&self, input: &Input) -> Option<[u8; 32]> {
        self.erased().fingerprint(input)
    }

    #[inline]
    pub(crate) fn observe(&self, outcome: &Outcome<'_>) {
        self.erased().observe(outcome);
    }

    /// What the program handed over for it, if that is of this type.
    #[inline]
    pub(crate) fn state<S: Send + Sync + 'static>(&self) -> Option<&Arc<S>> {
        self.state.downcast_ref()
    }

    #[inline]
    pub(crate) fn rate(&self) -> Option<&RateLimit> {
        self.rate.as_ref()
    }

    #[inline]
    pub(crate) fn permits(&self) -> Option<&Arc<Semaphore>> {
        self.permits.as_ref()
    }

    #[inline]
    pub(crate) fn begin(&self, lane: Lane) {
        self.counts.begin(lane);
    }

    #[inline]
    pub(crate) fn end(&self, lane: Lane, failure: Option<Class>, took: Duration) {
        self.counts.end(lane, failure, took);
    }
}

/// What an answer breaks of its schema: for the log, since it may quote the answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer at `{pointer}` {detail}")]
pub(crate) struct Misfit {
    pointer: String,
    detail: String,
}
