//! Rules 13 and 14: introspection, events, traces.

use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, Event, ExitReason, Fact, Heard, Kind, Measure, MessageKind, ProcessName,
    RuntimeConfig, Shutdown, Status, Strategy, SupervisorSpec, TraceKind, TraceOptions,
    TraceTarget, Traced,
};
use serde_json::json;

use crate::probe::{
    Ask, Do, Log, Probe, ProbeArgs, args, child, crash, failure, pid_of, probe, runtime, settle,
    trapping, until,
};

#[tokio::test(start_paused = true)]
async fn a_server_is_known_by_its_own_figures() {
    let (runtime, log) = (runtime(), Log::default());
    let start = runtime.server::<Probe>(args("p", &log)).name("p".parse().unwrap());
    let start = start.entry_point("probes.p").mailbox(arsenal_process::MailboxBound::Bounded(9));
    let server = start.start().await.unwrap();
    tokio::time::advance(Duration::from_secs(7)).await;
    server.cast(Do::Note("x".to_owned())).unwrap();
    assert_eq!(runtime.info(server.pid()).unwrap().mailbox_length, Fact::Known(1));
    server.info(5_u8).unwrap();
    settle(&server).await;
    let info = runtime.info(server.pid()).unwrap();
    assert_eq!((info.kind, info.status), (Kind::Server, Status::Waiting));
    assert_eq!(info.name.unwrap().as_str(), "p");
    assert_eq!(info.entry_point.as_deref(), Some("probes.p"));
    assert_eq!(info.mailbox_length, Fact::Known(0));
    assert_eq!(info.mailbox_capacity, Fact::Known(Some(9)));
    assert_eq!(info.messages_handled, Fact::Known(3));
    let kinds = vec![MessageKind::Call, MessageKind::Info, MessageKind::Cast];
    assert_eq!(info.last_messages, Fact::Known(kinds));
    assert_eq!(info.uptime, Duration::from_secs(7));
    assert!(Duration::ZERO < info.busy_time && info.busy_time < Duration::from_secs(5));
    assert!(2 <= info.polls);
    assert_eq!(info.restarts, Fact::Absent("it is no supervisor's child"));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_known_of_a_task_is_absent_with_its_reason() {
    let runtime = runtime();
    let task = runtime.spawn_task("idle", std::future::pending::<()>()).unwrap();
    let info = runtime.info(task.pid()).unwrap();
    assert_eq!(info.mailbox_length, Fact::Absent("a task reads no mailbox"));
    assert_eq!(info.children, Fact::Absent("it is no supervisor"));
    assert_eq!(info.kind, Kind::Task);
    let target = probe(&runtime, args("p", &Log::default())).await;
    let pid = target.pid();
    let idle = runtime.task().trap_exits().link(pid).spawn(std::future::pending::<()>()).unwrap();
    target.cast(failure()).unwrap();
    target.ended().await;
    let info = runtime.info(idle.pid()).unwrap();
    assert_eq!(info.mailbox_length, Fact::Known(1), "what waits is there, read or not");
}

#[tokio::test(start_paused = true)]
async fn busy_time_is_time_inside_poll() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    server.cast(Do::Wait(Duration::from_secs(3_600))).unwrap();
    settle(&server).await;
    let asked = server.call(Ask::Echo(json!(1)), Duration::from_secs(7_200)).await;
    assert_eq!(asked.unwrap(), json!(1));
    assert!(runtime.info(server.pid()).unwrap().busy_time < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn the_leaders_of_a_measure_come_first() {
    let (runtime, log) = (runtime(), Log::default());
    let mut servers = Vec::new();
    for n in 0..20 {
        let server = probe(&runtime, args("p", &log)).await;
        runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
        for _ in 0..n {
            server.cast(Do::Nothing).unwrap();
        }
        servers.push(server);
    }
    let top = runtime.top(Measure::MailboxLength, 3);
    let lengths: Vec<_> = top.iter().map(|info| info.mailbox_length).collect();
    assert_eq!(lengths, [Fact::Known(19), Fact::Known(18), Fact::Known(17)]);
    assert_eq!(runtime.top(Measure::Age, 1)[0].pid, runtime.root().unwrap().pid());
    assert_eq!(runtime.top(Measure::Polls, 0).len(), 0);
    assert_eq!(runtime.infos().len(), 21);
}

#[tokio::test(start_paused = true)]
async fn the_event_stream_tells_what_happens_and_what_was_missed() {
    let config = RuntimeConfig { events_max: 4, ..RuntimeConfig::default() };
    let runtime = arsenal_process::Runtime::start(config).unwrap();
    let log = Log::default();
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log));
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let old = pid_of(&supervisor, "a").await.unwrap();
    let mut events = runtime.events();
    crash(&runtime, &supervisor, "a", failure()).await;
    let new = pid_of(&supervisor, "a").await.unwrap();
    let reason = ExitReason::custom("broken");
    let expected = Event::Exited { pid: old, name: None, reason: reason.clone() };
    assert_eq!(events.next().await, Some(Heard::Event(expected)));
    let Some(Heard::Event(Event::Spawned { pid, .. })) = events.next().await else { panic!() };
    assert_eq!(pid, new);
    let (supervisor, child_id, old) = (supervisor.pid(), "a".into(), Some(old));
    let (sibling_of, manual) = (None, false);
    let expected = Event::Restarted { supervisor, child_id, old, new, reason, sibling_of, manual };
    assert_eq!(events.next().await, Some(Heard::Event(expected)));
    for _ in 0..6 {
        runtime.suspend(new, Authority::Ordinary).unwrap();
        runtime.resume(new).unwrap();
    }
    assert_eq!(events.next().await, Some(Heard::Missed(8)));
    assert_eq!(events.next().await, Some(Heard::Event(Event::Suspended { pid: new })));
}

#[tokio::test(start_paused = true)]
async fn the_event_stream_tells_of_a_slow_poll_a_resume_and_an_intensity_that_is_reached() {
    let config = RuntimeConfig { slow_poll: Duration::ZERO, ..RuntimeConfig::default() };
    let runtime = arsenal_process::Runtime::start(config).unwrap();
    let log = Log::default();
    let spec = SupervisorSpec::new(Strategy::OneForOne).intensity(0, Duration::from_secs(1));
    let supervisor = runtime.supervisor(spec.child(child("a", &log))).start().await.unwrap();
    let pid = pid_of(&supervisor, "a").await.unwrap();
    let mut events = runtime.events();
    runtime.suspend(pid, Authority::Ordinary).unwrap();
    runtime.resume(pid).unwrap();
    crash(&runtime, &supervisor, "a", failure()).await;
    supervisor.ended().await;
    let mut told = Vec::new();
    loop {
        let Some(Heard::Event(event)) = events.next().await else { panic!("{told:?}") };
        told.push(match event {
            Event::Suspended { pid: one } if one == pid => "suspended",
            Event::Resumed { pid: one } if one == pid => "resumed",
            Event::SlowPoll { pid: one, took } if one == pid && !took.is_zero() => "slow poll",
            Event::Exited { pid: one, .. } if one == pid => "exited",
            Event::IntensityReached { supervisor: one, child_id } => {
                assert_eq!((one, &*child_id), (supervisor.pid(), "a"));
                break;
            }
            _ => continue,
        });
        told.dedup();
    }
    assert_eq!(told, ["suspended", "resumed", "slow poll", "exited"]);
}

#[tokio::test(start_paused = true)]
async fn every_status_of_a_life_is_seen_with_its_child_id_and_its_bonds() {
    let (runtime, log) = (runtime(), Log::default());
    let inside = log.clone();
    let slow = ChildSpec::server::<Probe>("slow", move || ProbeArgs {
        init_takes: Duration::from_secs(10),
        terminate_takes: Duration::from_secs(10),
        ..trapping("slow", &inside)
    });
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(slow.shutdown(Shutdown::Infinity));
    let name: ProcessName = "top".parse().unwrap();
    let start = runtime.supervisor(spec).name(name.clone()).start();
    let top = runtime.spawn_task("starter", start).unwrap();
    until("the child", || 4 <= runtime.n_processes()).await;
    let pid = runtime.pids().pop().unwrap();
    until("its first poll", || 0 < runtime.info(pid).unwrap().polls).await;
    assert_eq!(runtime.status(pid), Ok(Status::Starting));
    let top = top.await.unwrap().unwrap();
    assert_eq!(runtime.status(pid), Ok(Status::Waiting));
    runtime.suspend(pid, Authority::Ordinary).unwrap();
    assert_eq!(runtime.status(pid), Ok(Status::Suspended));
    runtime.resume(pid).unwrap();
    let watched = probe(&runtime, args("watched", &log)).await;
    let monitor = runtime.monitor(pid, watched.pid()).unwrap();
    let info = runtime.info(pid).unwrap();
    assert_eq!((info.supervisor, info.child_id.as_deref()), (Some(top.pid()), Some("slow")));
    assert_eq!((info.links, info.monitors), (vec![top.pid()], vec![monitor]));
    assert_eq!((info.restarts, info.ending), (Fact::Known(0), None));
    let stopping = top.clone();
    let stop = async move { stopping.terminate_child("slow").await };
    let stopped = runtime.spawn_task("stopper", stop).unwrap();
    until("its stop", || runtime.status(pid) == Ok(Status::Stopping)).await;
    assert_eq!(stopped.await, Ok(Ok(())));
    assert!(runtime.status(pid).is_err());
    let again = top.recycle_child("slow").await.unwrap().new.unwrap();
    assert_eq!(runtime.info(again).unwrap().restarts, Fact::Known(1));
}

#[tokio::test(start_paused = true)]
async fn a_trace_follows_a_child_through_its_restart() {
    let (runtime, log) = (runtime(), Log::default());
    let spec = SupervisorSpec::new(Strategy::OneForOne).child(child("a", &log));
    let supervisor = runtime.supervisor(spec).start().await.unwrap();
    let old = pid_of(&supervisor, "a").await.unwrap();
    let target = TraceTarget::Processes(vec![old]);
    let mut trace = runtime.trace(TraceOptions { target, ..TraceOptions::default() });
    crash(&runtime, &supervisor, "a", failure()).await;
    let new = pid_of(&supervisor, "a").await.unwrap();
    runtime.process::<Probe>(new).unwrap().cast(Do::Nothing).unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        let event = trace.next().await.unwrap();
        seen.push((event.pid, event.what));
    }
    let server = std::any::type_name::<Probe>();
    let kind = MessageKind::Cast;
    let cast = || Traced::Received { from: None, kind, server, content: None };
    let expected = [
        (old, cast()),
        (old, Traced::Exited { reason: ExitReason::custom("broken") }),
        (new, Traced::Restarted { old }),
        (new, cast()),
    ];
    assert_eq!(seen, expected);
    tokio::time::advance(Duration::from_secs(120)).await;
    assert_eq!(trace.next().await, None, "its time is over");
}

#[tokio::test(start_paused = true)]
async fn a_trace_shows_what_messages_say_where_it_is_asked_and_they_are_json() {
    let (runtime, log) = (runtime(), Log::default());
    let open = runtime.server::<Probe>(args("open", &log)).json().start().await.unwrap();
    let shut = probe(&runtime, args("shut", &log)).await;
    let options = TraceOptions { kinds: vec![TraceKind::Received], ..TraceOptions::default() };
    let mut blind = runtime.trace(options.clone());
    let mut seeing = runtime.trace(TraceOptions { contents: true, ..options });
    open.cast(Do::Note("typed".to_owned())).unwrap();
    runtime.cast_json(&open, json!({ "note": "by wire" })).unwrap();
    runtime.call_json(&open, json!({ "echo": 1 }), crate::probe::SOON).await.unwrap();
    runtime.info_json(&open, json!([7])).unwrap();
    open.info(5_u8).unwrap();
    shut.cast(Do::Note("private".to_owned())).unwrap();
    let expected = [
        Some(json!({ "note": "typed" })),
        Some(json!({ "note": "by wire" })),
        Some(json!({ "echo": 1 })),
        Some(json!([7])),
        None,
        None,
    ];
    for expected in expected {
        let Traced::Received { content, .. } = seeing.next().await.unwrap().what else { panic!() };
        assert_eq!(content, expected);
        let Traced::Received { content, .. } = blind.next().await.unwrap().what else { panic!() };
        assert_eq!(content, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_trace_takes_messages_out_starts_links_exits_and_the_news_of_them() {
    let (runtime, log) = (runtime(), Log::default());
    let watcher = probe(&runtime, trapping("w", &log)).await;
    let other = probe(&runtime, args("o", &log)).await;
    let target = TraceTarget::Processes(vec![watcher.pid()]);
    let mut trace = runtime.trace(TraceOptions { target, ..TraceOptions::default() });
    watcher.cast(Do::Link(other.pid())).unwrap();
    watcher.cast(Do::Monitor(other.pid())).unwrap();
    watcher.cast(Do::Send(other.clone())).unwrap();
    settle(&watcher).await;
    runtime.task().link(watcher.pid()).spawn(async {}).unwrap().await.unwrap();
    other.cast(failure()).unwrap();
    other.ended().await;
    settle(&watcher).await;
    watcher.cast(failure()).unwrap();
    watcher.ended().await;
    let mut seen = Vec::new();
    while !seen.contains(&(None, "exited")) {
        seen.push(match trace.next().await.unwrap().what {
            Traced::Sent { to, kind: MessageKind::Cast, .. } => (to, "sent"),
            Traced::Sent { to: None, kind: MessageKind::Reply, .. } => continue,
            Traced::Received { from, kind: MessageKind::Exit, .. } => (from, "exit"),
            Traced::Received { from, kind: MessageKind::Down, .. } => (from, "down"),
            Traced::Received { .. } => continue,
            Traced::Linked { to } => (Some(to), "linked"),
            Traced::Spawned { .. } => (None, "spawned"),
            Traced::Exited { .. } => (None, "exited"),
            other => panic!("{other:?}"),
        });
    }
    let o = Some(other.pid());
    let mut expected = vec![(o, "linked"), (o, "sent"), (None, "spawned")];
    // The new task's link, and its normal end as a message.
    let task = seen.get(3).and_then(|(pid, _)| *pid);
    expected.extend([(task, "linked"), (task, "exit"), (o, "exit"), (o, "down")]);
    expected.push((None, "exited"));
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn a_trace_takes_replies_from_and_to_processes() {
    let (runtime, log) = (runtime(), Log::default());
    let server = runtime.server::<Probe>(args("p", &log)).json().start().await.unwrap();
    let kinds = vec![TraceKind::Sent, TraceKind::Received];
    let options = TraceOptions { kinds, contents: true, ..TraceOptions::default() };
    let mut trace = runtime.trace(options);
    let (asked, pid) = (server.clone(), server.pid());
    let caller = runtime.task().spawn(async move {
        let typed = asked.call(Ask::Echo(json!(1)), crate::probe::SOON).await;
        typed.expect("it replies")
    });
    let caller_pid = caller.as_ref().unwrap().pid();
    assert_eq!(caller.unwrap().await, Ok(json!(1)));
    runtime.call_json(&server, json!({ "echo": 2 }), crate::probe::SOON).await.unwrap();
    let name = std::any::type_name::<Probe>();
    let sent = |from, to, kind, content: serde_json::Value| {
        (from, Traced::Sent { to, kind, server: name, content: Some(content) })
    };
    let received = |from, to, kind, content: serde_json::Value| {
        (to, Traced::Received { from, kind, server: name, content: Some(content) })
    };
    let expected = [
        sent(caller_pid, Some(pid), MessageKind::Call, json!({ "echo": 1 })),
        received(Some(caller_pid), pid, MessageKind::Call, json!({ "echo": 1 })),
        sent(pid, Some(caller_pid), MessageKind::Reply, json!(1)),
        received(Some(pid), caller_pid, MessageKind::Reply, json!(1)),
        received(None, pid, MessageKind::Call, json!({ "echo": 2 })),
        sent(pid, None, MessageKind::Reply, json!(2)),
    ];
    for expected in expected {
        let event = trace.next().await.unwrap();
        assert_eq!((event.pid, event.what), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_trace_takes_a_message_once_and_only_if_it_was_taken_in() {
    let (runtime, log) = (runtime(), Log::default());
    let bound = arsenal_process::MailboxBound::Bounded(1);
    let start = runtime.server::<Probe>(args("p", &log)).mailbox(bound);
    let server = start.start().await.unwrap();
    let kinds = vec![TraceKind::Received, TraceKind::Exited];
    let mut trace = runtime.trace(TraceOptions { kinds, ..TraceOptions::default() });
    runtime.suspend(server.pid(), Authority::Ordinary).unwrap();
    server.cast(Do::Note("first".to_owned())).unwrap();
    server.cast(Do::Note("no room".to_owned())).unwrap_err();
    let (asked, gate, pid) = (server.clone(), runtime.clone(), server.pid());
    let caller = runtime.task().spawn(async move {
        // The mailbox is full at first, and opens while this waits.
        let opens = async { gate.resume(pid).map(drop).expect("it is there") };
        let asks = asked.call(Ask::Echo(json!(1)), crate::probe::SOON);
        tokio::join!(biased; asks, opens).0.expect("it replies")
    });
    caller.unwrap().await.unwrap();
    server.cast(failure()).unwrap();
    server.ended().await;
    server.cast(failure()).unwrap_err();
    let mut seen = Vec::new();
    while let Some(event) = trace.next().await {
        match event.what {
            Traced::Received { kind, .. } if event.pid == pid => seen.push(kind),
            Traced::Exited { .. } if event.pid == pid => break,
            _ => {}
        }
    }
    runtime.spawn_task("last", async {}).unwrap().await.unwrap();
    let Traced::Exited { .. } = trace.next().await.unwrap().what else { panic!("it was traced") };
    assert_eq!(seen, [MessageKind::Cast, MessageKind::Call, MessageKind::Cast]);
}

#[tokio::test(start_paused = true)]
async fn a_trace_is_filtered_sampled_limited_and_never_waits_for_its_reader() {
    let all = TraceOptions { kinds: vec![TraceKind::Received], ..TraceOptions::default() };
    let cases = [
        (TraceOptions { buffer: 10, ..all.clone() }, 10, 90),
        (TraceOptions { events_max: 7, ..all.clone() }, 7, 0),
        (TraceOptions { sample_every: 10, events_max: 10, ..all.clone() }, 10, 0),
        (TraceOptions { kinds: vec![TraceKind::Linked], ..all }, 0, 0),
    ];
    for (options, n_expected, n_dropped) in cases {
        let (runtime, log) = (runtime(), Log::default());
        let server = probe(&runtime, args("p", &log)).await;
        let mut trace = runtime.trace(options);
        for _ in 0..100 {
            server.cast(Do::Nothing).unwrap();
        }
        let mut n_seen = 0;
        while n_seen < n_expected && trace.next().await.is_some() {
            n_seen += 1;
        }
        assert_eq!((n_seen, trace.dropped()), (n_expected, n_dropped));
    }
}
