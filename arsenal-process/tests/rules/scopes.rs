//! Narrowed handles: what they hear, trace, link, count and refuse.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, Event, ExitReason, Heard, Info, Measure, Pid, Runtime, ScopeError,
    ScopeLimits, ShutdownError, StartError, Strategy, SupervisorError, SupervisorRef,
    SupervisorSpec, TraceKind, TraceOptions, Traced,
};

use tokio::time::timeout;

use crate::probe::{
    Do, Log, Probe, SOON, args, child, crash, failure, pid_of, probe, runtime, settle, trapping,
    until,
};

async fn narrowed(runtime: &Runtime, limits: ScopeLimits) -> (Runtime, SupervisorRef) {
    let spec = SupervisorSpec::new(Strategy::OneForOne);
    let top = runtime.supervisor(spec).start().await.expect("the supervisor starts");
    let narrow = runtime.narrowed(&top, limits).expect("the supervisor lives");
    (narrow, top)
}

#[tokio::test(start_paused = true)]
async fn a_narrowed_handle_hears_and_traces_only_what_happens_inside() {
    let (runtime, log) = (runtime(), Log::default());
    let (narrow, _top) = narrowed(&runtime, ScopeLimits::default()).await;
    let kinds = vec![TraceKind::Exited, TraceKind::Received];
    let mut trace = narrow.trace(TraceOptions { kinds, ..TraceOptions::default() });
    let mut events = narrow.events();
    let outside = probe(&runtime, args("outside", &log)).await;
    let inside = probe(&narrow, args("inside", &log)).await;
    for server in [&outside, &inside] {
        runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
        runtime.resume(server.pid()).unwrap();
        server.cast(failure()).unwrap();
        server.ended().await;
    }
    let mut heard = Vec::new();
    for _ in 0..4 {
        let Some(Heard::Event(event)) = events.next().await else { panic!("no event") };
        heard.push(event);
    }
    let (pid, reason) = (inside.pid(), ExitReason::custom("broken"));
    assert!(matches!(heard[0], Event::Spawned { pid: spawned, .. } if spawned == pid));
    let expected = [
        Event::Suspended { pid },
        Event::Resumed { pid },
        Event::Exited { pid, name: None, reason: reason.clone() },
    ];
    assert_eq!(heard[1..], expected);
    for _ in 0..2 {
        let event = trace.next().await.unwrap();
        assert_eq!(event.pid, pid);
        assert!(matches!(event.what, Traced::Received { .. } | Traced::Exited { .. }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_narrowed_handle_does_not_shut_the_node_down() {
    let runtime = runtime();
    let (narrow, top) = narrowed(&runtime, ScopeLimits::default()).await;
    let refused = narrow.shutdown(Duration::ZERO).await;
    let supervisor = top.pid();
    assert!(
        matches!(refused, Err(ShutdownError::Narrowed { supervisor: own }) if own == supervisor)
    );
    assert!(narrow.task().spawn(async {}).is_ok(), "the node is not closing");
}

#[tokio::test(start_paused = true)]
async fn what_is_started_inside_ends_with_the_scopes_supervisor_however_that_ends() {
    for reason in [ExitReason::Normal, ExitReason::Shutdown, ExitReason::Killed] {
        let (runtime, log) = (runtime(), Log::default());
        let (narrow, top) = narrowed(&runtime, ScopeLimits::default()).await;
        let server = probe(&narrow, args("server", &log)).await;
        let traps = probe(&narrow, trapping("traps", &log)).await;
        let task = narrow.task().spawn(pending::<()>()).unwrap();
        let deaf = narrow.task().trap_exits().spawn(pending::<()>()).unwrap();
        let inner = narrow.supervisor(SupervisorSpec::new(Strategy::OneForOne)).start();
        let inner = inner.await.expect("the supervisor starts");
        let moved = narrow.task().trap_exits().link(inner.pid());
        let moved = moved.spawn(pending::<()>()).unwrap();
        narrow.narrowed(&inner, ScopeLimits::default()).expect("the supervisor lives");
        end(&runtime, &top, reason.clone()).await;
        for pid in [server.pid(), traps.pid(), task.pid(), deaf.pid(), inner.pid(), moved.pid()] {
            timeout(SOON, runtime.wait_end(pid)).await.expect("it ends").ok();
            assert_eq!(runtime.past(pid).expect("it is remembered").reason, reason, "{pid}");
        }
        assert!(log.has(&format!("traps ends {}", reason.kind())), "in order");
        assert_eq!(narrow.n_processes(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_linked_with_a_supervisor_from_outside_only_hears_of_its_end() {
    for reason in [ExitReason::Normal, ExitReason::Shutdown] {
        let runtime = runtime();
        let spec = SupervisorSpec::new(Strategy::OneForOne);
        let top = runtime.supervisor(spec).start().await.expect("the supervisor starts");
        let watcher = runtime.task().link(top.pid()).trap_exits();
        let watcher = watcher.spawn_with(|mut cx| async move { Ok(cx.next().await) }).unwrap();
        // What has the supervisor for its parent is moved in.
        runtime.narrowed(&top, ScopeLimits::default()).expect("the supervisor lives");
        end(&runtime, &top, reason.clone()).await;
        let heard = timeout(SOON, watcher).await.expect("it hears").expect("it lives");
        assert!(matches!(heard, Info::Exit { reason: told, .. } if told == reason));
    }
}

async fn end(runtime: &Runtime, top: &SupervisorRef, reason: ExitReason) {
    let ended = match reason {
        ExitReason::Killed => runtime.kill(top, SOON, Authority::Ordinary).await,
        _ => runtime.stop_in_order(top, reason, SOON, Authority::Ordinary).await,
    };
    ended.expect("the supervisor lives");
}

#[tokio::test(start_paused = true)]
async fn a_link_at_the_start_stays_inside_and_beside_that_to_the_supervisor() {
    let (runtime, log) = (runtime(), Log::default());
    let (narrow, top) = narrowed(&runtime, ScopeLimits::default()).await;
    let outside = probe(&runtime, args("outside", &log)).await;
    let first = probe(&narrow, args("first", &log)).await;
    let second = probe(&narrow, args("second", &log)).await;
    let start = |log: &Log| narrow.server::<Probe>(args("linked", log));
    let refused = start(&log).link(outside.pid()).start().await;
    assert_eq!(refused.unwrap_err(), StartError::NoLink { pid: outside.pid() });
    let both = start(&log).link(first.pid()).link(second.pid()).start().await.unwrap();
    let links = [top.pid(), first.pid(), second.pid()];
    assert_eq!(narrow.info(&both).unwrap().links, links);
    second.cast(failure()).unwrap();
    assert_eq!(both.ended().await, ExitReason::custom("broken"));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_linked_to_another_process_stays_its_supervisors() {
    let (runtime, log) = (runtime(), Log::default());
    let other = probe(&runtime, trapping("other", &log)).await;
    let (pid, inside) = (other.pid(), log.clone());
    let linked = ChildSpec::server_with::<Probe>("a", move |starter| {
        starter.server(args("a", &inside)).link(pid)
    });
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(linked);
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let old = pid_of(&supervisor, "a").await.unwrap();
    let info = runtime.info(old).unwrap();
    assert_eq!(
        (info.supervisor, info.links),
        (Some(supervisor.pid()), vec![pid, supervisor.pid()])
    );
    crash(&runtime, &supervisor, "a", failure()).await;
    settle(&other).await;
    assert!(log.has("other hears exit \"broken\""));
    assert_ne!(pid_of(&supervisor, "a").await, Some(old), "it is started again");
}

#[tokio::test(start_paused = true)]
async fn what_an_allowed_member_starts_is_covered_by_its_entry_point() {
    let (runtime, log) = (runtime(), Log::default());
    let allowed_starts = Some(["team".to_owned()].into());
    let limits = ScopeLimits { allowed_starts, ..ScopeLimits::default() };
    let (narrow, top) = narrowed(&runtime, limits).await;
    let inner = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log));
    let team = SupervisorSpec::new(Strategy::OneForOne)
        .child(child("b", &log))
        .child(ChildSpec::supervisor("inner", inner));
    let team = ChildSpec::supervisor_with("team", move |starter| {
        starter.supervisor(team.clone()).entry_point("team")
    });
    top.start_child(team).await.unwrap();
    assert_eq!(log.take(), ["b starts", "a starts"]);
    let refused = top.start_child(child("c", &log)).await;
    let uncovered = ScopeError::StartNotAllowed { entry_point: None };
    assert_eq!(refused, Err(SupervisorError::Start(StartError::Scope(uncovered))));
    let team = narrow.find_supervisor(pid_of(&top, "team").await.unwrap()).unwrap();
    let refused = team.start_child(child("d", &log).entry_point("bad")).await;
    let named = ScopeError::StartNotAllowed { entry_point: Some("bad".to_owned()) };
    assert_eq!(refused, Err(SupervisorError::Start(StartError::Scope(named))));
}

#[tokio::test(start_paused = true)]
async fn who_keeps_trying_is_let_in_when_the_window_has_passed() {
    let runtime = runtime();
    let within = Duration::from_secs(10);
    let limits = ScopeLimits { starts_max: Some((2, within)), ..ScopeLimits::default() };
    let (narrow, top) = narrowed(&runtime, limits.clone()).await;
    let wider = ScopeLimits { starts_max: Some((3, within)), ..ScopeLimits::default() };
    let inner = narrow.narrowed(&top, wider).unwrap();
    let mut n_started = 0;
    for _second in 0..22 {
        n_started += u32::from(inner.task().spawn(async {}).is_ok());
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    // Two at once, two more when these are past the window, and so on.
    assert_eq!(n_started, 4, "what the scope around refused uses up nothing either");
    let name = "held".parse::<arsenal_process::ProcessName>().unwrap();
    let holder = runtime.task().name(name.clone()).spawn(std::future::pending::<()>());
    let (narrow, _top) = narrowed(&runtime, limits).await;
    for _ in 0..5 {
        let refused = narrow.task().name(name.clone()).spawn(async {}).unwrap_err();
        assert_eq!(
            refused,
            StartError::NameTaken { name: name.clone(), holder: holder.as_ref().unwrap().pid() }
        );
    }
    assert!(narrow.task().spawn(async {}).is_ok(), "what did not come to be was no start");
}

#[tokio::test(start_paused = true)]
async fn a_narrowed_handle_lists_by_its_members() {
    let (runtime, log) = (runtime(), Log::default());
    let (narrow, top) = narrowed(&runtime, ScopeLimits::default()).await;
    let inner = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log));
    top.start_child(ChildSpec::supervisor("inner", inner)).await.unwrap();
    let inner = narrow.find_supervisor(pid_of(&top, "inner").await.unwrap()).unwrap();
    let innermost = narrow.narrowed(&inner, ScopeLimits::default()).unwrap();
    let named = innermost.server::<Probe>(args("n", &log)).name("n".parse().unwrap());
    let named = named.start().await.unwrap();
    let a = pid_of(&inner, "a").await.unwrap();
    assert_eq!(innermost.pids(), [inner.pid(), a, named.pid()]);
    assert_eq!(narrow.pids(), [top.pid(), inner.pid(), a, named.pid()]);
    assert_eq!(narrow.names(), [("n".parse().unwrap(), named.pid())]);
    assert_eq!(narrow.top(Measure::Age, usize::MAX).len(), 4);
    assert_eq!(runtime.n_processes(), 5);
    named.cast(Do::Exit(ExitReason::Normal)).unwrap();
    named.ended().await;
    assert_eq!((narrow.n_processes(), innermost.n_processes()), (3, 2));
    assert_eq!(narrow.names(), []);
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_in_a_scope_of_small_mailboxes_tries_a_failed_restart_again() {
    let (runtime, log) = (runtime(), Log::default());
    let limits = ScopeLimits { mailbox_max: Some(1), ..ScopeLimits::default() };
    let (narrow, _top) = narrowed(&runtime, limits).await;
    let n_starts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&n_starts);
    let child = ChildSpec::server_with::<Probe>("a", move |starter| {
        let n = counted.fetch_add(1, Ordering::Relaxed);
        let start = starter.server(args("a", &log));
        // The second start fails, for want of the process that it should be linked to.
        if n == 1 { start.link(Pid::new(u32::MAX, 1, 0)) } else { start }
    });
    let spec = SupervisorSpec::new(Strategy::OneForOne).intensity(10, SOON).child(child);
    let supervisor = narrow.supervisor(spec).start().await.unwrap();
    let pid = pid_of(&supervisor, "a").await.unwrap();
    // By the time of the retry the mailbox holds the news of what could not be linked.
    runtime.exit(pid, ExitReason::custom("broken")).unwrap();
    until("the third start", || n_starts.load(Ordering::Relaxed) == 3).await;
    assert!(pid_of(&supervisor, "a").await.is_some());
}
