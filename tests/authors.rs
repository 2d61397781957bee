//! Nothing that an author writes ends the program: each fault is one call's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arsenal::{
    Answer, Arsenal, Builder, Call, Caller, Class, Context, Error, Execute, Interest, Observer,
    Operation, Outcome, Role, StepEvent,
};
use serde_json::json;

use crate::program::{Add, answer, assert_idle};

/// Panics where it is told to.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = Fragile)]
struct Brittle {
    /// Where.
    at: String,
}

impl Brittle {
    fn pass(&self, place: &str) {
        assert!(self.at != place, "a fault in {place}");
    }
}

impl Drop for Brittle {
    fn drop(&mut self) {
        assert!(self.at != "drop" || std::thread::panicking(), "a fault in drop");
    }
}

impl Execute for Brittle {
    type State = ();

    async fn authorize(&self, _cx: &Context<()>) -> Result<(), Error> {
        self.pass("authorize");
        Ok(())
    }

    async fn plan(&self, _cx: &Context<()>) -> Result<Option<Fragile>, Error> {
        self.pass("plan");
        Ok(None)
    }

    async fn execute(self, _cx: &Context<()>) -> Result<Fragile, Error> {
        self.pass("execute");
        Ok(Fragile { serialize: self.at != "serialize" })
    }

    fn observe(outcome: &Outcome<'_>) {
        assert!(outcome.caller.principal != "unlucky", "a fault in observe");
    }
}

/// Panics where it is written.
#[derive(Debug)]
struct Fragile {
    serialize: bool,
}

impl Answer for Fragile {
    fn to_json(&self) -> serde_json::Result<String> {
        assert!(self.serialize, "a fault in serialize");
        Ok("null".to_owned())
    }

    fn schema() -> serde_json::Value {
        json!(true)
    }
}

/// Hears everything and panics each time.
struct Hysterical(Arc<AtomicU32>);

impl Observer for Hysterical {
    fn interest(&self) -> Interest {
        Interest::Steps
    }

    fn step(&self, event: &StepEvent<'_>) {
        panic!("a fault at {:?}", event.step);
    }

    fn ended(&self, _outcome: &Outcome<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("a fault at the end");
    }
}

fn program() -> (Arsenal, Arc<AtomicU32>) {
    let heard = Arc::new(AtomicU32::new(0));
    let builder = Builder::empty().operation::<Brittle>().operation::<Add>();
    let builder = builder.observer(Hysterical(Arc::clone(&heard)));
    (builder.build().expect("the program is sound"), heard)
}

#[tokio::test]
async fn a_panic_anywhere_in_an_operation_is_that_calls_error() {
    let panicked = Err((Class::Execution, "PANICKED"));
    for (at, dry_run, expected) in [
        ("nowhere", false, Ok("null")),
        ("authorize", false, panicked),
        ("plan", false, Ok("null")),
        ("plan", true, panicked),
        ("execute", false, panicked),
        ("serialize", false, panicked),
        ("drop", false, panicked),
    ] {
        let (arsenal, heard) = program();
        let params = json!({"at": at}).to_string();
        let mut call = Call::new("brittle", params, Caller::new("ann", Role::Viewer, "test"));
        call.terms.dry_run = dry_run;
        let outcome = arsenal.run(call).await.outcome;
        let told = outcome.as_deref().map_err(|error| (error.class(), error.code()));
        assert_eq!(told, expected, "{at}");
        assert_eq!(heard.load(Ordering::SeqCst), 1, "{at}");
        let next = answer(&arsenal, Role::Viewer, "add", json!({"a": 2})).await;
        assert_eq!(next, Ok(json!(3)), "{at}");
        assert_idle(&arsenal);
    }
}

#[tokio::test]
async fn an_ear_that_panics_is_nobodys_fault_but_its_own() {
    let (arsenal, heard) = program();
    for principal in ["ann", "unlucky"] {
        let caller = Caller::new(principal, Role::Viewer, "test");
        let reply = arsenal.run(Call::new("brittle", r#"{"at": "nowhere"}"#, caller)).await;
        assert_eq!(reply.outcome.expect("it is answered"), "null", "{principal}");
    }
    assert_eq!(heard.load(Ordering::SeqCst), 2);
    assert_idle(&arsenal);
}
