//! What an entry point is given, and what it gives: something that can be started.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use arsenal_process::{
    Pid, ProcessName, Runtime, Server, ServerStart, Start, StartError, Started, Starter,
    SupervisorSpec, SupervisorStart, TaskContext, TaskOutput, TaskStart,
};

/// How long a server's `init`, or a supervisor's children, may take. Who starts something by name
/// from outside is answered within the time of its call, and a supervisor goes on with its work.
pub const READY_WITHIN: Duration = Duration::from_secs(30);

/// What an entry point is given: the program's state, and the place to start in.
pub struct StartContext<'a, S> {
    pub(super) way: Way<'a>,
    pub(super) state: &'a S,
}

/// Where a process is started.
#[derive(Clone, Copy)]
pub(super) enum Way<'a> {
    /// Outside of any supervisor.
    Alone(&'a Runtime),
    /// As a child.
    Child(&'a Starter),
}

impl<S> StartContext<'_, S> {
    /// What the program handed over for this entry point.
    #[must_use]
    pub fn state(&self) -> &S {
        self.state
    }

    /// The runtime, as narrow as the place to start in.
    #[must_use]
    pub fn runtime(&self) -> Runtime {
        match self.way {
            Way::Alone(runtime) => runtime.clone(),
            Way::Child(starter) => starter.runtime(),
        }
    }

    /// A server. It has [`READY_WITHIN`] to start, or less if that is asked for.
    pub fn server<V: Server>(&self, args: V::Args) -> ServerStart<V> {
        match self.way {
            // Nobody but who waits would be told of it; a child is in its supervisor's list.
            Way::Alone(runtime) => runtime.server(args).kill_on_drop(),
            Way::Child(starter) => starter.server(args),
        }
    }

    /// A task; see [`Startable::task`].
    pub fn task(&self) -> TaskStart {
        match self.way {
            Way::Alone(runtime) => runtime.task(),
            Way::Child(starter) => starter.task(),
        }
    }

    /// A supervisor. Its children have [`READY_WITHIN`] to start, or less if that is asked for.
    pub fn supervisor(&self, spec: SupervisorSpec) -> SupervisorStart {
        match self.way {
            Way::Alone(runtime) => runtime.supervisor(spec).kill_on_drop(),
            Way::Child(starter) => starter.supervisor(spec),
        }
    }
}

impl<S> fmt::Debug for StartContext<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StartContext")
    }
}

/// Something that can be started: a server, a task or a supervisor.
pub struct Startable(Box<dyn FnOnce(Marks) -> Starting + Send>);

type Starting = Pin<Box<dyn Future<Output = Result<Started, StartError>> + Send>>;

/// What whoever starts a process says of it.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// The entry point that it is started by.
    pub entry_point: Option<&'static str>,
    /// The name that it is registered under.
    pub name: Option<ProcessName>,
    /// The process that it is linked with in the same step.
    pub link: Option<Pid>,
}

impl Marks {
    /// The start with the marks on it.
    fn on<W>(self, mut start: Start<W>) -> Start<W> {
        if let Some(entry_point) = self.entry_point {
            start = start.entry_point(entry_point);
        }
        if let Some(name) = self.name {
            start = start.name(name);
        }
        if let Some(pid) = self.link {
            start = start.link(pid);
        }
        start
    }
}

impl Startable {
    /// A task: the process ends with what `body` makes of its context.
    pub fn task<B>(start: TaskStart, body: B) -> Self
    where
        B: TaskBody,
    {
        Self(Box::new(move |marks| {
            let start = marks.on(start);
            let spawned = start.spawn_with(|cx| {
                let running = body.run(cx);
                async move { running.await.into_exit() }
            });
            Box::pin(std::future::ready(spawned.map(|handle| Started::from(&handle))))
        }))
    }

    /// Starts it.
    pub(crate) fn start(self, marks: Marks) -> Starting {
        (self.0)(marks)
    }
}

/// What a task runs: any function of its context to a future.
pub trait TaskBody: Send + 'static {
    /// The future.
    type Future: Future<Output: TaskOutput> + Send + 'static;

    /// Makes the future.
    fn run(self, cx: TaskContext) -> Self::Future;
}

impl<B, F> TaskBody for B
where
    B: FnOnce(TaskContext) -> F + Send + 'static,
    F: Future<Output: TaskOutput> + Send + 'static,
{
    type Future = F;

    fn run(self, cx: TaskContext) -> F {
        self(cx)
    }
}

impl<V: Server> From<ServerStart<V>> for Startable {
    fn from(start: ServerStart<V>) -> Self {
        Self(Box::new(move |marks| {
            let start = marks.on(start).ready_within(READY_WITHIN);
            Box::pin(async move { start.start().await.map(|server| Started::from(&server)) })
        }))
    }
}

impl From<SupervisorStart> for Startable {
    fn from(start: SupervisorStart) -> Self {
        Self(Box::new(move |marks| {
            let start = marks.on(start).ready_within(READY_WITHIN);
            Box::pin(async move { start.start().await.map(|started| Started::from(&started)) })
        }))
    }
}

impl fmt::Debug for Startable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Startable")
    }
}
