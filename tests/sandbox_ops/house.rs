//! A program with sandboxes, and entry points that are awkward in them.

use std::time::Duration;

use arsenal::{Arsenal, Builder, Class, Role};
use arsenal_ops::entry_point::{EntryPoint, EntryPoints, Start, StartContext, Startable};
use arsenal_ops::sandbox::{
    CreateSandbox, DestroySandbox, ExecuteInSandbox, GetSandboxInfo, ListSandboxes, RestartSandbox,
    Sandboxes,
};
use arsenal_process::{
    Authority, Context, ExitReason, Pid, ProcessName, ReplyTo, Runtime, Server, Stop, TaskContext,
};
use serde_json::{Value, json};
use tokio::time::{advance, timeout};

use crate::health::{assert_fits, runtime};
use crate::program::answer;

pub(super) const BOUND: Duration = Duration::from_secs(600);

/// Waits until it is told to stop.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "sandbox_idle", kind = task, crate = "arsenal_ops")]
pub(super) struct StartIdle {
    /// How many tasks of its own it starts.
    #[param(default = 0, max = 100)]
    helpers: u32,
    /// Whether these take their links away, and so outlive what started them.
    #[param(default = false)]
    stubborn: bool,
}

impl Start for StartIdle {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        Startable::task(cx.task(), move |own: TaskContext| async move {
            for _ in 0..self.helpers {
                let helper = own.runtime().task().entry_point("sandbox_idle");
                helper.spawn_with(move |own| alone(own, self.stubborn))?;
            }
            std::future::pending::<Result<(), ExitReason>>().await
        })
    }
}

/// Waits without an end, linked with nobody if it is stubborn.
async fn alone(mut own: TaskContext, is_stubborn: bool) -> Result<(), ExitReason> {
    let links = own.runtime().info(own.pid()).map(|info| info.links).unwrap_or_default();
    links.into_iter().filter(|_| is_stubborn).for_each(|pid| own.unlink(pid));
    std::future::pending().await
}

/// Handles messages as fast as it can.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "sandbox_sink", kind = server, crate = "arsenal_ops")]
pub(super) struct StartSink {}

pub(super) struct Sink;

impl Server for Sink {
    type Args = Option<Duration>;
    type Call = ();
    type Reply = ();
    type Cast = ();

    async fn init(fails_after: Option<Duration>, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        let Some(after) = fails_after else { return Ok(Self) };
        _ = timeout(after, std::future::pending::<()>()).await;
        Err(Stop::Because(ExitReason::custom("no drain")))
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
}

/// Ends in its start.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "sandbox_fails", kind = server, crate = "arsenal_ops")]
pub(super) struct StartFailing {
    /// How long its start takes.
    #[param(default = "0s")]
    after: Duration,
}

impl Start for StartFailing {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        cx.server::<Sink>(Some(self.after)).into()
    }
}

impl Start for StartSink {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        cx.server::<Sink>(None).into()
    }
}

pub(super) struct House {
    pub(super) arsenal: Arsenal,
    pub(super) runtime: Runtime,
    pub(super) sandboxes: Sandboxes,
}

impl House {
    pub(super) async fn build() -> Self {
        let runtime = runtime();
        let entry_points = EntryPoints::none()
            .entry_point::<StartFailing>()
            .entry_point::<StartIdle>()
            .entry_point::<StartSink>()
            .build()
            .expect("the entry points are sound");
        let sandboxes = Sandboxes::start(&runtime, entry_points).await.expect("they start");
        let arsenal = Builder::empty()
            .operation::<CreateSandbox>()
            .operation::<DestroySandbox>()
            .operation::<ExecuteInSandbox>()
            .operation::<GetSandboxInfo>()
            .operation::<ListSandboxes>()
            .operation::<RestartSandbox>()
            .state(sandboxes.clone())
            .build()
            .expect("the program is sound");
        Self { arsenal, runtime, sandboxes }
    }

    pub(super) async fn call(&self, name: &str, params: Value) -> Result<Value, (Class, String)> {
        let value = answer(&self.arsenal, Role::Operator, name, params).await?;
        let operations = self.arsenal.operations();
        assert_fits(operations.get(name).expect(name).output_schema(), &value, name);
        Ok(value)
    }

    pub(super) async fn ask(&self, name: &str, params: Value) -> Value {
        let said = format!("{name} {params}");
        self.call(name, params).await.expect(&said)
    }

    /// A sandbox `play` in which anything may be started.
    pub(super) async fn play(&self, mut limits: Value) -> Value {
        limits["name"] = json!("play");
        limits["entry_points"] = json!(["sandbox_idle", "sandbox_sink"]);
        self.ask("create_sandbox", limits).await
    }

    pub(super) async fn execute(&self, entry_point: &str) -> Result<Value, (Class, String)> {
        self.call("execute_in_sandbox", json!({"sandbox": "play", "entry_point": entry_point}))
            .await
    }

    /// Waits until the sandbox `play` has ended.
    pub(super) async fn ended(&self) -> Value {
        let ended = async {
            loop {
                let seen = self.ask("get_sandbox_info", json!({"sandbox": "play"})).await;
                if seen["status"] == "ended" {
                    return seen;
                }
                advance(Duration::from_millis(10)).await;
            }
        };
        timeout(BOUND, ended).await.expect("it ends")
    }

    /// Has the supervisor of all sandboxes answer nobody.
    pub(super) fn hold_up(&self) {
        let held = self.runtime.suspend(self.top(), Authority::Forced);
        held.expect("it runs");
    }

    pub(super) fn go_on(&self) {
        self.runtime.resume(self.top()).expect("it is suspended");
    }

    /// Waits until it has done what it was asked before.
    pub(super) async fn top_has_answered(&self) {
        let top = self.runtime.find_supervisor(self.top()).expect("it runs");
        top.which_children().await.expect("it answers");
    }

    pub(super) fn top(&self) -> Pid {
        let name: ProcessName = "sandboxes".parse().expect("it is a name");
        self.runtime.find_supervisor(&name).expect("it runs").pid()
    }

    /// Waits until this many processes live in the whole runtime.
    pub(super) async fn processes(&self, n: usize) {
        let there = async {
            while self.runtime.n_processes() != n {
                advance(Duration::from_millis(1)).await;
            }
        };
        timeout(BOUND, there).await.unwrap_or_else(|_| panic!("{:?}", self.runtime.infos()));
    }
}

pub(super) fn pid(value: &Value) -> Pid {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no pid: {value}"))
}
