//! The operations that are served.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arsenal::{
    Arsenal, Builder, CancelPolicy, Class, Context, DynamicOperation, Effect, Error, Execute,
    Method, Operation, Role,
};
use arsenal_http::Settings;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::client::Served;

/// A thing.
#[arsenal::output]
#[derive(Debug)]
pub(crate) struct Widget {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Its size.
    size: u32,
}

/// Makes a widget.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = POST, path = "/widgets", role = operator,
            effect = write, status = 201, idempotency_key = taken, output = Widget)]
pub(crate) struct CreateWidget {
    /// Its name.
    #[param(min_len = 1, max_len = 20)]
    name: String,
    /// Its size.
    #[param(default = 1, min = 1)]
    size: u32,
}

impl Execute for CreateWidget {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Widget, Error> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let id = format!("w/{}", MADE.fetch_add(1, Ordering::Relaxed));
        Ok(Widget { id, name: self.name, size: self.size })
    }
}

/// Shows a widget.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = GET, path = "/widgets/{id}", role = viewer,
            effect = read, cache = "60s", output = Widget)]
pub(crate) struct GetWidget {
    /// Its id.
    id: String,
    /// In which size.
    #[param(default = 1)]
    size: u32,
}

impl Execute for GetWidget {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Widget, Error> {
        if self.id == "none" {
            return Err(Error::new(Class::NotFound, "NO_WIDGET", "no widget none"));
        }
        Ok(Widget { id: self.id, name: "w".to_owned(), size: self.size })
    }
}

/// Changes a widget.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = PATCH, path = "/widgets/{id}", role = operator,
            effect = write, scope = "widgets:write", output = Widget)]
pub(crate) struct UpdateWidget {
    /// Its id.
    #[param(max_len = 8)]
    id: String,
    /// Its new name.
    #[param(min_len = 1, max_len = 20)]
    name: String,
}

impl Execute for UpdateWidget {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Widget, Error> {
        Ok(Widget { id: self.id, name: self.name, size: 1 })
    }
}

/// Removes a widget.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = DELETE, path = "/widgets/{id}", role = operator,
            effect = destructive, status = 204)]
pub(crate) struct DeleteWidget {
    /// Its id.
    id: String,
    /// Also when it is in use.
    #[param(default = false)]
    force: bool,
}

impl Execute for DeleteWidget {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        match self.force {
            true => Ok(()),
            false => Err(Error::new(Class::Conflict, "IN_USE", format!("{} is in use", self.id))),
        }
    }
}

/// Replaces a widget that the caller has seen.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = PUT, path = "/widgets/{id}", role = operator,
            effect = write, if_match, output = ())]
pub(crate) struct ReplaceWidget {
    /// Its id.
    id: String,
}

impl Execute for ReplaceWidget {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<(), Error> {
        // Each widget has its id for its version.
        cx.unchanged(&self.id)
    }
}

/// Is open to all.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = GET, path = "/greeting", role = public, effect = read,
            output = String)]
pub(crate) struct Greet {}

impl Execute for Greet {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<String, Error> {
        Ok("hello".to_owned())
    }
}

/// Twice a minute.
#[derive(Debug, Operation)]
#[operation(category = "widget", role = viewer, effect = read, rate_limit = "2/min",
            output = String)]
pub(crate) struct Seldom {}

impl Execute for Seldom {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<String, Error> {
        Ok("seldom".to_owned())
    }
}

/// Is on its way out.
#[derive(Debug, Operation)]
#[operation(category = "widget", role = viewer, effect = read, aliases = ["older_way"],
            deprecated(since = "2026-01-01", sunset = "2027-06-30"), output = String)]
pub(crate) struct OldWay {}

impl Execute for OldWay {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<String, Error> {
        Ok("old".to_owned())
    }
}

/// Takes little.
#[derive(Debug, Operation)]
#[operation(category = "widget", role = viewer, effect = read, body_max = "64B", output = Value)]
pub(crate) struct Small {
    /// Anything.
    value: Value,
}

impl Execute for Small {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<Value, Error> {
        Ok(self.value)
    }
}

/// Panics.
#[derive(Debug, Operation)]
#[operation(category = "widget", role = viewer, effect = read, output = ())]
pub(crate) struct Panics {}

impl Execute for Panics {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        panic!("a secret of the inside")
    }
}

/// Is called from Rust only.
#[derive(Debug, Operation)]
#[operation(category = "widget", method = GET, path = "/hidden", role = viewer, effect = read,
            visibility = internal, output = ())]
pub(crate) struct HiddenOne {}

impl Execute for HiddenOne {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        Ok(())
    }
}

/// Fails as it is asked to.
#[derive(Debug, Operation)]
#[operation(category = "widget", role = viewer, effect = read, output = ())]
pub(crate) struct FailAs {
    /// The class.
    class: String,
}

impl Execute for FailAs {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        let class = Class::ALL.into_iter().find(|class| class.as_str() == self.class);
        let error = Error::new(class.unwrap_or(Class::System), "AS_ASKED", "as it was asked to");
        Err(error.with_source("a secret of the inside"))
    }
}

/// Tells what it hears of its request.
#[derive(Debug, Operation)]
#[operation(category = "widget", role = viewer, effect = read, output = Value)]
pub(crate) struct WhoAmI {}

impl Execute for WhoAmI {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<Value, Error> {
        Ok(json!({"principal": cx.caller().principal, "request_id": cx.request_id(),
                  "address": cx.caller().address, "transport": cx.caller().transport}))
    }
}

/// All of them, and the catalogue's own.
pub(crate) fn builder() -> Builder {
    Builder::empty()
        .operation::<CreateWidget>()
        .operation::<GetWidget>()
        .operation::<UpdateWidget>()
        .operation::<DeleteWidget>()
        .operation::<ReplaceWidget>()
        .operation::<Greet>()
        .operation::<Seldom>()
        .operation::<OldWay>()
        .operation::<Small>()
        .operation::<Panics>()
        .operation::<HiddenOne>()
        .operation::<FailAs>()
        .operation::<WhoAmI>()
        .operation::<arsenal_ops::registry::ListOperations>()
        .operation::<arsenal_ops::registry::DescribeOperation>()
        .operation::<arsenal_ops::job::GetJob>()
}

pub(crate) async fn served() -> Served {
    served_with(Settings::default()).await
}

pub(crate) async fn served_with(settings: Settings) -> Served {
    Served::start(builder().build().expect("the operations are sound"), settings).await
}

/// What a test knows of a dynamic operation that waits until it is let go.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) begun: Arc<AtomicU32>,
    pub(crate) ended: Arc<AtomicU32>,
    pub(crate) dropped: Arc<AtomicU32>,
    pub(crate) open: Arc<Semaphore>,
}

/// Counts what is dropped before its end.
struct Dropped(Arc<AtomicU32>, bool);

impl Drop for Dropped {
    fn drop(&mut self) {
        if !self.1 {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Gate {
    /// Registers an operation that waits; one that reads is dropped with its caller.
    pub(crate) fn register(arsenal: &Arsenal, name: &'static str, effect: Effect) -> Self {
        let gate = Self {
            begun: Arc::default(),
            ended: Arc::default(),
            dropped: Arc::default(),
            open: Arc::new(Semaphore::new(0)),
        };
        let inner = gate.clone();
        let mut operation =
            DynamicOperation::new(name, Role::Viewer, json!({"type": "object"}), move |_params| {
                let gate = inner.clone();
                async move {
                    gate.begun.fetch_add(1, Ordering::SeqCst);
                    let mut dropped = Dropped(Arc::clone(&gate.dropped), false);
                    let _ = gate.open.acquire().await;
                    dropped.1 = true;
                    gate.ended.fetch_add(1, Ordering::SeqCst);
                    Ok::<Value, Error>(json!("passed"))
                }
            });
        operation.spec.effect = effect;
        if effect == Effect::Read {
            operation.spec.cancel = CancelPolicy::Drop;
            operation.spec.http.method = Method::Get;
            operation.spec.http.path = Some(format!("/{name}").into());
        }
        arsenal.registry().register(operation).expect("the name is free");
        gate
    }

    pub(crate) fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }
}
