//! What real frameworks got wrong, each of it once.

use super::Scenario;
use crate::script::Reason::{Custom, Normal};
use crate::script::Start::{Fail, Ok};
use crate::script::Strategy::{OneForAll, OneForOne, RestForOne, Simple};
use crate::script::{Script, Shutdown, Step, Sup, nested, sup, worker};
use crate::steps::{
    count, kill, panic, ping, register, restart_child, spawn, start_dynamic, stop, terminate_child,
    whereis, which,
};

fn script(root: Sup, steps: impl IntoIterator<Item = Step>) -> Script {
    Script { root, steps: steps.into_iter().collect() }
}

pub(super) fn all() -> Vec<Scenario> {
    [clean_ups(), names(), budgets()].concat()
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn clean_ups() -> Vec<Scenario> {
    vec![
        (
            "no sibling is restarted while an old incarnation still cleans up",
            script(
                sup(OneForAll, [worker("a").traps(), worker("b").stuck(), worker("c").traps()]),
                [panic("a"), panic("c"), which("")],
            ),
        ),
        (
            "a child set does not wait for a child that has already ended",
            script(
                sup(
                    OneForAll,
                    [
                        worker("a").transient(),
                        worker("b").traps().shutdown(Shutdown::Infinity),
                        worker("c").temporary(),
                    ],
                ),
                [
                    stop("a", Normal),
                    stop("c", Normal),
                    panic("b"),
                    which(""),
                    stop("a", Normal),
                    terminate_child("", "b"),
                ],
            ),
        ),
        (
            "a temporary sibling does not come back after one_for_all",
            script(
                sup(
                    OneForAll,
                    [
                        worker("a"),
                        worker("b").temporary().traps(),
                        nested("s", sup(OneForOne, [worker("x").traps()])).temporary(),
                    ],
                ),
                [panic("a"), which(""), count(""), restart_child("", "b")],
            ),
        ),
        (
            "a temporary sibling does not come back after rest_for_one",
            script(
                sup(RestForOne, [worker("a"), worker("b").temporary().traps(), worker("c")]),
                [panic("c"), which(""), panic("a"), which("")],
            ),
        ),
        (
            "a parent does not return from stop while a child runs",
            script(
                sup(
                    OneForOne,
                    [nested(
                        "s",
                        sup(
                            OneForOne,
                            [
                                worker("x").traps(),
                                worker("y").stuck(),
                                nested(
                                    "t",
                                    sup(RestForOne, [worker("z").stuck(), worker("w").traps()]),
                                ),
                            ],
                        ),
                    )],
                ),
                [terminate_child("", "s"), which(""), restart_child("", "s"), which("s/t")],
            ),
        ),
        (
            "a child that hangs on its own account blocks nobody until it is stopped",
            script(
                sup(OneForOne, [worker("a").stuck(), worker("b").traps()]),
                [
                    stop("a", Custom("boom")),
                    panic("b"),
                    which(""),
                    terminate_child("", "a"),
                    which(""),
                ],
            ),
        ),
        (
            "dynamic children that hang are ended together",
            script(
                sup(OneForOne, [nested("s", sup(Simple, [worker("t").stuck()])), worker("b")]),
                [
                    start_dynamic("s", 1),
                    start_dynamic("s", 2),
                    start_dynamic("s", 3),
                    terminate_child("", "s"),
                    which(""),
                ],
            ),
        ),
        (
            "children stop in the reverse of their order, however many there are",
            script(
                sup(
                    OneForAll,
                    ["k", "c", "z", "a", "m", "b", "y", "d", "x", "e"].map(|id| worker(id).traps()),
                ),
                [panic("m"), which("")],
            ),
        ),
    ]
}

fn names() -> Vec<Scenario> {
    vec![
        (
            "a restart does not lose a race for its own name",
            script(
                sup(
                    OneForAll,
                    [
                        worker("a").named("desk").traps(),
                        worker("b").named("till").stuck(),
                        worker("c").named("door"),
                    ],
                )
                .intensity(2),
                [panic("a"), kill("b"), whereis("desk"), whereis("till"), whereis("door")],
            ),
        ),
        (
            "a restart whose name a stranger took burns the budget and ends in order",
            script(
                sup(OneForOne, [worker("a").named("desk"), worker("b").traps()]),
                [
                    terminate_child("", "a"),
                    spawn("out/x"),
                    register("out/x", "desk"),
                    restart_child("", "a"),
                    which(""),
                    kill("out/x"),
                    restart_child("", "a"),
                    whereis("desk"),
                    which(""),
                ],
            ),
        ),
    ]
}

fn budgets() -> Vec<Scenario> {
    vec![
        (
            "a child that fails ten times at start costs one tree, not a loop",
            script(
                sup(
                    OneForOne,
                    [
                        worker("a").traps(),
                        nested(
                            "s",
                            sup(
                                OneForOne,
                                [worker("x").starts(&[&[Ok][..], &[Fail; 10]].concat())],
                            ),
                        ),
                    ],
                ),
                [panic("s/x"), which(""), which("s"), ping("s/x")],
            ),
        ),
        (
            "a budget that is used up below counts once above",
            script(
                sup(
                    OneForOne,
                    [nested("s", sup(OneForAll, [worker("x"), worker("y").traps()]).intensity(1))],
                )
                .intensity(1),
                [panic("s/x"), panic("s/y"), which("s"), panic("s/x"), panic("s/y"), which("")],
            ),
        ),
        (
            "the restart of a subtree gives it a new budget",
            script(
                sup(
                    OneForAll,
                    [worker("a"), nested("s", sup(OneForOne, [worker("x")]).intensity(1))],
                ),
                [panic("s/x"), panic("a"), panic("s/x"), which(""), which("s")],
            ),
        ),
    ]
}
