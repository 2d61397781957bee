//! Links, monitors, exit signals and names.

use super::Scenario;
use crate::script::Reason::{Custom, Kill, Normal, Shutdown, ShutdownWith};
use crate::script::Strategy::{OneForAll, OneForOne};
use crate::script::{Reason, Script, Shutdown as Stopping, Step, Sup, nested, sup, worker};
use crate::steps::{
    demonitor, exit, kill, link, monitor, panic, ping, register, spawn, spawn_trapping, stop,
    terminate_child, unlink, unregister, whereis, which,
};

const REASONS: [Reason; 5] = [Normal, Shutdown, ShutdownWith("drained"), Custom("boom"), Kill];

fn script(root: Sup, steps: impl IntoIterator<Item = Step>) -> Script {
    Script { root, steps: steps.into_iter().collect() }
}

fn one() -> Sup {
    sup(OneForOne, [worker("a")]).intensity(10)
}

pub(super) fn all() -> Vec<Scenario> {
    [exits(), links(), monitors(), names()].concat()
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn exits() -> Vec<Scenario> {
    let each = |id: &str| REASONS.map(|reason| exit(id, reason));
    vec![
        (
            "an exit signal ends who does not trap it, except with reason normal",
            script(one(), each("a").into_iter().chain([which("")])),
        ),
        (
            "an exit signal is a message to who traps it, except a kill",
            script(sup(OneForOne, [worker("a").traps()]), each("a")),
        ),
        (
            "a stranger's exit signal does not stop a supervisor",
            script(
                sup(OneForOne, [worker("a"), nested("s", sup(OneForOne, [worker("x")]))]),
                [
                    exit("s", Normal),
                    exit("s", Shutdown),
                    exit("s", Custom("boom")),
                    exit("", Shutdown),
                    which(""),
                ],
            ),
        ),
        (
            "a killed supervisor takes its children along and is restarted",
            script(
                sup(
                    OneForOne,
                    [
                        worker("a"),
                        nested(
                            "s",
                            sup(
                                OneForOne,
                                [
                                    worker("x").traps(),
                                    worker("y"),
                                    nested("t", sup(OneForOne, [worker("z").traps()])),
                                ],
                            ),
                        ),
                    ],
                ),
                [kill("s"), which(""), which("s"), which("s/t")],
            ),
        ),
        (
            "a brutal_kill child that traps exits cleans up when its supervisor is killed",
            script(
                sup(OneForOne, [worker("a").traps().shutdown(Stopping::BrutalKill)]),
                [kill("")],
            ),
        ),
        (
            "a killed root takes the whole tree along",
            script(
                sup(OneForAll, [worker("a").traps(), nested("s", sup(OneForOne, [worker("x")]))]),
                [kill(""), which("")],
            ),
        ),
        (
            "killing a worker is a crash to its supervisor",
            script(
                sup(OneForAll, [worker("a").traps(), worker("b").transient().traps()]),
                [kill("b"), which("")],
            ),
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn links() -> Vec<Scenario> {
    vec![
        (
            "a link passes an abnormal end on, both ways, with its reason",
            script(
                one(),
                [
                    spawn("out/x"),
                    link("out/x", "a"),
                    stop("out/x", Custom("boom")),
                    spawn("out/y"),
                    link("out/y", "a"),
                    stop("a", Custom("bang")),
                    ping("out/y"),
                ],
            ),
        ),
        (
            "a normal end passes no link, and a shutdown does",
            script(
                one(),
                [
                    spawn("out/x"),
                    link("out/x", "a"),
                    stop("a", Normal),
                    ping("out/x"),
                    link("out/x", "a"),
                    terminate_child("", "a"),
                    ping("out/x"),
                ],
            ),
        ),
        (
            "a kill reaches links as killed",
            script(
                one(),
                [
                    spawn_trapping("out/x"),
                    link("out/x", "a"),
                    spawn("out/y"),
                    link("out/y", "a"),
                    kill("a"),
                    ping("out/x"),
                    ping("out/y"),
                ],
            ),
        ),
        (
            "a panic reaches links as one",
            script(
                one(),
                [
                    spawn_trapping("out/x"),
                    link("out/x", "a"),
                    spawn("out/y"),
                    link("out/y", "out/x"),
                    panic("a"),
                    panic("out/y"),
                    ping("out/x"),
                ],
            ),
        ),
        (
            "who traps exits hears of each link's end as a message",
            script(
                one(),
                [
                    spawn_trapping("out/x"),
                    link("out/x", "a"),
                    stop("a", Normal),
                    link("out/x", "a"),
                    stop("a", ShutdownWith("drained")),
                    link("out/x", "a"),
                    stop("a", Custom("boom")),
                    ping("out/x"),
                ],
            ),
        ),
        (
            "a link to who has ended is an exit with noproc",
            script(
                one(),
                [
                    spawn("out/x"),
                    spawn("out/y"),
                    spawn_trapping("out/z"),
                    stop("out/x", Normal),
                    link("out/z", "out/x"),
                    link("out/y", "out/x"),
                    ping("out/z"),
                    ping("out/y"),
                ],
            ),
        ),
        (
            "a link that was removed passes nothing on",
            script(
                one(),
                [
                    spawn("out/x"),
                    link("out/x", "a"),
                    link("out/x", "a"),
                    unlink("out/x", "a"),
                    panic("a"),
                    ping("out/x"),
                ],
            ),
        ),
        (
            "a chain of links falls like dominoes",
            script(
                one(),
                [
                    spawn("out/x"),
                    spawn("out/y"),
                    spawn_trapping("out/z"),
                    link("out/x", "out/y"),
                    link("out/y", "out/z"),
                    link("out/x", "a"),
                    panic("a"),
                    ping("out/z"),
                ],
            ),
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn monitors() -> Vec<Scenario> {
    vec![
        (
            "a monitor tells of the end with its reason and ends nobody",
            script(
                one(),
                REASONS.into_iter().flat_map(|reason| {
                    let name = match reason {
                        Normal => "out/v",
                        Shutdown => "out/w",
                        ShutdownWith(_) => "out/x",
                        Custom(_) => "out/y",
                        Kill => "out/z",
                    };
                    let end = if reason == Kill { kill("a") } else { stop("a", reason) };
                    [spawn(name), monitor(name, "a"), end, ping(name)]
                }),
            ),
        ),
        (
            "a monitor of who has ended answers at once with noproc",
            script(
                one(),
                [
                    spawn("out/x"),
                    spawn("out/y"),
                    stop("out/x", Custom("boom")),
                    monitor("out/y", "out/x"),
                    ping("out/y"),
                ],
            ),
        ),
        (
            "each monitor tells once, and one that was removed does not",
            script(
                one(),
                [
                    spawn("out/x"),
                    monitor("out/x", "a"),
                    monitor("out/x", "a"),
                    monitor("out/x", "a"),
                    demonitor("out/x", "a"),
                    panic("a"),
                    panic("a"),
                ],
            ),
        ),
        (
            "a supervisor can be watched like any other",
            script(
                sup(OneForOne, [nested("s", sup(OneForOne, [worker("x").traps()]).intensity(0))]),
                [
                    spawn_trapping("out/x"),
                    link("out/x", "s"),
                    monitor("out/x", "s"),
                    panic("s/x"),
                    spawn("out/y"),
                    link("out/y", "s"),
                    monitor("out/x", "s"),
                    stop("out/y", Custom("boom")),
                    kill("s"),
                ],
            ),
        ),
    ]
}

fn names() -> Vec<Scenario> {
    vec![
        (
            "a name leads to who holds it, until it ends",
            script(
                one(),
                [
                    register("a", "desk"),
                    whereis("desk"),
                    panic("a"),
                    whereis("desk"),
                    register("a", "desk"),
                    unregister("a", "desk"),
                    whereis("desk"),
                    unregister("a", "desk"),
                ],
            ),
        ),
        (
            "a name that is taken is refused",
            script(
                sup(OneForOne, [worker("a"), worker("b").named("till")]),
                [
                    register("a", "till"),
                    whereis("till"),
                    spawn("out/x"),
                    register("out/x", "desk"),
                    register("a", "desk"),
                    kill("out/x"),
                    register("a", "desk"),
                    whereis("desk"),
                ],
            ),
        ),
        (
            "a named child has its name again after each restart",
            script(
                sup(OneForAll, [worker("a").named("desk").traps(), worker("b").named("till")]),
                [panic("a"), whereis("desk"), kill("b"), whereis("till"), which("")],
            ),
        ),
        (
            "a child whose name is taken cannot start, and does not linger",
            script(
                sup(OneForOne, [worker("a").named("desk")]),
                [
                    Step::StartChild(String::new(), worker("b").named("desk").traps()),
                    which(""),
                    whereis("desk"),
                ],
            ),
        ),
    ]
}
