//! Operations that are made while the program runs: a name, a schema, a handler.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::model::{
    CancelPolicy, Effect, HttpSpec, IdempotencyKey, LimitSpec, List, Method, Mode, OperationSpec,
    ParamsSpec, Place, Role, Text, Visibility,
};

/// What a dynamic operation sees of its call.
pub type DynamicContext = Context<()>;

/// Does what a dynamic operation does. Closures of the same shape are handlers.
pub trait Handler: Send + Sync + 'static {
    /// Handles one call; the parameters have passed the schema.
    ///
    /// # Errors
    ///
    /// The handler's own, of any class; its sentence and details are for the caller.
    ///
    /// # Cancel safety
    ///
    /// As the operation's cancel policy says: by default a call that writes runs to its end.
    fn handle<'a>(
        &'a self,
        params: Value,
        cx: &'a DynamicContext,
    ) -> Pin<Box<dyn Future<Output = Result<Value, Error>> + Send + 'a>>;
}

impl<F, R> Handler for F
where
    F: Fn(Value) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Value, Error>> + Send + 'static,
{
    fn handle<'a>(
        &'a self,
        params: Value,
        _cx: &'a DynamicContext,
    ) -> Pin<Box<dyn Future<Output = Result<Value, Error>> + Send + 'a>> {
        Box::pin(self(params))
    }
}

/// A dynamic operation's declaration.
///
/// ```
/// use arsenal_core::{DynamicOperation, Error, Role};
/// use serde_json::{Value, json};
///
/// let echo = DynamicOperation::new(
///     "echo",
///     Role::Viewer,
///     json!({"type": "object", "properties": {"text": {"type": "string"}}}),
///     |params: Value| async move { Ok::<_, Error>(params) },
/// );
/// assert_eq!(echo.spec.category, "dynamic");
/// ```
pub struct DynamicOperation {
    /// Its facts; the defaults are those of a plain writing operation.
    pub spec: OperationSpec,
    /// The JSON Schema of its answer.
    pub output: Value,
    pub(crate) schema: Value,
    pub(crate) handler: std::sync::Arc<dyn Handler>,
}

impl std::fmt::Debug for DynamicOperation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DynamicOperation({})", self.spec.name)
    }
}

impl DynamicOperation {
    /// An operation of category `dynamic`, with an address of its own to be given by its spec.
    #[must_use]
    pub fn new(name: impl Into<Text>, role: Role, schema: Value, handler: impl Handler) -> Self {
        let name = name.into();
        let spec = OperationSpec {
            doc: format!("Runs the dynamic operation `{name}`.").into(),
            name,
            aliases: List::Borrowed(&[]),
            version: 1,
            category: "dynamic".into(),
            tags: List::Borrowed(&[]),
            role,
            scope: None,
            effect: Effect::Write,
            idempotent: false,
            idempotency_key: IdempotencyKey::Ignored,
            mode: Mode::Call,
            cancel: CancelPolicy::Finish,
            limits: LimitSpec::default(),
            http: HttpSpec {
                method: Method::Post,
                path: None,
                success: 200,
                body_bytes_max: None,
                cache: None,
                if_match: false,
            },
            mcp: true,
            visibility: Visibility::Listed,
            columns: List::Borrowed(&[]),
            examples: List::Borrowed(&[]),
            deprecated: None,
            params: ParamsSpec::Schema(std::sync::Arc::new(schema.clone())),
            place: Place {
                package: "dynamic".into(),
                file: "registered at run time".into(),
                line: 0,
            },
        };
        Self { spec, output: Value::Bool(true), schema, handler: std::sync::Arc::new(handler) }
    }
}
