//! A script: a tree of supervisors and workers, and the steps that are done to it.
//!
//! Both sides run the same value. A process is meant by its path from the root, `a/b`; the root is
//! the empty path, a child of a simple_one_for_one supervisor has its number as the last part.

/// One test: the tree that is started first, and what happens then.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) root: Sup,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(crate) struct Sup {
    pub(crate) flags: Flags,
    /// In start order; the one template of a simple_one_for_one supervisor.
    pub(crate) children: Vec<Child>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Flags {
    pub(crate) strategy: Strategy,
    pub(crate) intensity: u32,
    pub(crate) period_s: u32,
    pub(crate) auto: Auto,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    OneForOne,
    OneForAll,
    RestForOne,
    Simple,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auto {
    Never,
    Any,
    All,
}

#[derive(Debug, Clone)]
pub(crate) struct Child {
    pub(crate) id: String,
    pub(crate) restart: Restart,
    pub(crate) shutdown: Shutdown,
    pub(crate) significant: bool,
    pub(crate) node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restart {
    Permanent,
    Transient,
    Temporary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shutdown {
    BrutalKill,
    AfterMs(u32),
    Infinity,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Worker(Worker),
    Sup(Sup),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Worker {
    /// The name it is registered under while it lives.
    pub(crate) name: Option<&'static str>,
    pub(crate) traps: bool,
    /// Its clean-up never returns.
    pub(crate) stuck: bool,
    /// How its first starts go; those after it succeed.
    pub(crate) starts: Vec<Start>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Ok,
    Fail,
    Panic,
    Ignore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Normal,
    Shutdown,
    ShutdownWith(&'static str),
    Custom(&'static str),
    /// Only of a signal: cannot be trapped.
    Kill,
}

pub(crate) type Path = String;

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The worker ends itself.
    Stop(Path, Reason),
    Panic(Path),
    /// An exit signal from a stranger.
    Exit(Path, Reason),
    /// A worker outside the tree, which traps exits or not.
    Spawn(Path, bool),
    /// The first links itself to the second.
    Link(Path, Path),
    Unlink(Path, Path),
    Monitor(Path, Path),
    Demonitor(Path, Path),
    /// Which incarnation answers?
    Ping(Path),
    Register(Path, &'static str),
    Unregister(Path, &'static str),
    Whereis(&'static str),
    StartChild(Path, Child),
    StartDynamic(Path, u32),
    TerminateChild(Path, String),
    TerminateDynamic(Path, u32),
    RestartChild(Path, String),
    DeleteChild(Path, String),
    Which(Path),
    Count(Path),
    Flags(Path, Flags),
    WaitMs(u32),
}

/// A supervisor whose children restart at most three times in a script.
pub(crate) fn sup(strategy: Strategy, children: impl IntoIterator<Item = Child>) -> Sup {
    let flags = Flags { strategy, intensity: 3, period_s: 100_000, auto: Auto::Never };
    Sup { flags, children: children.into_iter().collect() }
}

impl Sup {
    pub(crate) fn intensity(mut self, intensity: u32) -> Self {
        self.flags.intensity = intensity;
        self
    }

    pub(crate) fn within_s(mut self, period_s: u32) -> Self {
        self.flags.period_s = period_s;
        self
    }

    pub(crate) fn auto(mut self, auto: Auto) -> Self {
        self.flags.auto = auto;
        self
    }
}

/// A permanent worker that is given time enough to stop.
pub(crate) fn worker(id: &str) -> Child {
    Child {
        id: id.to_owned(),
        restart: Restart::Permanent,
        shutdown: Shutdown::AfterMs(5000),
        significant: false,
        node: Node::Worker(Worker::default()),
    }
}

/// A permanent supervisor below another.
pub(crate) fn nested(id: &str, sup: Sup) -> Child {
    Child { shutdown: Shutdown::Infinity, node: Node::Sup(sup), ..worker(id) }
}

/// How long a child that is stuck in its clean-up is waited for.
pub(crate) const STUCK_MS: u32 = 8;

impl Child {
    pub(crate) fn transient(self) -> Self {
        Self { restart: Restart::Transient, ..self }
    }

    pub(crate) fn temporary(self) -> Self {
        Self { restart: Restart::Temporary, ..self }
    }

    pub(crate) fn significant(self) -> Self {
        Self { significant: true, ..self }
    }

    pub(crate) fn shutdown(self, shutdown: Shutdown) -> Self {
        Self { shutdown, ..self }
    }

    pub(crate) fn traps(self) -> Self {
        self.worker(|worker| worker.traps = true)
    }

    /// It hangs in its clean-up, and is waited for only shortly.
    pub(crate) fn stuck(self) -> Self {
        self.shutdown(Shutdown::AfterMs(STUCK_MS)).worker(|worker| {
            worker.traps = true;
            worker.stuck = true;
        })
    }

    pub(crate) fn starts(self, starts: &[Start]) -> Self {
        self.worker(|worker| worker.starts = starts.to_vec())
    }

    pub(crate) fn named(self, name: &'static str) -> Self {
        self.worker(|worker| worker.name = Some(name))
    }

    fn worker(mut self, change: impl FnOnce(&mut Worker)) -> Self {
        match &mut self.node {
            Node::Worker(worker) => change(worker),
            Node::Sup(_) => panic!("{} is a supervisor", self.id),
        }
        self
    }
}
