//! Tasks of a service, and scoped handles.

use std::future::pending;
use std::time::Duration;

use arsenal_process::{
    Authority, ChildSpec, ExitReason, LookupError, MailboxBound, Restart, ScopeError, ScopeLimits,
    SendError, StartError, Strategy, SupervisorError, SupervisorSpec,
};

use crate::probe::{Log, Probe, SOON, args, probe, runtime, until};

#[tokio::test(start_paused = true)]
async fn a_task_is_one_line_and_gives_its_output() {
    let runtime = runtime();
    let task = runtime.spawn_task("sum", async { 1 + 1 }).unwrap();
    assert_eq!(runtime.whereis(&"sum".parse().unwrap()), Some(task.pid()));
    assert_eq!(task.await, Ok(2));
    assert_eq!(runtime.whereis(&"sum".parse().unwrap()), None);
    let task = runtime.spawn_task("boom", async { panic!("boom") }).unwrap();
    assert!(matches!(task.await, Err::<(), _>(ExitReason::Panic { .. })));
    let refused = runtime.spawn_task("0.1.0", async {}).unwrap_err();
    assert!(matches!(refused, StartError::Name(_)));
}

/// Notes the fields of each span.
#[derive(Clone, Default)]
struct Spans(Log);

impl tracing::Subscriber for Spans {
    fn enabled(&self, _metadata: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let mut fields = String::new();
        span.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            fields += &format!("{field}={value:?} ");
        });
        self.0.add(format!("{}: {fields}", span.metadata().name()));
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _span: &tracing::span::Id, _values: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _span: &tracing::span::Id, _follows: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        self.0.add(format!("event {}", event.metadata().level()));
    }

    fn enter(&self, _span: &tracing::span::Id) {
        self.0.add("in");
    }

    fn exit(&self, _span: &tracing::span::Id) {
        self.0.add("out");
    }
}

/// Has this thread tell the spans. Where there is but one subscriber, `tracing` asks whichever
/// thread is first whether it listens; so there are two.
fn listen(spans: &Spans) -> (tracing::subscriber::DefaultGuard, tracing::Dispatch) {
    let another = tracing::Dispatch::new(spans.clone());
    (tracing::subscriber::set_default(spans.clone()), another)
}

#[tokio::test(start_paused = true)]
async fn what_a_process_logs_stands_in_a_span_with_its_pid_and_its_name() {
    let (runtime, spans) = (runtime(), Spans::default());
    let (_listens, _another) = listen(&spans);
    let task = runtime.spawn_task("poller", async { tracing::info!("polled") }).unwrap();
    let pid = task.pid();
    task.await.unwrap();
    let span = format!("process: pid={pid} name=\"poller\" ");
    assert_eq!(spans.0.take(), [&span, "in", "event INFO", "out"]);
}

/// Logs when it is dropped.
struct Farewell;

impl Drop for Farewell {
    fn drop(&mut self) {
        tracing::info!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_process_holds_is_dropped_in_its_span() {
    let (runtime, spans) = (runtime(), Spans::default());
    let (_listens, _another) = listen(&spans);
    let held = Farewell;
    let task = runtime.spawn_task("holder", async move {
        let _held = held;
        pending::<()>().await;
    });
    until("it waits", || spans.0.count() == 3).await;
    spans.0.take();
    runtime.kill(task.unwrap().pid(), SOON, Authority::Ordinary).await.unwrap();
    assert_eq!(spans.0.take(), ["in", "event INFO", "out"]);
}

#[tokio::test(start_paused = true)]
async fn a_supervised_task_comes_back_until_it_is_done() {
    let (runtime, log) = (runtime(), Log::default());
    let inside = log.clone();
    let make = move || {
        let log = inside.clone();
        async move {
            log.add("runs");
            if log.count() < 3 { Err(std::fmt::Error) } else { Ok(()) }
        }
    };
    let first = runtime.supervised("poller", make).await.unwrap();
    let name = "poller".parse().unwrap();
    until("its end", || runtime.whereis(&name).is_none()).await;
    assert!(runtime.past(first).unwrap().restarted_as.is_some());
    assert_eq!(log.take(), ["runs"; 3]);
    let root = runtime.root().unwrap();
    assert_eq!(root.count_children().await.unwrap().active, 0);
    let doubled = runtime.supervised("poller", || async {}).await;
    assert_eq!(doubled, Err(SupervisorError::AlreadyPresent { id: "poller".into() }));
}

#[tokio::test(start_paused = true)]
async fn a_narrowed_handle_sees_starts_and_links_only_inside() {
    let (runtime, log) = (runtime(), Log::default());
    let outside = probe(&runtime, args("outside", &log)).await;
    let inner = SupervisorSpec::new(Strategy::OneForOne).child(crate::probe::child("old", &log));
    let inner = runtime.supervisor(inner).start().await.unwrap();
    let narrow = runtime.narrowed(inner.pid(), ScopeLimits::default()).unwrap();
    assert_eq!(narrow.n_processes(), 2, "the supervisor and the child that was there");
    assert_eq!(narrow.root().unwrap().pid(), inner.pid());
    assert!(narrow.info(outside.pid()).is_err());
    assert!(matches!(narrow.process::<Probe>(&outside), Err(LookupError::NoProcess(_))));
    let inside = probe(&narrow, args("inside", &log)).await;
    assert!(narrow.link(inside.pid(), outside.pid()).is_err());
    inside.cast(crate::probe::Do::Link(outside.pid())).unwrap();
    assert!(matches!(inside.ended().await, ExitReason::Error { .. }));
    let later = narrow.root().unwrap().start_child(crate::probe::child("later", &log)).await;
    assert!(narrow.info(later.unwrap().unwrap()).is_ok(), "what a member starts is inside");
    let loose = probe(&narrow, args("loose", &log)).await;
    runtime.kill(inner.pid(), SOON, Default::default()).await.unwrap();
    assert_eq!(loose.ended().await, ExitReason::Killed, "it ends with its scope");
    assert!(outside.is_alive());
}

#[tokio::test(start_paused = true)]
async fn a_narrowed_handle_keeps_its_limits() {
    let (runtime, log) = (runtime(), Log::default());
    let within = Duration::from_secs(10);
    let cases = [
        (
            ScopeLimits { processes_max: Some(2), ..ScopeLimits::default() },
            ScopeError::TooManyProcesses { max: 2 },
        ),
        (
            ScopeLimits { starts_max: Some((1, within)), ..ScopeLimits::default() },
            ScopeError::TooManyStarts { max: 1, within },
        ),
    ];
    for (limits, expected) in cases {
        let top = SupervisorSpec::new(Strategy::OneForOne);
        let top = runtime.supervisor(top).start().await.unwrap();
        let narrow = runtime.narrowed(&top, limits).unwrap();
        let first = narrow.task().spawn(std::future::pending::<()>()).unwrap();
        let refused = narrow.task().spawn(async {}).unwrap_err();
        assert_eq!(refused, StartError::Scope(expected));
        tokio::time::advance(within * 2).await;
        runtime.kill(first.pid(), SOON, Default::default()).await.unwrap();
        assert!(narrow.task().spawn(async {}).is_ok(), "there is room again");
    }
    let top = SupervisorSpec::new(Strategy::OneForOne);
    let top = runtime.supervisor(top).start().await.unwrap();
    let limits = ScopeLimits {
        allowed_starts: Some(["good".to_owned()].into()),
        mailbox_max: Some(3),
        ..ScopeLimits::default()
    };
    let narrow = runtime.narrowed(&top, limits).unwrap();
    let start = || narrow.server::<Probe>(args("p", &log)).mailbox(MailboxBound::Unbounded);
    assert!(matches!(start().start().await, Err(StartError::Scope(_))));
    assert!(matches!(start().entry_point("bad").start().await, Err(StartError::Scope(_))));
    let good = start().entry_point("good").start().await.unwrap();
    assert_eq!(narrow.info(&good).unwrap().mailbox_capacity.known(), Some(Some(3)));
    let limits = ScopeLimits { messages_per_second: Some(2), ..ScopeLimits::default() };
    let paced = narrow.narrowed(&top, limits).unwrap();
    let good = paced.server::<Probe>(args("q", &log)).entry_point("good").start().await.unwrap();
    let note = || good.cast(crate::probe::Do::Note("note".to_owned()));
    assert_eq!((note().is_ok(), note().is_ok()), (true, true));
    let early = Duration::from_millis(500);
    assert!(matches!(note(), Err(SendError::TooFast { early: by, .. }) if by == early));
    good.cast_within(crate::probe::Do::Note("late".to_owned()), early).await.unwrap();
    let child = ChildSpec::task("t", || async {}).restart(Restart::Temporary);
    let refused = narrow.root().unwrap().start_child(child.clone().entry_point("bad")).await;
    assert!(matches!(refused, Err(SupervisorError::Start(StartError::Scope(_)))), "{refused:?}");
    assert!(narrow.root().unwrap().start_child(child.entry_point("good")).await.is_ok());
}
