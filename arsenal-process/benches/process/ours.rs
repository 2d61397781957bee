//! What is measured: the same work with processes.

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use arsenal_process::{
    Authority, ChildSpec, Context, ExitReason, Measure, ProcessName, ProcessRef, ReplyTo, Runtime,
    Server, Stop, Strategy, SupervisorSpec,
};
use tokio::task::yield_now;

use crate::BURST;

/// Adds what it is sent, and answers with the sum.
pub(crate) struct Adder(u64);

impl Server for Adder {
    type Args = ();
    type Call = ();
    type Reply = u64;
    type Cast = u64;

    async fn init((): (), _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self(0))
    }

    async fn handle_call(
        &mut self,
        (): (),
        reply: ReplyTo<u64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(self.0);
        Ok(())
    }

    async fn handle_cast(&mut self, n: u64, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        self.0 += n;
        Ok(())
    }
}

/// How many supervisors restart at once, here and in the Erlang half.
const SUPERVISORS_AT_ONCE: u32 = 16;

/// Longer than anything here takes.
const WAIT: Duration = Duration::from_secs(60);

/// Casts from one task to a server.
pub(crate) async fn casts(runtime: &Runtime, count: u32) {
    let adder = runtime.server::<Adder>(()).start().await.expect("it starts");
    for n in 0..count {
        adder.cast(1).expect("it lives");
        if n % BURST == 0 {
            yield_now().await;
        }
    }
    assert_eq!(adder.call((), WAIT).await, Ok(count.into()));
    stop(runtime, &adder).await;
}

/// Calls, one after the other.
pub(crate) async fn calls(runtime: &Runtime, count: u32) {
    let adder = runtime.server::<Adder>(()).start().await.expect("it starts");
    for _ in 0..count {
        adder.call((), WAIT).await.expect("it answers");
    }
    stop(runtime, &adder).await;
}

/// Starts a server and stops it, again and again.
pub(crate) async fn spawns(runtime: &Runtime, count: u32) {
    for _ in 0..count {
        let adder = runtime.server::<Adder>(()).start().await.expect("it starts");
        stop(runtime, &adder).await;
    }
}

async fn stop(runtime: &Runtime, adder: &ProcessRef<Adder>) {
    let stopped = runtime.stop(adder, ExitReason::Shutdown, WAIT, Authority::Ordinary).await;
    stopped.expect("it lives until then");
}

/// Idle servers.
pub(crate) async fn idle(runtime: &Runtime, count: u32) -> Vec<ProcessRef<Adder>> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(runtime.server::<Adder>(()).start().await.expect("it starts"));
    }
    all
}

/// Tells of each start, and fails at each cast.
struct Phoenix;

impl Server for Phoenix {
    type Args = Arc<Bell>;
    type Call = ();
    type Reply = ();
    type Cast = ();

    async fn init(bell: Self::Args, cx: &mut Context<Self>) -> Result<Self, Stop> {
        bell.ring(cx.myself());
        Ok(Self)
    }

    async fn handle_call(
        &mut self,
        (): (),
        _reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        pending().await
    }

    async fn handle_cast(&mut self, (): (), _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        Err(ExitReason::custom("crash"))
    }
}

/// Tells of one child at a time, with no more work than a message to an Erlang process: a channel
/// for many would be a tenth to a fifth of what is measured.
#[derive(Default)]
struct Bell(Mutex<Told>);

#[derive(Default)]
struct Told {
    child: Option<ProcessRef<Phoenix>>,
    waiting: Option<Waker>,
}

impl Bell {
    fn ring(&self, child: ProcessRef<Phoenix>) {
        let waiting = {
            let mut told = self.0.lock().expect("nobody panics");
            told.child = Some(child);
            told.waiting.take()
        };
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }

    async fn rung(&self) -> ProcessRef<Phoenix> {
        poll_fn(|cx| {
            let mut told = self.0.lock().expect("nobody panics");
            if let Some(child) = told.child.take() {
                return Poll::Ready(child);
            }
            told.waiting = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// Crashes a child and waits until its supervisor has started it again; nanoseconds for all.
///
/// A supervisor for each hundred, as the Erlang half does it.
pub(crate) async fn restarts(runtime: &Runtime, count: u32) -> f64 {
    let mut spent = Duration::ZERO;
    for _ in 0..count / 100 {
        let bell = Arc::new(Bell::default());
        let rung = Arc::clone(&bell);
        let child = ChildSpec::server::<Phoenix>("child", move || Arc::clone(&rung));
        let spec = SupervisorSpec::new(Strategy::OneForOne)
            .intensity(1000, Duration::from_secs(1))
            .child(child);
        let supervisor = runtime.supervisor(spec).start().await.expect("it starts");
        let mut child = bell.rung().await;
        let start = Instant::now();
        for _ in 0..100 {
            child.cast(()).expect("it lives");
            child = bell.rung().await;
        }
        spent += start.elapsed();
        let killed = runtime.kill(&supervisor, WAIT, Authority::Ordinary).await;
        killed.expect("it lives");
    }
    spent.as_nanos() as f64
}

/// The same under many supervisors at once, with their own starts and ends; nanoseconds on the
/// clock for all.
pub(crate) async fn restarts_at_once(runtime: &Runtime, count: u32) -> f64 {
    let start = Instant::now();
    let mut all = Vec::new();
    for _ in 0..SUPERVISORS_AT_ONCE {
        let inside = runtime.clone();
        let task = async move { restarts(&inside, count / SUPERVISORS_AT_ONCE).await };
        all.push(runtime.task().spawn(task).expect("it starts"));
    }
    for task in all {
        task.await.expect("it does not panic");
    }
    start.elapsed().as_nanos() as f64
}

/// Looks names up; nanoseconds for all.
pub(crate) async fn look_ups(runtime: &Runtime, names: &[String], count: usize) -> f64 {
    let names = named(runtime, names).await;
    let start = Instant::now();
    for n in 0..count {
        let (name, _) = &names[n * 7919 % names.len()];
        assert!(std::hint::black_box(runtime.process::<Adder>(name)).is_ok());
    }
    let spent = start.elapsed();
    end(runtime, names).await;
    spent.as_nanos() as f64
}

/// Milliseconds for the hundred fullest mailboxes of `count` processes.
pub(crate) async fn top(runtime: &Runtime, count: u32) -> f64 {
    let idle = idle(runtime, count).await;
    let start = Instant::now();
    let top = runtime.top(Measure::MailboxLength, 100);
    let spent = start.elapsed();
    assert_eq!(top.len(), 100);
    for adder in &idle {
        stop(runtime, adder).await;
    }
    spent.as_secs_f64() * 1e3
}

/// Nanoseconds for the end of one process among `among` with names.
pub(crate) async fn exits(runtime: &Runtime, among: u32, count: u32) -> f64 {
    let names: Vec<String> = (0..among).map(|n| format!("name {n}")).collect();
    let others = named(runtime, &names).await;
    let mut spent = Duration::ZERO;
    for n in 0..count {
        let name = ProcessName::try_from(format!("own {n}")).expect("it is a name");
        let start = runtime.server::<Adder>(()).name(name).start();
        let adder = start.await.expect("it starts");
        let begun = Instant::now();
        stop(runtime, &adder).await;
        spent += begun.elapsed();
    }
    end(runtime, others).await;
    spent.as_nanos() as f64 / f64::from(count)
}

type Named = Vec<(ProcessName, ProcessRef<Adder>)>;

async fn named(runtime: &Runtime, names: &[String]) -> Named {
    let mut all = Vec::new();
    for name in names {
        let name = ProcessName::try_from(name.clone()).expect("it is a name");
        let start = runtime.server::<Adder>(()).name(name.clone()).start();
        all.push((name, start.await.expect("it starts")));
    }
    all
}

async fn end(runtime: &Runtime, named: Named) {
    for (_, adder) in &named {
        stop(runtime, adder).await;
    }
}
