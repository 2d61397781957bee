//! The operations of the category `tracing`, by name.

mod looks;

mod reading;

use std::time::Duration;

use arsenal::{Arsenal, Builder, Call, Caller, Class, Role};
use arsenal_ops::tracing::{
    AnalyzeMessageQueue, AnalyzeTrace, DetectBottlenecks, ExportTrace, GetTrace, ListTraces,
    StopTrace, TraceProcess, Traces,
};
use arsenal_process::{
    Authority, ChildSpec, Context, ExitReason, ProcessRef, ReplyTo, Runtime, Server, Stop,
    Strategy, SupervisorSpec,
};
use serde_json::{Value, json};
use tokio::time::{advance, timeout};

use crate::health::{assert_fits, examples_run, runtime};
use crate::process_ops::house::House as Whole;

const BOUND: Duration = Duration::from_secs(600);

/// Passes casts on, so many times.
struct Echo(Option<ProcessRef<Echo>>);

impl Server for Echo {
    type Args = Option<ProcessRef<Self>>;
    type Call = ();
    type Reply = ();
    type Cast = u32;

    async fn init(to: Self::Args, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self(to))
    }

    async fn handle_call(
        &mut self,
        _call: (),
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(());
        Ok(())
    }

    async fn handle_cast(&mut self, times: u32, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        for _ in 0..times {
            if let Some(to) = &self.0 {
                to.cast(0)?;
            }
        }
        Ok(())
    }
}

struct House {
    arsenal: Arsenal,
    runtime: Runtime,
    traces: Traces,
}

impl House {
    fn build() -> Self {
        let runtime = runtime();
        let traces = Traces::new(&runtime);
        let builder = Builder::empty()
            .operation::<AnalyzeMessageQueue>()
            .operation::<AnalyzeTrace>()
            .operation::<DetectBottlenecks>()
            .operation::<ExportTrace>()
            .operation::<GetTrace>()
            .operation::<ListTraces>()
            .operation::<StopTrace>()
            .operation::<TraceProcess>();
        let arsenal = builder.state(traces.clone()).build().expect("the program is sound");
        Self { arsenal, runtime, traces }
    }

    async fn call(
        &self,
        (who, role): (&'static str, Role),
        name: &str,
        params: Value,
    ) -> Result<Value, (Class, String)> {
        let call = Call::new(name, params.to_string(), Caller::new(who, role, "test"));
        let outcome = self.arsenal.run(call).await.outcome;
        let value: Value = outcome
            .map(|text| serde_json::from_str(&text).expect("an answer is JSON"))
            .map_err(|error| (error.class(), error.code().to_owned()))?;
        let operations = self.arsenal.operations();
        assert_fits(operations.get(name).expect(name).output_schema(), &value, name);
        Ok(value)
    }

    async fn ask(&self, name: &str, params: Value) -> Value {
        let said = format!("{name} {params}");
        self.call(("ann", Role::Operator), name, params).await.expect(&said)
    }

    /// Two servers, of which the first passes on to the second.
    async fn echoes(&self) -> (ProcessRef<Echo>, ProcessRef<Echo>) {
        let second = self.runtime.server::<Echo>(None).name("second".parse().expect("a name"));
        let second = second.start().await.expect("it starts");
        let first = self.runtime.server::<Echo>(Some(second.clone()));
        let first = first.name("first".parse().expect("a name")).start().await;
        (first.expect("it starts"), second)
    }

    /// Waits until the trace has ended by itself.
    async fn ended(&self, id: &str) -> Value {
        let ended = async {
            loop {
                let seen = self.ask("get_trace", json!({"id": id})).await;
                if seen["trace"]["running"] == false {
                    return seen;
                }
                advance(Duration::from_millis(10)).await;
            }
        };
        timeout(BOUND, ended).await.expect("a trace ends")
    }
}

/// Hears nothing more of what was sent before: a call waits behind it.
async fn settled(servers: [&ProcessRef<Echo>; 2]) {
    for server in servers {
        server.call((), BOUND).await.expect("it answers");
    }
}

#[tokio::test(start_paused = true)]
async fn each_example_is_answered() {
    examples_run(&House::build().arsenal, "tracing").await;
}

#[tokio::test(start_paused = true)]
async fn a_trace_tells_what_was_sent_and_received_and_is_read_out() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    let begun = house.ask("trace_process", json!({"process": "first"})).await;
    assert_eq!((&begun["id"], &begun["running"]), (&json!("t1"), &json!(true)));
    assert_eq!(begun["processes"], json!([first.pid()]));
    first.cast(3).expect("it runs");
    settled([&first, &second]).await;
    let stopped = house.ask("stop_trace", json!({"id": "t1"})).await;
    assert_eq!((&stopped["running"], &stopped["end"]), (&json!(false), &json!("stopped")));

    let seen = house.ask("get_trace", json!({"id": "t1"})).await;
    let events = seen["events"]["items"].as_array().expect("events");
    let kinds: Vec<_> =
        events.iter().map(|one| (one["kind"].as_str(), one["message"].as_str())).collect();
    let sent = (Some("sent"), Some("cast"));
    let got = |message| (Some("received"), Some(message));
    let expected = [got("cast"), got("call"), sent, sent, sent, (Some("sent"), Some("reply"))];
    let mut sorted = kinds.clone();
    sorted.sort_by_key(|(kind, _)| *kind);
    assert_eq!(sorted, expected, "{kinds:?}");
    assert!(events.iter().all(|one| one["pid"] == json!(first.pid())));
    let began = house.runtime.info(first.pid()).expect("it runs").started_at;
    let began = jiff::Timestamp::try_from(began).expect("it is in range");
    for event in events {
        let at: jiff::Timestamp = event["at"].as_str().expect("a time").parse().expect("RFC 3339");
        let since = at.duration_since(began);
        assert!((0..60).contains(&since.as_secs()), "{event}, the process began at {began}");
    }

    let said = house.ask("analyze_trace", json!({"id": "t1"})).await;
    let talk = &said["talks"][0];
    assert_eq!((&talk["from"], &talk["to"]), (&json!(first.pid()), &json!(second.pid())));
    assert_eq!((&talk["messages"], &said["events"]), (&json!(3), &json!(6)));
    let counts = json!([{"kind": "sent", "events": 4}, {"kind": "received", "events": 2}]);
    assert_eq!(said["kinds"], counts);
}

#[tokio::test(start_paused = true)]
async fn a_message_between_two_followed_processes_is_counted_once_and_a_burst_is_found() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    house.ask("trace_process", json!({"events_max": 500})).await;
    for n in 0..20 {
        first.cast(if n == 10 { 60 } else { 1 }).expect("it runs");
        settled([&first, &second]).await;
        advance(Duration::from_secs(1)).await;
    }
    house.ask("stop_trace", json!({"id": "t1"})).await;
    let said = house.ask("analyze_trace", json!({"id": "t1", "burst_factor": 50.0})).await;
    let between = said["talks"]
        .as_array()
        .expect("talks")
        .iter()
        .find(|talk| talk["from"] == json!(first.pid()) && talk["to"] == json!(second.pid()));
    assert_eq!(between.expect("they talk")["messages"], 79);
    let bursts = said["bursts"].as_array().expect("bursts");
    assert_eq!(bursts.len(), 1, "{said}");
    assert!(bursts[0]["events"].as_u64() >= Some(120), "{said}");
    assert_eq!((&bursts[0]["lasted"], &bursts[0]["lasted_us"]), (&json!("100ms"), &json!(100_000)));
    let from = bursts[0]["from"].as_str().expect("a time");
    from.parse::<jiff::Timestamp>().expect("RFC 3339");
    assert_eq!(said["dropped"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_trace_ends_by_itself_at_each_of_its_limits() {
    let house = House::build();
    let (first, second) = house.echoes().await;
    let cases = [
        ("by number", json!({"events_max": 4}), "events", 4),
        ("by time", json!({"lasts": "5s", "kinds": ["spawned"]}), "time", 0),
        ("every third", json!({"sample_every": 3, "events_max": 2}), "events", 2),
    ];
    for (case, params, end, n) in cases {
        let begun = house.ask("trace_process", params).await;
        first.cast(20).expect("it runs");
        settled([&first, &second]).await;
        let seen = house.ended(begun["id"].as_str().expect("an id")).await;
        assert_eq!(
            (&seen["trace"]["end"], &seen["trace"]["events"]),
            (&json!(end), &json!(n)),
            "{case}"
        );
    }
    let killed = house.ask("trace_process", json!({})).await;
    let listener = house.runtime.pids().pop().expect("it is the youngest");
    let ending = house.runtime.kill(listener, BOUND, Authority::Forced).await;
    ending.expect("it runs");
    assert_eq!(house.ended(killed["id"].as_str().expect("an id")).await["trace"]["end"], "killed");
}

#[tokio::test(start_paused = true)]
async fn a_listener_is_touched_only_by_force_and_a_stop_ends_it_in_any_case() {
    let house = Whole::whole().await;
    let before = house.runtime.n_processes();
    let begun = house.ask("trace_process", json!({})).await;
    let listener = json!({"process": house.runtime.pids().pop().expect("it is the youngest")});
    for name in ["suspend_process", "kill_process"] {
        let (class, code, _error) = house.refusal(name, listener.clone()).await;
        assert_eq!((class, code.as_str()), (Class::Forbidden, "PROTECTED"), "{name}");
    }
    let mut by_force = listener.clone();
    by_force["force"] = true.into();
    house.call(Role::Admin, "suspend_process", by_force).await.expect("an admin may");
    let stopped = timeout(BOUND, house.ask("stop_trace", json!({"id": begun["id"]}))).await;
    let stopped = stopped.expect("it does not wait for ever");
    assert_eq!((&stopped["running"], &stopped["end"]), (&json!(false), &json!("stopped")));
    assert_eq!(house.runtime.n_processes(), before, "nobody listens any more");
}

#[tokio::test(start_paused = true)]
async fn a_subtree_is_followed_with_what_is_started_in_its_place() {
    let house = House::build();
    let spec = SupervisorSpec::new(Strategy::OneForOne)
        .intensity(10, BOUND)
        .child(ChildSpec::server::<Echo>("one", || None))
        .child(ChildSpec::server::<Echo>("two", || None));
    let top = house.runtime.supervisor(spec).start().await.expect("it starts");
    let begun = house
        .ask(
            "trace_process",
            json!({"process": top.pid(), "subtree": true, "kinds": ["exited", "restarted"]}),
        )
        .await;
    let followed = begun["processes"].as_array().expect("pids");
    assert_eq!(followed.len(), 3, "{begun}");
    let one: arsenal_process::Pid = followed[1].as_str().expect("a pid").parse().expect("a pid");
    house.runtime.exit(one, ExitReason::custom("a crash")).expect("it runs");
    house.runtime.wait_end(one).await.ok();
    top.count_children().await.expect("it answers");
    let stopped = house.ask("stop_trace", json!({"id": "t1"})).await;
    assert_eq!(stopped["events"], 2, "{stopped}");
    let seen = house.ask("get_trace", json!({"id": "t1"})).await;
    let items = &seen["events"]["items"];
    assert_eq!(items[0]["reason"], json!({"reason": "custom", "value": "a crash"}));
    assert_eq!((&items[1]["kind"], &items[1]["peer"]), (&json!("restarted"), &json!(one)));
}

#[tokio::test(start_paused = true)]
async fn a_trace_is_its_owners_and_an_admins() {
    let house = House::build();
    house.ask("trace_process", json!({})).await;
    let id = json!({"id": "t1"});
    for name in ["get_trace", "stop_trace", "export_trace", "analyze_trace"] {
        let stranger = house.call(("bob", Role::Operator), name, id.clone()).await;
        assert_eq!(stranger, Err((Class::NotFound, "NO_TRACE".to_owned())), "{name}");
        let viewer = house.call(("ann", Role::Viewer), name, id.clone()).await;
        assert_eq!(viewer.expect_err(name).0, Class::Forbidden, "{name}");
        house.call(("root", Role::Admin), name, id.clone()).await.expect(name);
    }
    let count = async |who, role| {
        let list = house.call((who, role), "list_traces", json!({})).await.expect("a list");
        list["items"].as_array().map(Vec::len)
    };
    assert_eq!(count("ann", Role::Operator).await, Some(1));
    assert_eq!(count("bob", Role::Operator).await, Some(0));
    assert_eq!(count("root", Role::Admin).await, Some(1));
    let running = house.ask("list_traces", json!({"running": true})).await;
    assert_eq!(running["items"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn traces_are_bounded_and_the_oldest_that_ended_are_forgotten() {
    let house = House::build();
    for _ in 0..10 {
        house.ask("trace_process", json!({"events_max": 20_000, "lasts": "1s"})).await;
    }
    let full = house.call(("ann", Role::Operator), "trace_process", json!({"events_max": 1})).await;
    assert_eq!(full, Err((Class::Unavailable, "TOO_MANY_TRACES".to_owned())));
    house.ended("t10").await;
    for _ in 0..15 {
        house.ask("trace_process", json!({"lasts": "1h"})).await;
    }
    assert_eq!(house.traces.len(), 25, "those that ended without an event weigh nothing");
    assert_eq!(house.runtime.n_processes(), 16, "each has one listener, beside the root");
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_reason() {
    let house = House::build();
    let task = house.runtime.spawn_task("idle", std::future::pending::<()>());
    task.expect("it starts");
    let cases = [
        ("trace_process", json!({"process": "nobody"}), Class::NotFound, "NO_PROCESS"),
        ("trace_process", json!({"subtree": true}), Class::Validation, "INVALID_PARAMS"),
        ("trace_process", json!({"events_max": 20_001}), Class::Validation, "INVALID_PARAMS"),
        ("trace_process", json!({"kinds": ["heard"]}), Class::Validation, "INVALID_PARAMS"),
        ("list_traces", json!({"page_token": "x"}), Class::Validation, "INVALID_PARAMS"),
        ("get_trace", json!({"id": "t9"}), Class::NotFound, "NO_TRACE"),
        ("get_trace", json!({}), Class::Validation, "INVALID_PARAMS"),
        ("stop_trace", json!({"id": "t9"}), Class::NotFound, "NO_TRACE"),
        ("export_trace", json!({"id": "t9"}), Class::NotFound, "NO_TRACE"),
        ("export_trace", json!({"id": "t9", "format": "xml"}), Class::Validation, "INVALID_PARAMS"),
        ("analyze_trace", json!({"id": "t9"}), Class::NotFound, "NO_TRACE"),
        ("analyze_message_queue", json!({"process": "nobody"}), Class::NotFound, "NO_PROCESS"),
        ("analyze_message_queue", json!({"process": "idle"}), Class::Conflict, "NO_MAILBOX"),
        ("detect_bottlenecks", json!({"observe": "1m"}), Class::Validation, "INVALID_PARAMS"),
    ];
    for (name, params, class, code) in cases {
        let refused = house.call(("ann", Role::Operator), name, params.clone()).await;
        assert_eq!(refused, Err((class, code.to_owned())), "{name} {params}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_process_that_has_ended_it_is_told_when_and_why() {
    let house = House::build();
    let (first, _second) = house.echoes().await;
    let bored = ExitReason::custom("bored");
    let stop = house.runtime.stop(first.pid(), bored, BOUND, Authority::Ordinary);
    stop.await.expect("it runs");
    for name in ["trace_process", "analyze_message_queue"] {
        let params = json!({"process": first.pid()}).to_string();
        let call = Call::new(name, params, Caller::new("ann", Role::Operator, "test"));
        let refused = house.arsenal.run(call).await.outcome.expect_err(name);
        let sentence = refused.sentence();
        assert!(sentence.contains("ended at") && sentence.contains("bored"), "{name}: {sentence}");
        assert_eq!(refused.details()["exit_reason"]["value"], "bored", "{name}");
    }
}
