//! Wakers are anybody's code: what one does, or does not do, costs nobody else.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use arsenal_process::{Authority, ExitReason, MailboxBound, Pid, Runtime, TraceOptions};
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::probe::{Ask, Do, Log, Probe, SOON, args, probe, runtime, settle, until};

/// Cannot wake anybody.
struct Broken;

impl Wake for Broken {
    fn wake(self: Arc<Self>) {
        panic!("the waker breaks");
    }
}

/// Has the future wait with a waker that panics.
fn wait_broken<F: Future>(future: Pin<&mut F>) {
    let waker = Waker::from(Arc::new(Broken));
    assert!(future.poll(&mut Context::from_waker(&waker)).is_pending());
}

#[tokio::test(start_paused = true)]
async fn a_waker_that_panics_does_not_end_the_server_that_answers() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    let mut call = pin!(server.call(Ask::Echo(7.into()), SOON));
    wait_broken(call.as_mut());
    settle(&server).await;
    assert_eq!(call.await, Ok(7.into()), "the reply is there");
    assert_eq!(log.take(), ["p starts"]);
}

#[tokio::test(start_paused = true)]
async fn a_waker_that_panics_does_not_end_the_server_that_has_room_again() {
    let (runtime, log) = (runtime(), Log::default());
    let start = runtime.server::<Probe>(args("p", &log)).mailbox(MailboxBound::Bounded(1));
    let server = start.start().await.unwrap();
    server.cast(Do::Note("first".to_owned())).unwrap();
    let mut cast = pin!(server.cast_within(Do::Note("second".to_owned()), SOON));
    wait_broken(cast.as_mut());
    until("the first one is taken", || log.has("first")).await;
    cast.await.unwrap();
    settle(&server).await;
    assert_eq!(log.take(), ["p starts", "first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn a_waker_that_panics_neither_ends_what_is_traced_nor_holds_up_the_end_of_the_trace() {
    let (runtime, log) = (runtime(), Log::default());
    let server = probe(&runtime, args("p", &log)).await;
    let mut trace = runtime.trace(TraceOptions { events_max: 1, ..TraceOptions::default() });
    wait_broken(pin!(trace.next()));
    // The sender is the test itself, and is not ended either.
    server.cast(Do::Nothing).unwrap();
    settle(&server).await;
    let began = tokio::time::Instant::now();
    assert!(trace.next().await.is_some() && trace.next().await.is_none());
    assert_eq!(began.elapsed(), Duration::ZERO, "the trace knows that it is full");
    assert_eq!(log.take(), ["p starts"]);
}

/// Sends to a process when it is dropped.
struct Comes {
    back: Runtime,
    to: Pid,
}

impl Wake for Comes {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Comes {
    fn drop(&mut self) {
        // The news of an end that was long ago.
        _ = self.back.monitor(self.to, Pid::new(u32::MAX, 1, 0));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a thread that hangs here is left behind")]
fn a_waker_may_come_back_to_the_mailbox_that_lets_go_of_it() {
    let (tell, told) = sync_channel(1);
    thread::spawn(move || {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let heard = tokio.block_on(async {
            let task = runtime().task().spawn_with(|mut cx| async move {
                for _ in 0..2 {
                    let waker = Waker::from(Arc::new(Comes { back: cx.runtime(), to: cx.pid() }));
                    let polled = pin!(cx.next()).poll(&mut Context::from_waker(&waker));
                    assert!(polled.is_pending());
                    // The mailbox has the last one.
                    drop(waker);
                }
                Ok(cx.next().await)
            });
            timeout(SOON, task.unwrap()).await
        });
        tell.send(format!("{heard:?}")).unwrap();
    });
    let heard = told.recv_timeout(Duration::from_secs(60)).expect("it does not wait for itself");
    assert!(heard.contains("Down"), "{heard}");
}

/// Polls its future only when that was woken, as a set of futures does.
struct OnlyWhenWoken<F>(Pin<Box<F>>, Arc<Flag>);

#[derive(Default)]
struct Flag {
    is_woken: AtomicBool,
    outer: Mutex<Option<Waker>>,
}

impl Flag {
    fn is_first_of(&self, outer: &Waker) -> bool {
        self.outer.lock().expect("nobody panics with it").replace(outer.clone()).is_none()
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        let outer = self.outer.lock().expect("nobody panics with it").clone();
        outer.expect("it was polled").wake();
    }
}

impl<F: Future> Future for OnlyWhenWoken<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let flag = Arc::clone(&self.1);
        let is_first = flag.is_first_of(cx.waker());
        if !is_first && !flag.is_woken.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        self.0.as_mut().poll(&mut Context::from_waker(&Waker::from(flag)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspend_in_the_middle_of_a_poll_loses_no_wake_up_inside() {
    let runtime = runtime();
    let task = runtime.task().trap_exits().spawn_with(|mut cx| async move {
        // As another thread would, while this poll goes on.
        cx.runtime().suspend(cx.pid(), Authority::Ordinary).unwrap();
        let next = Box::pin(async move { cx.next().await });
        Ok(format!("{:?}", OnlyWhenWoken(next, Arc::default()).await))
    });
    let task = task.unwrap();
    until("it is suspended", || runtime.resume(task.pid()).is_ok_and(|gated| gated.changed)).await;
    runtime.exit(task.pid(), ExitReason::custom("hello")).unwrap();
    let heard = timeout(SOON, task).await.expect("it is polled again").unwrap();
    assert!(heard.contains("hello"), "{heard}");
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "what is polled elsewhere is what is tested")]
async fn who_waits_elsewhere_for_a_suspended_process_is_not_polled_again_and_again() {
    let (runtime, n_polls) = (runtime(), Arc::new(AtomicU64::new(0)));
    let counted = Arc::clone(&n_polls);
    let task = runtime.task().trap_exits().spawn_with(|mut cx| async move {
        let elsewhere = tokio::spawn(async move {
            let mut next = pin!(cx.next());
            let next = poll_fn(|cx| {
                counted.fetch_add(1, Ordering::Relaxed);
                next.as_mut().poll(cx)
            });
            format!("{:?}", next.await)
        });
        Ok(elsewhere.await?)
    });
    let task = task.unwrap();
    until("it waits", || n_polls.load(Ordering::Relaxed) == 1).await;
    runtime.suspend(task.pid(), Authority::Ordinary).unwrap();
    runtime.exit(task.pid(), ExitReason::custom("hello")).unwrap();
    for _ in 0..100 {
        yield_now().await;
    }
    assert_eq!(n_polls.load(Ordering::Relaxed), 2, "once for the message");
    runtime.resume(task.pid()).unwrap();
    let heard = timeout(SOON, task).await.expect("it is polled when the gate opens").unwrap();
    assert!(heard.contains("hello"), "{heard}");
}

/// Runs the future on this thread, without Tokio.
fn alone<F: Future>(future: F) -> F::Output {
    struct Unparks(thread::Thread);

    impl Wake for Unparks {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unparks(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn a_wait_has_its_bound_also_where_there_are_no_timers() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let tokio = tokio.unwrap();
    let log = Log::default();
    let (runtime, server) = tokio.block_on(async {
        let runtime = runtime();
        let server = probe(&runtime, args("p", &log)).await;
        (runtime, server)
    });
    let call = || server.call(Ask::Keep, Duration::from_millis(1));
    let timeless = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for refused in [alone(call()), timeless.block_on(call())] {
        let text = format!("{refused:?}");
        assert!(text.contains("TimedOut"), "{text}");
    }
    let lasts = Duration::from_millis(1);
    let mut trace = runtime.trace(TraceOptions { lasts, ..TraceOptions::default() });
    assert!(alone(trace.next()).is_none());
    // What nobody drives any more does not keep anybody waiting.
    let mut trace = runtime.trace(TraceOptions::default());
    drop(tokio);
    while alone(trace.next()).is_some() {}
    assert_eq!(alone(server.ended()), ExitReason::Killed);
}
