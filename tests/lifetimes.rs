//! Which end of what ends a call, and what a call that is part of another shares with it.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arsenal::{
    Arsenal, Builder, Call, Caller, Class, Context, Error, Execute, Input, Observer, Operation,
    Origin, Outcome, Role, Terms,
};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::program::{SlowRead, World, answer, assert_idle, builder, call};

/// Writes: reads twice on the way.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = write, output = u32)]
struct Transfer {}

impl Execute for Transfer {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        cx.call(SlowRead { wait_ms: 10 }).await?;
        cx.call(SlowRead { wait_ms: 10 }).await
    }
}

/// Reads by another operation's reading.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = u32)]
struct Overview {}

impl Execute for Overview {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<u32, Error> {
        cx.call(SlowRead { wait_ms: 10_000 }).await
    }
}

/// Waits until it is called off, and says by what.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = write, timeout = "60s", output = String)]
struct Listen {}

impl Execute for Listen {
    type State = Arc<World>;

    async fn execute(self, cx: &Context<Arc<World>>) -> Result<String, Error> {
        cx.state().ran.fetch_add(1, Ordering::SeqCst);
        assert!(!cx.is_cancelled());
        cx.cancelled().await;
        assert!(cx.is_cancelled());
        cx.state().ended.fetch_add(1, Ordering::SeqCst);
        Ok("called off".to_owned())
    }
}

/// Is for the program alone.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, visibility = internal, output = u32)]
struct Hidden {}

impl Execute for Hidden {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u32, Error> {
        Ok(7)
    }
}

/// Calls whatever it is told to, by name.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = u32)]
struct Forward {
    /// The name.
    to: String,
}

impl Execute for Forward {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<u32, Error> {
        let reply = cx.call_by_name(&self.to, Input::default(), Terms::default()).await;
        reply.outcome.map(|text| text.parse().unwrap_or_default())
    }
}

fn all() -> (Arsenal, Arc<World>) {
    let world = Arc::new(World::default());
    (with(&world).build().expect("the program is sound"), world)
}

fn with(world: &Arc<World>) -> Builder {
    builder(world)
        .operation::<Transfer>()
        .operation::<Overview>()
        .operation::<Listen>()
        .operation::<Hidden>()
        .operation::<Forward>()
}

async fn until(count: &std::sync::atomic::AtomicU32, at_least: u32) {
    while count.load(Ordering::SeqCst) < at_least {
        tokio::task::yield_now().await;
    }
}

fn from(cancel: &CancellationToken, name: &str) -> Call {
    let mut call = Call::new(name, "{}", Caller::new("ann", Role::Viewer, "test"));
    call.origin.cancel = Some(cancel.clone());
    call
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_ends_a_reading_call_and_no_part_of_a_writing_one() {
    for (name, ended, expected) in [
        ("transfer", 2, Ok("2".to_owned())),
        ("overview", 0, Err((Class::Cancelled, "CANCELLED".to_owned()))),
    ] {
        let (arsenal, world) = all();
        let cancel = CancellationToken::new();
        let running = tokio::join!(arsenal.run(from(&cancel, name)), async {
            until(&world.ran, 1).await;
            cancel.cancel();
        });
        let outcome = running.0.outcome.map_err(|error| (error.class(), error.code().to_owned()));
        assert_eq!(outcome, expected, "{name}");
        assert_eq!(world.ended.load(Ordering::SeqCst), ended, "{name}");
        assert_idle(&arsenal);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_call_calls_may_end_with_it_while_the_program_drains() {
    let (arsenal, world) = all();
    let caller = arsenal.clone();
    let running = tokio::task::JoinSet::from_iter([async move {
        answer(&caller, Role::Viewer, "transfer", json!({})).await
    }]);
    until(&world.ran, 1).await;
    assert_eq!(arsenal.drain(Duration::from_secs(5)).await, Ok(()));
    assert_eq!(running.join_all().await, [Ok(json!(2))]);
}

#[tokio::test(start_paused = true)]
async fn an_operation_hears_of_its_callers_going_and_of_the_programs_end() {
    let (arsenal, world) = all();
    let cancel = CancellationToken::new();
    let gone = tokio::join!(arsenal.run(from(&cancel, "listen")), async {
        until(&world.ran, 1).await;
        cancel.cancel();
    });
    assert_eq!(gone.0.outcome.expect("it ends by itself"), r#""called off""#);
    let (never, draining) = (CancellationToken::new(), arsenal.clone());
    let drained = tokio::join!(arsenal.run(from(&never, "listen")), async {
        until(&world.ran, 2).await;
        draining.drain(Duration::from_secs(5)).await
    });
    assert_eq!(drained.1, Ok(()));
    assert_eq!(drained.0.outcome.expect("it ends by itself"), r#""called off""#);
}

#[tokio::test(start_paused = true)]
async fn a_job_has_its_own_time_and_hears_its_own_end_and_no_callers() {
    let (arsenal, world) = all();
    let cancel = CancellationToken::new();
    let mut call = from(&cancel, "listen");
    call.origin.deadline = Some(Instant::now() + Duration::from_millis(5));
    call.terms.detach = true;
    let reply = arsenal.run(call).await;
    let id = reply.facts.job.expect("it is a job");
    until(&world.ran, 1).await;
    cancel.cancel();
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(world.ended.load(Ordering::SeqCst), 0, "its caller's end and deadline are not its");
    assert_eq!(arsenal.operations().get("listen").expect("it is there").in_flight(), 1);
    assert_eq!(arsenal.in_flight(), 1, "one call is one call");
    arsenal.jobs().cancel(&id).expect("it is there");
    let ended = arsenal.jobs().ended(&id).await.expect("it is there");
    assert_eq!(ended.result.expect("it ended by itself").get(), r#""called off""#);
    tokio::task::yield_now().await;
    assert_idle(&arsenal);
    assert_eq!(arsenal.operations().get("listen").expect("it is there").calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_after_its_deadline_is_not_begun() {
    let (arsenal, world) = all();
    let mut origin = Origin::new(Caller::program());
    origin.deadline = Some(Instant::now());
    let late = arsenal.call_as(SlowRead { wait_ms: 0 }, origin).await;
    assert_eq!(late.expect_err("it is too late").code(), "TIMEOUT");
    assert_eq!(world.ran.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_parameters_come_too_late_is_not_begun() {
    let callers = Some(Duration::from_secs(5));
    for (callers, told) in [(None, "30s"), (callers, "5s")] {
        let (arsenal, world) = all();
        let mut origin = Origin::new(Caller::program());
        origin.deadline = callers.map(|wait| Instant::now() + wait);
        let entered = arsenal.enter("slow_read", origin, Terms::default());
        let entered = entered.expect("it is let in");
        tokio::time::advance(Duration::from_secs(60)).await;
        let input = Input { strings: Vec::new(), body: Some(r#"{"wait_ms":0}"#.into()) };
        let late = entered.run(input).await.outcome.expect_err("it is too late");
        let sentence = late.to_string();
        assert_eq!((late.code(), sentence.contains(told)), ("TIMEOUT", true), "{sentence}");
        assert_eq!(world.ran.load(Ordering::SeqCst), 0);
        assert_idle(&arsenal);
    }
}

/// Makes a call that it does not make itself: who asks for it gets it.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = read, output = ())]
struct Bequeath {}

type Bequest = Arc<Mutex<Option<Pin<Box<dyn Future<Output = String> + Send>>>>>;

impl Execute for Bequeath {
    type State = Bequest;

    async fn execute(self, cx: &Context<Bequest>) -> Result<(), Error> {
        let later = cx.call(SlowRead { wait_ms: 0 });
        let later = async { later.await.map_or_else(|error| error.to_string(), |_| "ran".into()) };
        *cx.state().lock().expect("no test panics with it") = Some(Box::pin(later));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_within_one_that_has_ended_is_refused_once_the_program_is_drained() {
    for (drains, expected) in [(false, "ran"), (true, "the program is shutting down")] {
        let world = Arc::new(World::default());
        let bequest = Bequest::default();
        let builder = with(&world).operation::<Bequeath>().state(Arc::clone(&bequest));
        let arsenal = builder.build().expect("the program is sound");
        arsenal.call(Bequeath {}).await.expect("it makes a call");
        if drains {
            arsenal.drain(Duration::ZERO).await.expect("nothing is under way");
        }
        let later = bequest.lock().expect("no test panics with it").take().expect("it was made");
        assert_eq!(later.await, expected);
        assert_idle(&arsenal);
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_without_end_and_places_without_number_are_taken_as_such() {
    let world = Arc::new(World::default());
    let builder = with(&world).default_timeout(Duration::MAX).in_flight_max(usize::MAX);
    let arsenal = builder.build().expect("the program is sound");
    assert_eq!(
        answer(&arsenal, Role::Viewer, "slow_read", json!({"wait_ms": 1})).await,
        Ok(json!(1))
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_program_says_so_and_an_operation_calls_others_on_its_own_place() {
    let world = Arc::new(World::default());
    let arsenal = with(&world).in_flight_max(1).build().expect("the program is sound");
    assert_eq!(answer(&arsenal, Role::Viewer, "transfer", json!({})).await, Ok(json!(2)));
    let (first, second) = tokio::join!(
        answer(&arsenal, Role::Viewer, "slow_read", json!({"wait_ms": 1})),
        call(&arsenal, Role::Viewer, "add", json!({"a": 3})),
    );
    assert_eq!(first, Ok(json!(3)));
    let full = second.outcome.expect_err("there is one place");
    assert_eq!(full.code(), "TOO_MANY_RUNNING");
    assert_eq!(full.sentence(), "too many calls of this program are running; try again");
}

#[tokio::test]
async fn an_internal_operation_is_for_types_and_for_the_program_itself() {
    let (arsenal, _) = all();
    assert_eq!(arsenal.call(Hidden {}).await.expect("by its type"), 7);
    let own = arsenal.run_json("hidden", &json!({})).await;
    assert_eq!(own.outcome.expect("the program itself"), "7");
    let no_operation = Err((Class::NotFound, "NO_OPERATION".to_owned()));
    for (name, params) in [("hidden", json!({})), ("forward", json!({"to": "hidden"}))] {
        let refused = answer(&arsenal, Role::Admin, name, params).await;
        assert_eq!(refused, no_operation, "{name}");
    }
}

/// Tells what it hears of a call's course: dry run, replay, job, and whether an id was known.
struct Courses(mpsc::Sender<(bool, bool, bool, bool)>);

impl Observer for Courses {
    fn ended(&self, outcome: &Outcome<'_>) {
        let course = (
            outcome.dry_run,
            outcome.replayed,
            outcome.job.is_some(),
            outcome.request_id.is_some(),
        );
        let _ = self.0.try_send(course);
    }
}

/// Tells its request's id.
#[derive(Debug, Operation)]
#[operation(category = "test", role = viewer, effect = write, idempotency_key = taken,
            output = String)]
struct TellId {}

impl Execute for TellId {
    type State = ();

    async fn execute(self, cx: &Context<()>) -> Result<String, Error> {
        Ok(cx.request_id().to_owned())
    }
}

#[tokio::test]
async fn observers_hear_which_way_a_call_went_once_for_each_call() {
    let (sender, mut heard) = mpsc::channel(16);
    let builder = Builder::empty().operation::<TellId>().observer(Courses(sender));
    let arsenal = builder.build().expect("the program is sound");
    let asked = |terms: Terms| {
        let mut call = Call::new("tell_id", "{}", Caller::new("ann", Role::Viewer, "test"));
        call.terms = terms;
        arsenal.run(call)
    };
    let key = || Some("k".to_owned());
    asked(Terms { dry_run: true, ..Terms::default() }).await;
    asked(Terms { idempotency_key: key(), ..Terms::default() }).await;
    asked(Terms { idempotency_key: key(), ..Terms::default() }).await;
    asked(Terms { detach: true, ..Terms::default() }).await;
    let mut courses = Vec::new();
    for _ in 0..4 {
        courses.push(heard.recv().await.expect("a call is heard"));
    }
    assert_eq!(
        courses,
        [
            (true, false, false, false),
            (false, false, false, true),
            (false, true, false, false),
            (false, false, true, true),
        ]
    );
    assert!(heard.try_recv().is_err(), "each call is heard once");
}
