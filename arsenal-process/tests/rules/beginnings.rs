//! Rules 3 and 4: how children begin, in the turn of their supervisor.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use arsenal_process::{
    Authority, ChildSpec, Context, Ending, ExitReason, Pid, ProcessName, ReplyTo, Server, Stop,
    Strategy, SupervisorError, SupervisorSpec, Target,
};

use crate::probe::{Log, Probe, SOON, args, runtime, trapping, until};

#[tokio::test]
async fn children_whose_start_does_not_wait_are_ready_within_one_turn_of_their_supervisor() {
    const CHILDREN: u32 = 50;
    let (runtime, log) = (runtime(), Log::default());
    let turns = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&turns);
    // A yield waits until nobody else can run; this one is in line with all others.
    let counting = poll_fn(move |cx| {
        counted.fetch_add(1, Ordering::Relaxed);
        cx.waker().wake_by_ref();
        Poll::<()>::Pending
    });
    let _counter = runtime.spawn_task("turns", counting).expect("the name is free");
    let spec = (0..CHILDREN).fold(SupervisorSpec::new(Strategy::OneForOne), |spec, n| {
        let log = log.clone();
        spec.child(ChildSpec::server::<Probe>(&n.to_string(), move || trapping("child", &log)))
    });
    runtime.supervisor(spec).start().await.expect("it starts");
    let turns = turns.load(Ordering::Relaxed);
    assert_eq!(log.count(), CHILDREN as usize);
    assert!(turns < CHILDREN / 5, "others had {turns} turns meanwhile");
}

#[tokio::test]
async fn a_supervisor_of_many_children_that_are_ready_at_once_is_killed_between_them() {
    const CHILDREN: usize = 10_000;
    let (runtime, log) = (runtime(), Log::default());
    let spec = (0..CHILDREN).fold(SupervisorSpec::new(Strategy::OneForOne), |spec, n| {
        let log = log.clone();
        spec.child(ChildSpec::server::<Probe>(&n.to_string(), move || args("child", &log)))
    });
    let name = ProcessName::try_from("many").unwrap();
    let inside = runtime.clone();
    let starting = runtime.task().spawn(async move {
        let started = inside.supervisor(spec).name(name).start().await;
        started.map(drop).map_err(|refused| refused.reason())
    });
    until("the first children run", || 0 < log.count()).await;
    let ending = runtime.kill("many".parse::<Target>().unwrap(), SOON, Authority::Ordinary).await;
    assert!(matches!(ending, Ok(Ending::Ended { .. })), "{ending:?}");
    assert!(log.count() < CHILDREN, "all of them had begun");
    assert_eq!(starting.unwrap().await.unwrap(), Err(ExitReason::Killed));
    until("all have ended", || runtime.n_processes() == 1).await;
}

/// What a child does in the first poll of its `init`.
#[derive(Debug, Clone, Copy)]
enum First {
    Ready,
    Waits,
    Ignores,
    Fails,
    Panics,
    KillsItself,
}

struct Beginner;

impl Server for Beginner {
    type Args = First;
    type Call = ();
    type Reply = Pid;
    type Cast = ();

    async fn init(first: First, cx: &mut Context<Self>) -> Result<Self, Stop> {
        match first {
            First::Ready => {}
            First::Waits => tokio::task::yield_now().await,
            First::Ignores => return Err(Stop::Ignore),
            First::Fails => return Err(Stop::Because(ExitReason::custom("no"))),
            First::Panics => panic!("at once"),
            First::KillsItself => {
                cx.runtime().exit(cx.pid(), ExitReason::Killed).map_err(|_gone| Stop::Ignore)?;
                std::future::pending().await
            }
        }
        Ok(Self)
    }

    async fn handle_call(
        &mut self,
        (): (),
        reply: ReplyTo<Pid>,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(cx.pid());
        Ok(())
    }
}

#[tokio::test]
async fn what_a_child_does_in_its_first_poll_is_its_own_doing_and_not_its_supervisors() {
    let runtime = runtime();
    for (first, expected) in [
        (First::Ready, Ok(true)),
        (First::Waits, Ok(true)),
        (First::Ignores, Ok(false)),
        (First::Fails, Err("custom")),
        (First::Panics, Err("panic")),
        (First::KillsItself, Err("killed")),
    ] {
        let spec = SupervisorSpec::new(Strategy::OneForOne);
        let supervisor = runtime.supervisor(spec).start().await.expect("it starts");
        let before = runtime.n_processes();
        let child = ChildSpec::server::<Beginner>("child", move || first);
        let found = match supervisor.start_child(child).await {
            Ok(Some(pid)) => {
                let child = runtime.process::<Beginner>(pid).expect("it runs");
                assert_eq!(child.call((), SOON).await, Ok(pid), "{first:?}: it hears");
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(SupervisorError::Start(refused)) => Err(refused.reason().kind()),
            Err(other) => panic!("{first:?}: {other}"),
        };
        assert_eq!(found, expected, "{first:?}");
        let left = runtime.n_processes() - before;
        assert_eq!(left, usize::from(found == Ok(true)), "{first:?}: what is left");
        assert!(supervisor.count_children().await.is_ok(), "{first:?}: the supervisor goes on");
    }
}
