//! Faults in the code of a service: each ends its own process and leaves nothing behind.

use std::future::pending;

use arsenal_process::{
    Authority, ChildSpec, Context, Ending, ExitReason, ReplyTo, Restart, Runtime, Server,
    StartError, Stop, Strategy, SupervisorError, SupervisorSpec, TaskContext,
};

use crate::probe::{Log, SOON, args, child, probe, runtime, until};

/// A message that cannot even be dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("boom");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_panic_when_they_are_dropped_hold_up_nobodys_end() {
    let (runtime, log) = (runtime(), Log::default());
    let watcher = probe(&runtime, args("watcher", &log)).await;
    let start = runtime.server::<crate::probe::Probe>(args("p", &log));
    let server = start.name("p".parse().unwrap()).start().await.unwrap();
    watcher.cast(crate::probe::Do::Monitor(server.pid())).unwrap();
    crate::probe::settle(&watcher).await;
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    for _ in 0..3 {
        server.info(Bomb).unwrap();
    }
    let ending = runtime.kill(server.pid(), SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(ending, Ending::Ended { pid: server.pid(), reason: ExitReason::Killed });
    crate::probe::settle(&watcher).await;
    assert!(log.has("watcher hears down killed"));
    assert_eq!(runtime.names(), []);
    assert_eq!(runtime.n_processes(), 2, "the root and the watcher");
}

#[tokio::test(start_paused = true)]
async fn messages_that_were_fetched_already_are_dropped_as_safely() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    server.cast(crate::probe::failure()).unwrap();
    for _ in 0..3 {
        server.info(Bomb).unwrap();
    }
    assert_eq!(server.ended().await, ExitReason::custom("broken"));
    assert_eq!(runtime.n_processes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_task_whose_making_panics_ends_like_one_whose_running_does() {
    let runtime = runtime();
    let start = |runtime: &Runtime| runtime.task().name("t".parse().unwrap());
    let task = start(&runtime).spawn_with(|_cx: TaskContext| -> std::future::Ready<_> {
        if true {
            panic!("no future");
        }
        std::future::ready(Ok(()))
    });
    let ended = task.unwrap().await;
    assert!(matches!(&ended, Err(ExitReason::Panic { message, .. }) if message == "no future"));
    assert_eq!(runtime.n_processes(), 1);
    let again: Result<_, StartError> = start(&runtime).spawn(async {});
    assert_eq!(again.unwrap().await, Ok(()), "the name is free");
}

/// A panic whose very payload panics when it is dropped.
struct Worse;

impl Drop for Worse {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_whose_payload_panics_when_it_is_dropped_is_a_panic_like_others() {
    let (runtime, log) = (runtime(), Log::default());
    let task = runtime.task().spawn(async { std::panic::panic_any(Bomb) }).unwrap();
    let ended: Result<(), ExitReason> = task.await;
    assert!(matches!(ended, Err(ExitReason::Panic { .. })), "{ended:?}");
    let server = probe(&runtime, args("p", &log)).await;
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    server.info(Worse).unwrap();
    let ending = runtime.kill(server.pid(), SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(ending, Ending::Ended { pid: server.pid(), reason: ExitReason::Killed });
    assert_eq!(runtime.n_processes(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_while_such_a_panic_unwinds_does_not_end_the_program() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    server.cast(crate::probe::Do::PanicWith(|| std::panic::panic_any(Bomb))).unwrap();
    server.info(Worse).unwrap();
    runtime.resume(server.pid()).unwrap();
    let reason = server.ended().await;
    assert!(matches!(reason, ExitReason::Panic { .. }), "{reason}");
    assert_eq!(runtime.n_processes(), 1);
}

/// A server whose state cannot be dropped.
struct Fragile {
    _state: Bomb,
}

impl Server for Fragile {
    type Args = ();
    type Call = ();
    type Reply = ();
    type Cast = ExitReason;

    async fn init((): (), _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self { _state: Bomb })
    }

    async fn handle_call(
        &mut self,
        (): (),
        reply: ReplyTo<()>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(());
        Ok(())
    }

    async fn handle_cast(
        &mut self,
        reason: ExitReason,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        Err(reason)
    }
}

#[tokio::test(start_paused = true)]
async fn a_destructor_that_panics_changes_no_exit_reason() {
    let runtime = runtime();
    for reason in [ExitReason::Normal, ExitReason::custom("broken")] {
        let server = runtime.server::<Fragile>(()).start().await.unwrap();
        server.cast(reason.clone()).unwrap();
        assert_eq!(server.ended().await, reason);
    }
    let server = runtime.server::<Fragile>(()).start().await.unwrap();
    runtime.kill(&server, SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(server.ended().await, ExitReason::Killed);
    // An output that nobody wants.
    let task = runtime.task().spawn(async { Bomb }).unwrap();
    let pid = task.pid();
    drop(task);
    until("it is done", || runtime.past(pid).is_some()).await;
    assert_eq!(runtime.past(pid).unwrap().reason, ExitReason::Normal);
}

/// A child whose specification holds what cannot be dropped.
fn with_a_bomb(id: &str) -> ChildSpec {
    let bomb = Bomb;
    ChildSpec::task(id, move || {
        let _held = &bomb;
        pending::<()>()
    })
}

#[tokio::test(start_paused = true)]
async fn a_specification_that_panics_when_it_is_dropped_ends_nobody() {
    let (runtime, log) = (runtime(), Log::default());
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log));
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    // Let go of with the child.
    let temporary = with_a_bomb("t").restart(Restart::Temporary);
    let pid = supervisor.start_child(temporary).await.unwrap().unwrap();
    runtime.kill(pid, SOON, Authority::Ordinary).await.unwrap();
    // Refused.
    let refused = supervisor.start_child(with_a_bomb("a")).await.unwrap_err();
    assert!(matches!(refused, SupervisorError::AlreadyStarted { .. }), "{refused}");
    assert_eq!(supervisor.count_children().await.unwrap().active, 1);
    // With the supervisor's own end, in order or not.
    let ways = [(true, ExitReason::Shutdown), (false, ExitReason::Killed)];
    for (in_order, reason) in ways {
        let supervisor = match in_order {
            true => supervisor.clone(),
            false => {
                let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("b", &log));
                runtime.supervisor(spec).start().await.unwrap()
            }
        };
        supervisor.start_child(with_a_bomb("t")).await.unwrap();
        let ending = match in_order {
            true => {
                let told = ExitReason::Shutdown;
                runtime.stop_in_order(&supervisor, told, SOON, Authority::Ordinary).await
            }
            false => runtime.kill(&supervisor, SOON, Authority::Ordinary).await,
        };
        assert_eq!(ending.unwrap(), Ending::Ended { pid: supervisor.pid(), reason });
        assert_eq!(runtime.n_processes(), 1, "{in_order}");
    }
}
