//! The operations on 10,000 live processes, called by name through the registry: medians, and
//! what they must be.
//!
//! Prints a table. Nothing is asserted: a machine that does something else at the same time must
//! not fail a test.

extern crate arsenal_core as arsenal;

use std::time::{Duration, Instant};

use arsenal::{Arsenal, Builder, Call, Caller, Role};
use arsenal_ops::entry_point::{EntryPoint, EntryPoints, Start, StartContext, Startable};
use arsenal_ops::process::{GetProcessInfo, ListProcesses, RestartProcess, SendMessage};
use arsenal_ops::supervisor::{AddChild, StartSupervisor, SupervisionTree, WhichChildren};
use arsenal_process::{Context, ExitReason, Pid, ReplyTo, Runtime, RuntimeConfig, Server, Stop};
use serde_json::{Value, json};

const N_PROCESSES: usize = 10_000;

/// Adds up, or holds what it is sent.
#[derive(Debug, EntryPoint)]
#[entry_point(kind = server, crate = "arsenal_ops")]
struct Sum {
    /// Where it starts.
    #[param(default = 0)]
    start: i64,
}

struct Summing(i64);

impl Server for Summing {
    type Args = i64;
    type Call = ();
    type Reply = i64;
    type Cast = i64;

    async fn init(start: i64, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self(start))
    }

    async fn handle_call(
        &mut self,
        _call: (),
        reply: ReplyTo<i64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(self.0);
        Ok(())
    }

    async fn handle_cast(&mut self, n: i64, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        self.0 += n;
        Ok(())
    }
}

impl Start for Sum {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        cx.server::<Summing>(self.start).json().into()
    }
}

/// A program with its processes.
struct Bench {
    arsenal: Arsenal,
    runtime: Runtime,
    pids: Vec<Pid>,
    n_calls: usize,
}

fn main() {
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("skipped: measures only under `cargo bench`");
        return;
    }
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    tokio.expect("the system has threads").block_on(async {
        let mut bench = Bench::build().await;
        println!("{N_PROCESSES} live processes, every call by name through the registry\n");
        println!("| operation | calls | median | 99th | must | |");
        println!("|---|---:|---:|---:|---:|---|");
        bench.measure_all().await;
    });
}

impl Bench {
    async fn build() -> Self {
        let runtime = Runtime::start(RuntimeConfig::default()).expect("this runs on Tokio");
        let entry_points = EntryPoints::none().entry_point::<Sum>().build().expect("it is sound");
        let builder = Builder::empty()
            .operation::<AddChild>()
            .operation::<GetProcessInfo>()
            .operation::<ListProcesses>()
            .operation::<RestartProcess>()
            .operation::<SendMessage>()
            .operation::<StartSupervisor>()
            .operation::<SupervisionTree>()
            .operation::<WhichChildren>();
        let builder = arsenal_ops::catalogue(builder, &runtime, entry_points).await;
        let arsenal = builder.expect("the catalogue starts").build().expect("it is sound");
        let mut bench = Self { arsenal, runtime, pids: Vec::new(), n_calls: 0 };
        bench.populate().await;
        bench
    }

    /// All but a few under one supervisor; every hundredth has messages waiting.
    async fn populate(&mut self) {
        self.call("start_supervisor", json!({"id": "pool", "name": "pool"})).await;
        for n in self.runtime.n_processes()..N_PROCESSES {
            let params = json!({"process": "pool", "id": n.to_string(), "entry_point": "sum"});
            let added = self.call("add_child", params).await;
            let pid = added["pid"].as_str().and_then(|text| text.parse().ok());
            self.pids.push(pid.expect("a child runs"));
        }
        for (n, pid) in self.pids.clone().into_iter().enumerate().step_by(100) {
            let suspended = self.runtime.suspend(pid, arsenal_process::Authority::Ordinary);
            suspended.expect("it runs");
            for message in 0..n / 100 {
                self.call("send_message", json!({"process": pid, "message": message})).await;
            }
        }
    }

    async fn measure_all(&mut self) {
        let list = json!({"sort": "-mailbox_length", "page_size": 100});
        self.measure("list_processes", 200, Duration::from_millis(5), |_| list.clone()).await;
        let rare = json!({"status": "suspended", "sort": "-mailbox_length", "page_size": 100});
        self.measure("list_processes", 200, Duration::from_millis(5), |_| rare.clone()).await;
        let pids = self.pids.clone();
        let info = |n: usize| json!({"process": pids[n * 7 % pids.len()]});
        self.measure("get_process_info", 5000, Duration::from_micros(20), info).await;
        // Each is restarted once; those that are suspended have even numbers.
        let restart = |n: usize| json!({"process": pids[n * 18 + 1]});
        self.measure("restart_process", 500, Duration::from_millis(1), restart).await;
    }

    async fn measure(
        &mut self,
        operation: &str,
        n_calls: usize,
        must: Duration,
        params: impl Fn(usize) -> Value,
    ) {
        let mut times = Vec::with_capacity(n_calls);
        let first = params(0);
        for n in 0..n_calls {
            let call = self.prepare(operation, &params(n));
            let start = Instant::now();
            let reply = self.arsenal.run(call).await;
            times.push(start.elapsed());
            if let Err(error) = reply.outcome {
                println!("{operation}: {error}");
            }
        }
        times.sort_unstable();
        let (median, late) = (times[n_calls / 2], times[n_calls * 99 / 100]);
        let verdict = if median <= must { "ok" } else { "MISSED" };
        println!(
            "| {operation} {first} | {n_calls} | {median:.1?} | {late:.1?} | ≤ {must:?} | {verdict} |"
        );
    }

    async fn call(&mut self, operation: &str, params: Value) -> Value {
        let call = self.prepare(operation, &params);
        let answer = self.arsenal.run(call).await.outcome;
        serde_json::from_str(&answer.expect(operation)).expect("an answer is JSON")
    }

    /// A call of somebody new every five hundred times: the limits on one caller are not measured.
    fn prepare(&mut self, operation: &str, params: &Value) -> Call {
        self.n_calls += 1;
        let caller = format!("caller{}", self.n_calls / 500);
        Call::new(operation, params.to_string(), Caller::new(caller, Role::Operator, "rust"))
    }
}
