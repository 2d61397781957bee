//! Rule 16 and the signals that a program is ended by: a program of its own is signalled.
//!
//! The program is this one, started again with only the test that plays its part.

use std::env;
use std::future::{pending, poll_fn};
use std::io::{BufRead, BufReader};
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::Poll;
use std::time::Duration;

use arsenal_process::{
    ChildSpec, Context, ExitReason, ReplyTo, Server, ShutdownReport, StartError, Stop,
    SupervisorError, Terminated,
};
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::probe::{SOON, runtime, until};

/// Set for the program that is signalled.
const SIGNALLED: &str = "ARSENAL_PROCESS_SIGNALLED";

/// Says on standard error that it ends, if it is stopped in order.
struct Orderly(&'static str);

impl Server for Orderly {
    type Args = &'static str;
    type Call = ();
    type Reply = ();
    type Cast = ();

    async fn init(id: &'static str, cx: &mut Context<Self>) -> Result<Self, Stop> {
        cx.trap_exits();
        Ok(Self(id))
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

    async fn terminate(&mut self, reason: &ExitReason, _cx: &mut Context<Self>) {
        eprintln!("{} ends {}", self.0, reason.kind());
    }
}

#[test]
fn sigterm_and_sigint_stop_the_node_in_reverse_order() {
    let cases = [("TERM", "Terminate"), ("INT", "Interrupt")];
    for (signal, name) in cases {
        let mut program = Command::new(env::current_exe().unwrap())
            .args(["--exact", "signals::the_signalled_program_waits_for_its_end", "--nocapture"])
            .env(SIGNALLED, "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert_eq!(lines.next().as_deref(), Some("listens"));
        let kill = format!("kill -{signal} {}", program.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let said: Vec<String> = lines.collect();
        let done = format!("{name}, 0 killed, 0 still running");
        assert_eq!(said, ["second ends shutdown", "first ends shutdown", &done], "{signal}");
        assert!(program.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn a_program_whose_root_has_given_up_is_not_kept_waiting_for_a_signal() {
    let program = Command::new(env::current_exe().unwrap())
        .args(["--exact", "signals::the_program_ends_with_its_root", "--nocapture"])
        .env(SIGNALLED, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&program.stderr);
    assert!(program.status.success() && said.contains("ends with its root"), "{said}");
}

/// The program that the test above starts: one that listens to signals does so until its end.
#[tokio::test(start_paused = true)]
async fn the_program_ends_with_its_root() {
    if env::var_os(SIGNALLED).is_none() {
        return;
    }
    let runtime = runtime();
    let outside = runtime.spawn_task("outside", pending::<()>()).unwrap();
    let root = runtime.root().unwrap().pid();
    let broken = || async {
        yield_now().await;
        Err::<(), _>(ExitReason::custom("broken"))
    };
    let mut shutdown = pin!(runtime.shutdown_on_signal(SOON));
    assert!(poll_fn(|cx| Poll::Ready(shutdown.as_mut().poll(cx).is_pending())).await);
    runtime.supervised("poller", broken).await.unwrap();
    until("the root gives up", || runtime.root().is_err()).await;
    let refused = runtime.supervised("another", || async {}).await.unwrap_err();
    let no_root = SupervisorError::Start(StartError::NoLink { pid: root });
    assert_eq!(refused, no_root, "it does not say that somebody shuts down");
    let (cause, report) = timeout(SOON, shutdown).await.expect("no signal is waited for").unwrap();
    assert_eq!((cause, report), (Terminated::RootEnded, ShutdownReport::default()));
    assert_eq!((outside.await, runtime.n_processes()), (Err(ExitReason::Shutdown), 0));
    eprintln!("ends with its root");
}

/// The program that the first test starts; without that, there is nobody to signal it.
#[tokio::test]
async fn the_signalled_program_waits_for_its_end() {
    if env::var_os(SIGNALLED).is_none() {
        return;
    }
    let runtime = runtime();
    let root = runtime.root().unwrap();
    for id in ["first", "second"] {
        root.start_child(ChildSpec::server::<Orderly>(id, move || id)).await.unwrap();
    }
    let mut shutdown = pin!(runtime.shutdown_on_signal(Duration::from_secs(10)));
    // Its first poll begins to listen; only then the signal may come.
    let early = poll_fn(|cx| Poll::Ready(shutdown.as_mut().poll(cx).is_ready())).await;
    assert!(!early);
    eprintln!("listens");
    let bound = Duration::from_secs(60);
    let (signal, report) = tokio::time::timeout(bound, shutdown).await.unwrap().unwrap();
    let (killed, still) = (report.killed.len(), report.still_running.len());
    eprintln!("{signal:?}, {killed} killed, {still} still running");
}
