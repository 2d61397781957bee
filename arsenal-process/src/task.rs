//! Tasks: any future as a process, so that it is listed, measured, suspended and killed.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

use pin_project_lite::pin_project;
use tokio::sync::oneshot;

use crate::carrier::run;
use crate::cell::{Core, Process, READY};
use crate::context::{Context, Next, NoProcess};
use crate::end::End;
use crate::gate::Gate;
use crate::mailbox::{Envelope, Typed};
use crate::panic::regardless;
use crate::server::{Info, ReplyTo, Server, Stop};
use crate::spawn::{StartError, admit};
use crate::{ExitReason, Kind, MonitorRef, Pid, Runtime, Start};

/// A task about to be spawned.
pub type TaskStart = Start<NewTask>;

/// What is to be started is a task.
#[derive(Debug)]
pub struct NewTask;

impl TaskStart {
    /// Traps exits from the start on: they arrive in [`TaskContext::next`], but for that of the
    /// scope's supervisor, with which the task ends.
    pub fn trap_exits(mut self) -> Self {
        self.birth.trapping();
        self
    }

    /// Spawns the future; the process ends normally with it.
    ///
    /// # Errors
    ///
    /// [`StartError`] says why there is no process.
    pub fn spawn<F>(self, future: F) -> Result<TaskHandle<F::Output>, StartError>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.spawn_with(|_cx| async { Ok(future.await) })
    }

    /// Spawns what `body` makes of the task's own context: it can link, monitor and trap exits,
    /// and choose its exit reason. `body` is called inside the process.
    ///
    /// # Errors
    ///
    /// [`StartError`] says why there is no process.
    pub fn spawn_with<B, F, T>(self, body: B) -> Result<TaskHandle<T>, StartError>
    where
        B: FnOnce(TaskContext) -> F + Send + 'static,
        F: Future<Output = Result<T, ExitReason>> + Send + 'static,
        T: Send + 'static,
    {
        let process = admit(self.node, Kind::Task, self.birth, |core: Core, bound| {
            Typed::<NoMessages>::new(core, bound, None)
        })?;
        let (give, output) = oneshot::channel();
        let cx = TaskContext(Context::new(Arc::clone(&process)));
        let task = Running { give: Some(give), stage: Stage::Made { start: Some((body, cx)) } };
        process.core.set(READY);
        run(&process.core.node, Gate::new(task, process.clone(), None));
        Ok(TaskHandle { process, output, end: None })
    }
}

pin_project! {
    /// What Tokio polls for a task.
    struct Running<B, F, T> {
        give: Option<oneshot::Sender<T>>,
        #[pin]
        stage: Stage<B, F>,
    }
}

pin_project! {
    /// The service's own code, all of it behind the gate: making the future can panic as well as
    /// polling it. One is held after the other, so that a task holds its captures once.
    #[project = StageNow]
    enum Stage<B, F> {
        Made { start: Option<(B, TaskContext)> },
        Polled { #[pin] future: F },
    }
}

impl<B, F, T> Future for Running<B, F, T>
where
    B: FnOnce(TaskContext) -> F,
    F: Future<Output = Result<T, ExitReason>>,
{
    type Output = ExitReason;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<ExitReason> {
        let mut this = self.project();
        if let StageNow::Made { start } = this.stage.as_mut().project()
            && let Some((body, context)) = start.take()
        {
            let future = body(context);
            this.stage.set(Stage::Polled { future });
        }
        // Without a future, making it has panicked, and the gate polls no more.
        let StageNow::Polled { future } = this.stage.project() else { return Poll::Pending };
        Poll::Ready(match ready!(future.poll(cx)) {
            Ok(value) => {
                // Nobody has to want the output.
                regardless(|| _ = this.give.take().map(|give| give.send(value)));
                ExitReason::Normal
            }
            Err(reason) => reason,
        })
    }
}

/// A spawned task. Await it for its output; dropping it lets the task run on.
pub struct TaskHandle<T> {
    pub(crate) process: Arc<dyn Process>,
    output: oneshot::Receiver<T>,
    end: Option<End>,
}

impl<T> TaskHandle<T> {
    /// The task's pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.process.core().pid
    }
}

impl<T> Future for TaskHandle<T> {
    /// The output, or why there is none. It comes when the exit reason is published.
    type Output = Result<T, ExitReason>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let end = this.end.get_or_insert_with(|| End::of(Arc::clone(&this.process)));
        let reason = ready!(end.poll_reached(cx));
        Poll::Ready(this.output.try_recv().map_err(|_no_output| reason))
    }
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TaskHandle").field(&self.pid()).finish()
    }
}

/// A task's own process, seen from inside.
pub struct TaskContext(pub(crate) Context<NoMessages>);

impl TaskContext {
    /// The task's pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.0.pid()
    }

    /// The runtime, as narrow as the scope that the task runs in.
    #[must_use]
    pub fn runtime(&self) -> Runtime {
        self.0.runtime()
    }

    /// Has exit signals arrive in [`Self::next`], but for that of the scope's supervisor, with
    /// which the task ends.
    pub fn trap_exits(&mut self) {
        self.0.trap_exits();
    }

    /// Has exit signals end the task again.
    pub fn obey_exits(&mut self) {
        self.0.obey_exits();
    }

    /// Links the task with another process.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] if the other has ended, never was, or lies outside of the scope.
    pub fn link(&mut self, pid: Pid) -> Result<(), NoProcess> {
        self.0.link(pid)
    }

    /// Takes the link away, if there is one.
    pub fn unlink(&mut self, pid: Pid) {
        self.0.unlink(pid);
    }

    /// Asks for [`Info::Down`] when the process ends: at once if it has, or never was.
    pub fn monitor(&mut self, pid: Pid) -> MonitorRef {
        self.0.monitor(pid)
    }

    /// Takes the monitor away, and its down message with it if that has arrived.
    pub fn demonitor(&mut self, monitor: MonitorRef) {
        self.0.demonitor(monitor);
    }

    /// Waits for the next trapped exit, down message or plain message.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future loses no message.
    pub async fn next(&mut self) -> Info {
        poll_fn(|cx| {
            loop {
                match ready!(self.0.poll_next(cx)) {
                    Next::Message(Envelope::Info(info)) => return Poll::Ready(info),
                    Next::Message(Envelope::Call(call, _)) => match call {},
                    Next::Message(Envelope::Cast(cast)) => match cast {},
                    // Only servers are stopped in order; a task gets the exit as a message.
                    Next::Stop(_) => {}
                }
            }
        })
        .await
    }
}

/// The messages of a task: none of its own.
pub(crate) enum NoMessages {}

impl Server for NoMessages {
    type Args = Infallible;
    type Call = Infallible;
    type Reply = Infallible;
    type Cast = Infallible;

    async fn init(args: Infallible, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        match args {}
    }

    async fn handle_call(
        &mut self,
        call: Infallible,
        _reply: ReplyTo<Infallible>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        match call {}
    }
}

/// What the output of a supervised task means for its exit.
pub trait TaskOutput: Send + 'static {
    /// The exit reason.
    ///
    /// # Errors
    ///
    /// Any reason but the normal one.
    fn into_exit(self) -> Result<(), ExitReason>;
}

impl TaskOutput for () {
    fn into_exit(self) -> Result<(), ExitReason> {
        Ok(())
    }
}

impl<E: Into<ExitReason> + Send + 'static> TaskOutput for Result<(), E> {
    fn into_exit(self) -> Result<(), ExitReason> {
        self.map_err(Into::into)
    }
}
