//! A script as an Erlang term: one line, which the peer parses.

use std::fmt::Write;

use crate::script::{
    Auto, Child, Flags, Node, Reason, Restart, Script, Shutdown, Start, Step, Strategy, Sup,
};

/// The line for the peer, without its end.
pub(crate) fn line(script: &Script) -> String {
    format!("{{{},{}}}.", sup(&script.root), list(&script.steps, step))
}

fn list<T>(items: &[T], term: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(term).collect::<Vec<_>>().join(","))
}

fn sup(sup: &Sup) -> String {
    let Flags { strategy, intensity, period_s, auto } = sup.flags;
    let children = list(&sup.children, child);
    format!(
        "{{sup,{},{intensity},{period_s},{},{children}}}",
        strategy_atom(strategy),
        auto_atom(auto)
    )
}

fn strategy_atom(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::OneForOne => "one_for_one",
        Strategy::OneForAll => "one_for_all",
        Strategy::RestForOne => "rest_for_one",
        Strategy::Simple => "simple_one_for_one",
    }
}

fn auto_atom(auto: Auto) -> &'static str {
    match auto {
        Auto::Never => "never",
        Auto::Any => "any_significant",
        Auto::All => "all_significant",
    }
}

fn child(child: &Child) -> String {
    let restart = match child.restart {
        Restart::Permanent => "permanent",
        Restart::Transient => "transient",
        Restart::Temporary => "temporary",
    };
    let shutdown = match child.shutdown {
        Shutdown::BrutalKill => "brutal_kill".to_owned(),
        Shutdown::AfterMs(ms) => ms.to_string(),
        Shutdown::Infinity => "infinity".to_owned(),
    };
    let Child { id, significant, .. } = child;
    format!("{{{id},{restart},{shutdown},{significant},{}}}", node(&child.node))
}

fn node(node: &Node) -> String {
    match node {
        Node::Sup(inner) => sup(inner),
        Node::Worker(worker) => {
            let starts = list(&worker.starts, |start| start_atom(*start).to_owned());
            let name = worker.name.unwrap_or("none");
            format!("{{worker,{name},{},{},{starts}}}", worker.traps, worker.stuck)
        }
    }
}

fn start_atom(start: Start) -> &'static str {
    match start {
        Start::Ok => "ok",
        Start::Fail => "fail",
        Start::Panic => "panic",
        Start::Ignore => "ignore",
    }
}

fn step(step: &Step) -> String {
    match step {
        Step::Stop(at, why) => format!("{{stop,{},{}}}", path(at), reason(*why)),
        Step::Panic(at) => format!("{{panic,{}}}", path(at)),
        Step::Exit(at, why) => format!("{{exit,{},{}}}", path(at), reason(*why)),
        Step::Spawn(at, traps) => format!("{{spawn,{},{traps}}}", path(at)),
        Step::Link(at, other) => pair("link", at, other),
        Step::Unlink(at, other) => pair("unlink", at, other),
        Step::Monitor(at, other) => pair("monitor", at, other),
        Step::Demonitor(at, other) => pair("demonitor", at, other),
        Step::Ping(at) => format!("{{ping,{}}}", path(at)),
        Step::Register(at, name) => format!("{{register,{},{name}}}", path(at)),
        Step::Unregister(at, name) => format!("{{unregister,{},{name}}}", path(at)),
        Step::Whereis(name) => format!("{{whereis,{name}}}"),
        Step::StartChild(at, spec) => format!("{{start_child,{},{}}}", path(at), child(spec)),
        Step::StartDynamic(at, key) => format!("{{start_dynamic,{},{key}}}", path(at)),
        Step::TerminateChild(at, id) => format!("{{terminate_child,{},{id}}}", path(at)),
        Step::TerminateDynamic(at, key) => format!("{{terminate_dynamic,{},{key}}}", path(at)),
        Step::RestartChild(at, id) => format!("{{restart_child,{},{id}}}", path(at)),
        Step::DeleteChild(at, id) => format!("{{delete_child,{},{id}}}", path(at)),
        Step::Which(at) => format!("{{which,{}}}", path(at)),
        Step::Count(at) => format!("{{count,{}}}", path(at)),
        Step::Flags(at, flags) => flags_step(at, *flags),
        Step::WaitMs(ms) => format!("{{wait,{ms}}}"),
    }
}

fn pair(verb: &str, at: &str, other: &str) -> String {
    format!("{{{verb},{},{}}}", path(at), path(other))
}

fn flags_step(at: &str, flags: Flags) -> String {
    let Flags { strategy, intensity, period_s, auto } = flags;
    let strategy = strategy_atom(strategy);
    format!("{{flags,{},{strategy},{intensity},{period_s},{}}}", path(at), auto_atom(auto))
}

fn path(path: &str) -> String {
    let mut term = String::from("[");
    for (n, part) in path.split('/').filter(|part| !part.is_empty()).enumerate() {
        let comma = if n == 0 { "" } else { "," };
        write!(term, "{comma}{part}").expect("a string takes all that is written");
    }
    term + "]"
}

fn reason(reason: Reason) -> String {
    match reason {
        Reason::Normal => "normal".to_owned(),
        Reason::Shutdown => "shutdown".to_owned(),
        Reason::ShutdownWith(value) => format!("{{shutdown,{value}}}"),
        Reason::Custom(value) => value.to_owned(),
        Reason::Kill => "kill".to_owned(),
    }
}
