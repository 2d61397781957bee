//! The programs that tests call, and the one place that knows how.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arsenal::{
    Arsenal, Builder, Call, Caller, Class, Context, Error, Execute, Interest, Invalid, Observer,
    Operation, Outcome, Reply, Role, Step, StepEvent,
};
use serde_json::{Value, json};

/// Adds two numbers.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = read, idempotent, output = i64)]
pub(crate) struct Add {
    /// The first.
    #[param(max = 1000)]
    pub(crate) a: i64,
    /// The second.
    #[param(default = 1)]
    pub(crate) b: i64,
}

impl Execute for Add {
    type State = ();

    fn validate(&self) -> Result<(), Invalid> {
        if self.a == self.b {
            return Err(Invalid::new("`a` and `b` must differ").at("a").at("b"));
        }
        Ok(())
    }

    async fn execute(self, _cx: &Context<()>) -> Result<i64, Error> {
        Ok(self.a + self.b)
    }
}

/// What tests change and count.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) ran: AtomicU32,
    pub(crate) ended: AtomicU32,
}

/// Waits, then counts.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = operator, effect = write, timeout = "50ms",
            rate_limit = "1/min", output = u32)]
pub(crate) struct Guarded {
    /// How long, in milliseconds.
    pub(crate) wait_ms: u64,
}

impl Execute for Guarded {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        // tidy: expect(sleep): slowness is what this operation is for; its tests pause the clock.
        tokio::time::sleep(Duration::from_millis(self.wait_ms)).await;
        Ok(cx.state().ran.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// Waits in one of two ways, and counts beginnings and ends.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = write, output = u32)]
pub(crate) struct SlowWrite {
    /// How long, in milliseconds.
    pub(crate) wait_ms: u64,
}

impl Execute for SlowWrite {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        cx.state().ran.fetch_add(1, Ordering::SeqCst);
        // tidy: expect(sleep): slowness is what this operation is for; its tests pause the clock.
        tokio::time::sleep(Duration::from_millis(self.wait_ms)).await;
        Ok(cx.state().ended.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// Waits, and only reads.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = u32)]
pub(crate) struct SlowRead {
    /// How long, in milliseconds.
    pub(crate) wait_ms: u64,
}

impl Execute for SlowRead {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        cx.state().ran.fetch_add(1, Ordering::SeqCst);
        // tidy: expect(sleep): slowness is what this operation is for; its tests pause the clock.
        tokio::time::sleep(Duration::from_millis(self.wait_ms)).await;
        Ok(cx.state().ended.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// Panics.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = ())]
pub(crate) struct Panics {}

impl Execute for Panics {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
        panic!("a secret of the program");
    }
}

/// Fails in passing, as often as it is told to.
#[derive(Debug, Clone, Operation)]
#[operation(category = "test", role = viewer, effect = write, idempotent, timeout = "10s",
            retry(attempts = 3, delay = "100ms"), output = u32)]
pub(crate) struct Flaky {
    /// How often it fails first.
    pub(crate) failures: u32,
}

impl Execute for Flaky {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        let attempt = cx.state().ran.fetch_add(1, Ordering::SeqCst) + 1;
        if attempt <= self.failures {
            return Err(Error::new(Class::Unavailable, "FLAKY", "not now").as_transient());
        }
        Ok(attempt)
    }
}

/// A program with all of these, a world, and an ear.
pub(crate) fn program() -> (Arsenal, Arc<World>, Heard) {
    let world = Arc::new(World::default());
    let heard = Heard::default();
    let arsenal = builder(&world).observer(heard.clone()).build().expect("the program is sound");
    (arsenal, world, heard)
}

pub(crate) fn builder(world: &Arc<World>) -> Builder {
    Builder::empty()
        .operation::<Add>()
        .operation::<Guarded>()
        .operation::<SlowWrite>()
        .operation::<SlowRead>()
        .operation::<Panics>()
        .operation::<Flaky>()
        .state(Arc::clone(world))
}

/// Calls by name with a role.
pub(crate) async fn call(arsenal: &Arsenal, role: Role, name: &str, params: Value) -> Reply {
    let caller = Caller::new("ann", role, "test");
    arsenal.run(Call::new(name, params.to_string(), caller)).await
}

/// The answer as a value, or the error's class and code.
pub(crate) async fn answer(
    arsenal: &Arsenal,
    role: Role,
    name: &str,
    params: Value,
) -> Result<Value, (Class, String)> {
    match call(arsenal, role, name, params).await.outcome {
        Ok(text) => Ok(serde_json::from_str(&text).expect("an answer is JSON")),
        Err(error) => Err((error.class(), error.code().to_owned())),
    }
}

/// What observers heard: the operation, the last step, the class of the failure, the attempts.
pub(crate) type End = (String, Step, Option<Class>, u32);

/// An observer that remembers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard {
    ends: Arc<Mutex<Vec<End>>>,
    steps: Arc<Mutex<Vec<Step>>>,
}

impl Heard {
    pub(crate) fn ends(&self) -> Vec<End> {
        self.ends.lock().expect("no test panics with it").clone()
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        self.steps.lock().expect("no test panics with it").clone()
    }
}

impl Observer for Heard {
    fn interest(&self) -> Interest {
        Interest::Steps
    }

    fn step(&self, event: &StepEvent<'_>) {
        self.steps.lock().expect("no test panics with it").push(event.step);
    }

    fn ended(&self, outcome: &Outcome<'_>) {
        let class = outcome.error.map(Error::class);
        self.ends.lock().expect("no test panics with it").push((
            outcome.name.to_owned(),
            outcome.step,
            class,
            outcome.attempts,
        ));
    }
}

/// Nothing of a call is under way any more.
pub(crate) fn assert_idle(arsenal: &Arsenal) {
    assert_eq!(arsenal.in_flight(), 0, "calls in flight");
    for operation in arsenal.operations().all() {
        assert_eq!(operation.in_flight(), 0, "{}", operation.spec().name);
    }
}

#[test]
fn the_helpers_speak_of_the_same_program() {
    let (arsenal, _, _) = program();
    assert_eq!(arsenal.operations().all().len(), 6);
    assert_eq!(json!(arsenal.operations().categories()), json!([["test", 6]]));
}
