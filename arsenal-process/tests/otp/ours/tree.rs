//! A script's tree as child specifications.

use std::time::Duration;

use arsenal_process::{
    AutoShutdown, ChildSpec, ProcessName, Restart, Shutdown, Starter, Strategy, SupervisorSpec,
};

use super::log::Log;
use super::worker::{Actor, Birth};
use crate::script::{self, Auto, Child, Flags, Node, Sup};

/// The supervisor at `path`, with its whole subtree.
pub(super) fn supervisor(path: &str, sup: &Sup, log: &Log) -> SupervisorSpec {
    let Flags { intensity, period_s, auto, .. } = sup.flags;
    let auto = match auto {
        Auto::Never => AutoShutdown::Never,
        Auto::Any => AutoShutdown::AnySignificant,
        Auto::All => AutoShutdown::AllSignificant,
    };
    let spec = SupervisorSpec::new(strategy(sup.flags.strategy))
        .intensity(intensity, Duration::from_secs(period_s.into()))
        .auto_shutdown(auto);
    sup.children.iter().fold(spec, |spec, below| spec.child(child(path, below, log)))
}

pub(super) fn strategy(strategy: script::Strategy) -> Strategy {
    match strategy {
        script::Strategy::OneForOne => Strategy::OneForOne,
        script::Strategy::OneForAll => Strategy::OneForAll,
        script::Strategy::RestForOne => Strategy::RestForOne,
        script::Strategy::Simple => Strategy::SimpleOneForOne,
    }
}

/// One child of the supervisor at `above`; a dynamic one has its number as arguments.
pub(super) fn child(above: &str, child: &Child, log: &Log) -> ChildSpec {
    let path = join(above, &child.id);
    let above = above.to_owned();
    let log = log.clone();
    let path_of = move |starter: &Starter| match starter.args().as_u64() {
        Some(key) => join(&above, &key.to_string()),
        None => path.clone(),
    };
    let spec = match child.node.clone() {
        Node::Worker(worker) => ChildSpec::server_with::<Actor>(&child.id, move |starter| {
            let (worker, log) = (worker.clone(), log.clone());
            let name = worker.name.map(name);
            let start = starter.server(Birth { path: path_of(starter), worker, log });
            match name {
                Some(name) => start.name(name),
                None => start,
            }
        }),
        Node::Sup(sup) => ChildSpec::supervisor_with(&child.id, move |starter| {
            let path = path_of(starter);
            log.expect_supervisor(&path);
            starter.supervisor(supervisor(&path, &sup, &log))
        }),
    };
    let spec = spec.restart(restart(child.restart)).shutdown(shutdown(child.shutdown));
    if child.significant { spec.significant() } else { spec }
}

pub(super) fn name(name: &str) -> ProcessName {
    ProcessName::try_from(name.to_owned()).expect("the script's names are names")
}

fn restart(restart: script::Restart) -> Restart {
    match restart {
        script::Restart::Permanent => Restart::Permanent,
        script::Restart::Transient => Restart::Transient,
        script::Restart::Temporary => Restart::Temporary,
    }
}

fn shutdown(shutdown: script::Shutdown) -> Shutdown {
    match shutdown {
        script::Shutdown::BrutalKill => Shutdown::BrutalKill,
        script::Shutdown::AfterMs(ms) => Shutdown::Timeout(Duration::from_millis(ms.into())),
        script::Shutdown::Infinity => Shutdown::Infinity,
    }
}

pub(super) fn join(above: &str, id: &str) -> String {
    if above.is_empty() { id.to_owned() } else { format!("{above}/{id}") }
}
