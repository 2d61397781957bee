//! Random scripts over random trees, of those whose outcome does not hang on a race.
//!
//! A step is drawn as a kind and a few numbers, and resolved against the tree afterwards: so both
//! shrink on their own. Resolving also keeps races out:
//!
//! - only workers outside the tree link and monitor, each links once: a crash ends at most one
//!   child, so a supervisor never hears of two ends in an order that nobody knows; and one that
//!   does not trap exits does not both, since its end would race the news;
//! - a supervisor is killed only where no child has a name, since OTP's orphans race their
//!   successors for it, and where no child hangs in its clean-up, since OTP leaves such an orphan
//!   for ever and ours is ended (a supervisor's death ends its children);
//! - a dynamic child does not ignore its restart: OTP 25 crashes at that;
//! - a supervisor below another is waited for without a limit, as OTP asks.

use proptest::prelude::{BoxedStrategy, Just, any, prop, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::Strategy as Draw;

use crate::script::{
    Auto, Child, Flags, Node, Path, Reason, Restart, Script, Shutdown, Start, Step, Strategy, Sup,
    Worker, nested, worker,
};

/// Any script.
pub(crate) fn script() -> impl Draw<Value = Script> {
    let steps = prop::collection::vec(raw_step(), 1..12);
    (tree(), steps).prop_map(|(root, raw)| resolve(root, raw))
}

const IDS: [&str; 4] = ["a", "b", "c", "d"];
const NAMES: [&str; 2] = ["desk", "till"];
const REASONS: [Reason; 4] =
    [Reason::Normal, Reason::Shutdown, Reason::ShutdownWith("drained"), Reason::Custom("boom")];
/// The ids of those that are started by a step.
const LATER: [&str; 3] = ["e", "f", "g"];
/// Those outside the tree.
const OUTSIDE: [&str; 3] = ["out/x", "out/y", "out/z"];

fn tree() -> impl Draw<Value = Sup> {
    let leaf = child_worker().boxed();
    let level = |below: BoxedStrategy<Child>| {
        let inner = (any_sup(below.clone()), restart()).prop_map(|(sup, restart)| {
            let child = nested("s", sup);
            Child { restart, ..child }
        });
        prop_oneof![4 => below, 1 => inner].boxed()
    };
    any_sup(level(level(leaf)))
}

fn any_sup(child: BoxedStrategy<Child>) -> impl Draw<Value = Sup> {
    let ordered = (flags(), prop::collection::vec(child, 0..=IDS.len())).prop_map(sup_of);
    let dynamic = (flags(), child_worker()).prop_map(|(mut flags, template)| {
        flags.strategy = Strategy::Simple;
        sup_of((flags, vec![template]))
    });
    prop_oneof![6 => ordered, 1 => dynamic]
}

/// Gives the children their ids, and takes away what such a supervisor does not allow.
fn sup_of((flags, mut children): (Flags, Vec<Child>)) -> Sup {
    for (child, id) in children.iter_mut().zip(IDS) {
        id.clone_into(&mut child.id);
        child.significant &= flags.auto != Auto::Never && child.restart != Restart::Permanent;
        if let (Strategy::Simple, Node::Worker(worker)) = (flags.strategy, &mut child.node) {
            worker.name = None;
            let later = worker.starts.iter_mut().skip(1);
            later.filter(|start| **start == Start::Ignore).for_each(|start| *start = Start::Ok);
        }
    }
    Sup { flags, children }
}

fn flags() -> impl Draw<Value = Flags> {
    let strategies = select(vec![Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne]);
    let autos = prop_oneof![5 => Just(Auto::Never), 1 => Just(Auto::Any), 1 => Just(Auto::All)];
    (strategies, 0..5u32, autos).prop_map(|(strategy, intensity, auto)| Flags {
        strategy,
        intensity,
        period_s: 100_000,
        auto,
    })
}

fn restart() -> impl Draw<Value = Restart> {
    prop_oneof![
        3 => Just(Restart::Permanent),
        2 => Just(Restart::Transient),
        1 => Just(Restart::Temporary),
    ]
}

fn child_worker() -> impl Draw<Value = Child> {
    let shutdown = prop_oneof![
        6 => Just(Shutdown::AfterMs(5000)),
        1 => Just(Shutdown::BrutalKill),
        1 => Just(Shutdown::Infinity),
    ];
    let name = prop_oneof![8 => Just(None), 1 => select(&NAMES[..]).prop_map(Some)];
    let stuck = prop::bool::weighted(0.04);
    (restart(), shutdown, any::<(bool, bool)>(), (name, stuck), starts()).prop_map(
        |(restart, shutdown, (traps, significant), (name, stuck), starts)| {
            let node = Node::Worker(Worker { name, traps, stuck: false, starts });
            let child = Child { restart, shutdown, significant, node, ..worker("w") };
            if stuck { child.stuck() } else { child }
        },
    )
}

/// Most children always start; the first start succeeds more often than the later ones.
fn starts() -> impl Draw<Value = Vec<Start>> {
    let any = prop_oneof![
        6 => Just(Start::Ok),
        2 => Just(Start::Fail),
        1 => Just(Start::Panic),
        1 => Just(Start::Ignore),
    ];
    let first = prop_oneof![
        20 => Just(Start::Ok),
        1 => Just(Start::Fail),
        2 => Just(Start::Ignore),
    ];
    let troubled = (first, prop::collection::vec(any, 0..4)).prop_map(|(first, later)| {
        let mut starts = vec![first];
        starts.extend(later);
        starts
    });
    prop_oneof![3 => Just(Vec::new()), 1 => troubled]
}

#[derive(Debug, Clone)]
struct RawStep {
    kind: Kind,
    at: Index,
    other: Index,
    reason: Reason,
    child: Child,
    flags: Flags,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Stop,
    Panic,
    Exit,
    Kill,
    KillSup,
    ExitSup,
    Spawn,
    Link,
    Unlink,
    Monitor,
    Demonitor,
    Ping,
    Whereis,
    StartChild,
    StartAgain,
    StartDynamic,
    TerminateChild,
    TerminateDynamic,
    RestartChild,
    DeleteChild,
    Which,
    Count,
    Flags,
}

fn raw_step() -> impl Draw<Value = RawStep> {
    let kinds = prop_oneof![
        12 => select(vec![Kind::Stop, Kind::Panic]),
        6 => select(vec![Kind::Exit, Kind::Kill, Kind::KillSup, Kind::ExitSup]),
        6 => select(vec![Kind::Spawn, Kind::Link, Kind::Monitor]),
        2 => select(vec![Kind::Unlink, Kind::Demonitor, Kind::Whereis, Kind::Ping]),
        8 => select(vec![Kind::StartChild, Kind::StartAgain, Kind::TerminateChild]),
        6 => select(vec![Kind::RestartChild, Kind::DeleteChild]),
        4 => select(vec![Kind::StartDynamic, Kind::TerminateDynamic]),
        5 => select(vec![Kind::Which, Kind::Count, Kind::Flags]),
    ];
    let indices = any::<(Index, Index)>();
    (kinds, indices, select(&REASONS[..]), child_worker(), flags()).prop_map(
        |(kind, (at, other), reason, child, flags)| RawStep {
            kind,
            at,
            other,
            reason,
            child,
            flags,
        },
    )
}

fn resolve(root: Sup, raw: Vec<RawStep>) -> Script {
    let mut known = Known::default();
    known.learn("", &root);
    for step in &raw {
        if let (Kind::StartChild, Node::Worker(worker)) = (step.kind, &step.child.node) {
            known.watch(worker);
        }
    }
    let steps = raw.into_iter().filter_map(|step| known.resolve(step)).collect();
    Script { root, steps }
}

/// What there is to do something to.
#[derive(Default)]
struct Known {
    workers: Vec<Path>,
    /// Each with its flags; those with dynamic children apart.
    sups: Vec<(Path, Flags)>,
    simple: Vec<(Path, Flags)>,
    dynamic: Vec<(Path, u32)>,
    /// Each child with its supervisor.
    children: Vec<(Path, Child)>,
    outside: Vec<Outsider>,
    later: usize,
    /// A killed supervisor would leave a race or a difference that is meant.
    spare_sups: bool,
}

/// A worker outside the tree.
struct Outsider {
    path: &'static str,
    traps: bool,
    links: bool,
    monitors: bool,
}

impl Known {
    fn learn(&mut self, path: &str, sup: &Sup) {
        if sup.flags.strategy == Strategy::Simple {
            sup.children.iter().for_each(|template| self.watch_child(template));
            self.simple.push((path.to_owned(), sup.flags));
            return;
        }
        self.sups.push((path.to_owned(), sup.flags));
        for child in &sup.children {
            self.learn_child(path, child);
        }
    }

    fn learn_child(&mut self, sup: &str, child: &Child) {
        let path = below(sup, &child.id);
        self.children.push((sup.to_owned(), child.clone()));
        match &child.node {
            Node::Sup(inner) => self.learn(&path, inner),
            Node::Worker(worker) => {
                self.watch(worker);
                self.workers.push(path);
            }
        }
    }

    fn watch_child(&mut self, child: &Child) {
        if let Node::Worker(worker) = &child.node {
            self.watch(worker);
        }
    }

    fn watch(&mut self, worker: &Worker) {
        self.spare_sups |= worker.name.is_some() || worker.stuck;
    }

    fn resolve(&mut self, raw: RawStep) -> Option<Step> {
        let RawStep { kind, at, other, reason, child, flags } = raw;
        match kind {
            Kind::Stop => Some(Step::Stop(pick(&self.all_workers(), at)?, reason)),
            Kind::Panic => Some(Step::Panic(pick(&self.all_workers(), at)?)),
            Kind::Exit => Some(Step::Exit(pick(&self.all_workers(), at)?, reason)),
            Kind::Kill => Some(Step::Exit(pick(&self.all_workers(), at)?, Reason::Kill)),
            Kind::ExitSup => Some(Step::Exit(self.any_sup(at)?, reason)),
            Kind::KillSup if self.spare_sups => None,
            Kind::KillSup => Some(Step::Exit(self.any_sup(at)?, Reason::Kill)),
            Kind::Ping => Some(Step::Ping(pick(&self.all_workers(), at)?)),
            Kind::Whereis => Some(Step::Whereis(pick(&NAMES, at)?)),
            Kind::Which => Some(Step::Which(self.any_sup(at)?)),
            Kind::Count => Some(Step::Count(self.any_sup(at)?)),
            Kind::Flags => self.flags(at, flags),
            Kind::Spawn | Kind::Link | Kind::Unlink | Kind::Monitor | Kind::Demonitor => {
                self.outside_step(kind, at, other)
            }
            _ => self.command(kind, at, child),
        }
    }

    fn command(&mut self, kind: Kind, at: Index, child: Child) -> Option<Step> {
        match kind {
            Kind::StartChild => {
                let id = *LATER.get(self.later)?;
                let (sup, flags) = pick(&self.sups, at)?;
                self.later += 1;
                let child = sup_of((flags, vec![child])).children.remove(0);
                let child = Child { id: id.to_owned(), ..child };
                self.learn_child(&sup, &child);
                Some(Step::StartChild(sup, child))
            }
            Kind::StartAgain => {
                pick(&self.children, at).map(|(sup, child)| Step::StartChild(sup, child))
            }
            Kind::StartDynamic => {
                let (sup, _) = pick(&self.simple, at)?;
                let key = u32::try_from(self.dynamic.len()).expect("a script is short") + 1;
                self.workers.push(below(&sup, &key.to_string()));
                self.dynamic.push((sup.clone(), key));
                Some(Step::StartDynamic(sup, key))
            }
            Kind::TerminateDynamic => {
                pick(&self.dynamic, at).map(|(sup, key)| Step::TerminateDynamic(sup, key))
            }
            Kind::TerminateChild => self.child(at).map(|(sup, id)| Step::TerminateChild(sup, id)),
            Kind::RestartChild => self.child(at).map(|(sup, id)| Step::RestartChild(sup, id)),
            _ => self.child(at).map(|(sup, id)| Step::DeleteChild(sup, id)),
        }
    }

    fn outside_step(&mut self, kind: Kind, at: Index, other: Index) -> Option<Step> {
        if let Kind::Spawn = kind {
            let path = *OUTSIDE.get(self.outside.len())?;
            let traps = at.index(2) == 0;
            self.outside.push(Outsider { path, traps, links: false, monitors: false });
            return Some(Step::Spawn(path.into(), traps));
        }
        let whom = pick(&self.workers, other)?;
        let n = self.outside.len();
        let Outsider { path, traps, links, monitors } = self.outside.get_mut(at.index(n.max(1)))?;
        let path = (*path).to_owned();
        match kind {
            Kind::Link if *links || (*monitors && !*traps) => None,
            Kind::Link => {
                *links = true;
                Some(Step::Link(path, whom))
            }
            Kind::Monitor if *links && !*traps => None,
            Kind::Monitor => {
                *monitors = true;
                Some(Step::Monitor(path, whom))
            }
            Kind::Unlink => Some(Step::Unlink(path, whom)),
            _ => Some(Step::Demonitor(path, whom)),
        }
    }

    /// The significance of children stays allowed: that part of the flags is not changed.
    fn flags(&self, at: Index, new: Flags) -> Option<Step> {
        let (sup, old) = pick(&self.sups, at)?;
        Some(Step::Flags(sup, Flags { auto: old.auto, ..new }))
    }

    fn all_workers(&self) -> Vec<Path> {
        let outside = self.outside.iter().map(|outsider| outsider.path.to_owned());
        self.workers.iter().cloned().chain(outside).collect()
    }

    fn any_sup(&self, at: Index) -> Option<Path> {
        let all: Vec<_> = self.sups.iter().chain(&self.simple).collect();
        pick(&all, at).map(|(path, _)| path.clone())
    }

    fn child(&self, at: Index) -> Option<(Path, String)> {
        pick(&self.children, at).map(|(sup, child)| (sup, child.id))
    }
}

fn below(sup: &str, id: &str) -> Path {
    if sup.is_empty() { id.to_owned() } else { format!("{sup}/{id}") }
}

fn pick<T: Clone>(from: &[T], at: Index) -> Option<T> {
    (!from.is_empty()).then(|| from[at.index(from.len())].clone())
}
