//! The program that these tests call: a runtime, a few entry points, and the whole catalogue.

use std::time::Duration;

use arsenal::{Arsenal, Builder, Call, Caller, Class, Entry, Error, Event, Role};
use arsenal_ops::entry_point::{EntryPoint, EntryPoints, Start, StartContext, Startable};
use arsenal_ops::process::CallerProcess;
use arsenal_ops::startup::Startup;
use arsenal_ops::system::LogControl;
use arsenal_process::{
    ChildPid, Context, ExitReason, Info, Pid, ProcessName, ReplyTo, Runtime, RuntimeConfig, Server,
    Stop, Target,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::time::timeout;
use tracing_subscriber::{EnvFilter, Registry, reload};

/// Counts, from where it is told to.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "counter", kind = server, crate = "arsenal_ops")]
pub(crate) struct StartCounter {
    /// Where it starts.
    #[param(default = 0, max = 1000)]
    pub(crate) start: i64,
    /// Ends in its start, with this reason.
    pub(crate) fail: Option<String>,
    /// Whether exits arrive as messages.
    #[param(default = false)]
    pub(crate) trap: bool,
    /// How long it takes to be ready.
    #[param(default = "0s")]
    pub(crate) ready_after: Duration,
}

/// A number that is added to and asked for.
pub(crate) struct Counter(i64);

/// What a counter is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    Get,
    Fail(String),
    Never,
    /// Is dropped.
    Drop,
}

impl Server for Counter {
    type Args = StartCounter;
    type Call = Ask;
    type Reply = i64;
    type Cast = i64;

    async fn init(args: StartCounter, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        if !args.ready_after.is_zero() {
            _ = timeout(args.ready_after, std::future::pending::<()>()).await;
        }
        match args.fail {
            Some(why) => Err(Stop::Because(ExitReason::custom(why))),
            None => Ok(Self(args.start)),
        }
    }

    async fn handle_call(
        &mut self,
        ask: Ask,
        reply: ReplyTo<i64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        match ask {
            Ask::Get => reply.send(self.0),
            Ask::Fail(why) => return Err(ExitReason::custom(why)),
            Ask::Drop => false,
            Ask::Never => {
                std::future::pending::<()>().await;
                false
            }
        };
        Ok(())
    }

    async fn handle_cast(&mut self, n: i64, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        self.0 += n;
        Ok(())
    }

    async fn handle_info(&mut self, info: Info, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        if let Info::Json(_) = info {
            self.0 += 1000;
        }
        Ok(())
    }
}

impl Start for StartCounter {
    type State = ();

    fn validate(&self) -> Result<(), arsenal::Invalid> {
        if self.start < 0 && self.trap {
            return Err(arsenal::Invalid::new("counts up only").at("start").at("trap"));
        }
        Ok(())
    }

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        let trap = self.trap;
        let start = cx.server::<Counter>(self).json();
        if trap { start.trap_exits().into() } else { start.into() }
    }
}

/// Waits until it is stopped.
#[derive(Debug, EntryPoint)]
#[entry_point(kind = task, crate = "arsenal_ops")]
pub(crate) struct Idle {
    /// Ends at once.
    #[param(default = false)]
    pub(crate) at_once: bool,
}

impl Start for Idle {
    type State = Greeting;

    fn start(self, cx: &StartContext<'_, Greeting>) -> Startable {
        assert_eq!(cx.state().0, "hello", "the state is the program's");
        Startable::task(cx.task(), move |_own| async move {
            if !self.at_once {
                std::future::pending::<()>().await;
            }
        })
    }
}

/// What `idle` asks for.
#[derive(Debug)]
pub(crate) struct Greeting(pub(crate) &'static str);

/// A program, its runtime and its events.
pub(crate) struct House {
    pub(crate) arsenal: Arsenal,
    pub(crate) runtime: Runtime,
    pub(crate) events: broadcast::Receiver<Event>,
    /// The level can be set for as long as this is there.
    _log: reload::Layer<EnvFilter, Registry>,
}

impl House {
    /// The operations on processes and supervisors.
    pub(crate) async fn build() -> Self {
        Self::of(operations()).await
    }

    /// Every operation of the catalogue: what the linker found, without those of the tests.
    pub(crate) async fn whole() -> Self {
        let linked = arsenal::__private::inventory::iter::<Entry>.into_iter();
        let own = linked.filter(|entry| entry.spec().place.package == "arsenal-ops");
        Self::of(own.fold(Builder::empty(), |builder, entry| builder.entry(*entry))).await
    }

    /// The same, with what it is configured to start.
    pub(crate) async fn configured(startup: &Startup) -> Self {
        let house = Self::build().await;
        startup.start(&house.runtime, &entry_points()).await.expect("what is configured starts");
        house
    }

    async fn of(operations: Builder) -> Self {
        let runtime = Runtime::start(RuntimeConfig::default()).expect("a test runs on Tokio");
        let builder = arsenal_ops::catalogue(operations, &runtime, entry_points()).await;
        let builder = builder.expect("the catalogue's own processes start");
        let (log, handle) = reload::Layer::new(EnvFilter::new("info"));
        let arsenal = builder.state(LogControl::new(handle)).build().expect("the program is sound");
        let source = arsenal.sources().events().iter().find(|source| source.name == "processes");
        let source = source.expect("the catalogue tells of processes");
        let events = source.sender.subscribe();
        Self { arsenal, runtime, events, _log: log }
    }

    /// Calls by name and gives the answer, or the error.
    pub(crate) async fn call(&self, role: Role, name: &str, params: Value) -> Result<Value, Error> {
        let caller = Caller::new("ann", role, "test");
        let reply = self.arsenal.run(Call::new(name, params.to_string(), caller)).await;
        let answer = serde_json::from_str(&reply.outcome?).expect("an answer is JSON");
        self.assert_published(name, &answer);
        Ok(answer)
    }

    /// The answer is what the output schema says.
    pub(crate) fn assert_published(&self, name: &str, answer: &Value) {
        let operations = self.arsenal.operations();
        let schema = operations.get(name).expect("it answered").output_schema();
        let validator = jsonschema::validator_for(schema).expect("the schema is one");
        let faults: Vec<_> = validator.iter_errors(answer).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name} {answer}: {faults:?}");
    }

    /// The answer to an operator.
    pub(crate) async fn ask(&self, name: &str, params: Value) -> Value {
        let said = format!("{name} {params}");
        self.call(Role::Operator, name, params).await.unwrap_or_else(|error| {
            panic!("{said}: {} {}: {:?}", error.code(), error, error.faults())
        })
    }

    /// The refusal to an operator: class, code, and the error itself.
    pub(crate) async fn refusal(&self, name: &str, params: Value) -> (Class, String, Error) {
        let said = format!("{name} {params}");
        let error = self.call(Role::Operator, name, params).await.expect_err(&said);
        (error.class(), error.code().to_owned(), error)
    }

    /// Calls as a process of the program.
    pub(crate) async fn call_from(&self, pid: Pid, name: &str, params: Value) -> Value {
        let mut call =
            Call::new(name, params.to_string(), Caller::new("ann", Role::Operator, "test"));
        call.origin.extensions.insert(CallerProcess(pid));
        let answer = self.arsenal.run(call).await.outcome.expect(name);
        serde_json::from_str(&answer).expect("an answer is JSON")
    }

    /// Starts an entry point alone and gives its pid.
    pub(crate) async fn start(&self, entry_point: &str, args: Value, name: Option<&str>) -> Pid {
        let mut params = json!({"entry_point": entry_point, "args": args});
        if let Some(name) = name {
            params["name"] = name.into();
        }
        pid(&self.ask("start_process", params).await["pid"])
    }

    /// The next event of a kind, within a bound.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        let found = timeout(Duration::from_secs(30), async {
            loop {
                let event = self.events.recv().await.expect("the stream goes on");
                if event.kind == kind {
                    return event.data;
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("no event `{kind}`"))
    }

    /// The root supervisor's pid.
    pub(crate) fn root(&self) -> Pid {
        self.runtime.root().expect("the runtime runs").pid()
    }

    /// The pid of a child of the root.
    pub(crate) async fn child_of_root(&self, id: &str) -> Pid {
        let root = self.runtime.root().expect("the runtime runs");
        let children = root.which_children().await.expect("it answers");
        match children.iter().find(|child| &*child.id == id).map(|child| child.pid) {
            Some(ChildPid::Running(pid)) => pid,
            other => panic!("{id}: {other:?}"),
        }
    }

    /// Whether nobody has the name or the pid.
    pub(crate) fn is_gone(&self, target: impl Into<Target>) -> bool {
        self.runtime.resolve(target).is_err()
    }
}

/// What may be started in the program.
pub(crate) fn entry_points() -> EntryPoints {
    EntryPoints::none()
        .entry_point::<StartCounter>()
        .entry_point::<Idle>()
        .state(Greeting("hello"))
        .build()
        .expect("the entry points are sound")
}

/// A process's name.
pub(crate) fn name(text: &str) -> ProcessName {
    ProcessName::try_from(text).expect("a name")
}

/// The pid of an answer.
pub(crate) fn pid(value: &Value) -> Pid {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no pid: {value}"))
}

/// The operations of the two categories; the linker would find those of other tests too.
fn operations() -> Builder {
    use arsenal_ops::{process as p, supervisor as s};

    Builder::empty()
        .operation::<p::DemonitorProcess>()
        .operation::<p::GetProcessInfo>()
        .operation::<p::GetProcessTree>()
        .operation::<p::KillProcess>()
        .operation::<p::ListEntryPoints>()
        .operation::<p::ListProcesses>()
        .operation::<p::ListRegisteredProcesses>()
        .operation::<p::MonitorProcess>()
        .operation::<p::RestartProcess>()
        .operation::<p::ResumeProcess>()
        .operation::<p::SendMessage>()
        .operation::<p::StartProcess>()
        .operation::<p::SuspendProcess>()
        .operation::<s::AddChild>()
        .operation::<s::ChangeStrategy>()
        .operation::<s::CountChildren>()
        .operation::<s::DeleteChild>()
        .operation::<s::GetSupervisorFlags>()
        .operation::<s::ListSupervisors>()
        .operation::<s::RestartChild>()
        .operation::<s::RestartHistory>()
        .operation::<s::StartSupervisor>()
        .operation::<s::StopSupervisor>()
        .operation::<s::SupervisionTree>()
        .operation::<s::SupervisorStats>()
        .operation::<s::TerminateChild>()
        .operation::<s::WhichChildren>()
}

/// Where the faults of a refusal are.
pub(crate) fn pointers(error: &arsenal::Error) -> Vec<&str> {
    error.faults().iter().map(|fault| fault.pointer.as_str()).collect()
}
