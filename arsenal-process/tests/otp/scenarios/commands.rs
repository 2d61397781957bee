//! What a supervisor answers to start, terminate, restart and delete.

use super::Scenario;
use crate::script::Reason::{Custom, Normal};
use crate::script::Start::{Fail, Ignore, Ok};
use crate::script::Strategy::{OneForAll, OneForOne, RestForOne, Simple};
use crate::script::{Child, Script, Shutdown, Step, Sup, nested, sup, worker};
use crate::steps::{
    count, delete_child, kill, panic, restart_child, start_child, start_dynamic, stop,
    terminate_child, terminate_dynamic, which,
};

fn script(root: Sup, steps: impl IntoIterator<Item = Step>) -> Script {
    Script { root, steps: steps.into_iter().collect() }
}

pub(super) fn all() -> Vec<Scenario> {
    [starting(), stopping(), dynamic()].concat()
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn starting() -> Vec<Scenario> {
    let pair = || [worker("a"), worker("b").traps()];
    vec![
        (
            "a child that is started later stands after the others",
            script(
                sup(RestForOne, pair()),
                [start_child("", worker("c").traps()), which(""), panic("b"), which("")],
            ),
        ),
        (
            "a child id that is taken is refused, running or not",
            script(
                sup(OneForOne, [worker("a"), worker("b").transient()]),
                [
                    start_child("", worker("a")),
                    stop("b", Normal),
                    start_child("", worker("b")),
                    which(""),
                ],
            ),
        ),
        (
            "a child that fails at its first start is not kept",
            script(
                sup(OneForOne, pair()),
                [
                    start_child("", worker("c").starts(&[Fail])),
                    which(""),
                    start_child("", worker("c").starts(&[Fail, Ok])),
                    which(""),
                ],
            ),
        ),
        (
            "a child that ignores its start by command is kept unless it is temporary",
            script(
                sup(OneForOne, pair()),
                [
                    start_child("", worker("c").starts(&[Ignore])),
                    start_child("", worker("d").temporary().starts(&[Ignore])),
                    which(""),
                    restart_child("", "c"),
                    which(""),
                ],
            ),
        ),
        (
            "a subtree can be started and stopped by command",
            script(
                sup(OneForAll, pair()),
                [
                    start_child("", nested("s", sup(OneForOne, [worker("x").traps()]))),
                    panic("s/x"),
                    count(""),
                    terminate_child("", "s"),
                    which("s"),
                    which(""),
                ],
            ),
        ),
        (
            "a significant child is refused where there is no automatic shutdown",
            script(
                sup(OneForOne, pair()),
                [start_child("", worker("c").transient().significant()), which("")],
            ),
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn stopping() -> Vec<Scenario> {
    let kinds =
        || [worker("a").traps(), worker("b").transient().traps(), worker("c").temporary().traps()];
    vec![
        (
            "a terminated child stays in the list unless it is temporary",
            script(
                sup(OneForOne, kinds()),
                [
                    terminate_child("", "a"),
                    terminate_child("", "b"),
                    terminate_child("", "c"),
                    which(""),
                    count(""),
                ],
            ),
        ),
        (
            "terminating a child that has ended is no fault, and an unknown one is not found",
            script(
                sup(OneForOne, kinds()),
                [
                    terminate_child("", "a"),
                    terminate_child("", "a"),
                    terminate_child("", "c"),
                    terminate_child("", "c"),
                    terminate_child("", "z"),
                ],
            ),
        ),
        (
            "a running child cannot be restarted or deleted by command",
            script(
                sup(OneForOne, kinds()),
                [restart_child("", "a"), delete_child("", "b"), restart_child("", "z"), which("")],
            ),
        ),
        (
            "a terminated child can be restarted in its old place, and deleted for good",
            script(
                sup(OneForAll, kinds()),
                [
                    terminate_child("", "a"),
                    restart_child("", "a"),
                    which(""),
                    terminate_child("", "b"),
                    delete_child("", "b"),
                    delete_child("", "b"),
                    which(""),
                    start_child("", worker("b")),
                    which(""),
                ],
            ),
        ),
        (
            "a terminated child comes back when one_for_all restarts",
            script(
                sup(OneForAll, [worker("a"), worker("b"), worker("c").transient()]),
                [terminate_child("", "a"), stop("c", Normal), which(""), panic("b"), which("")],
            ),
        ),
        (
            "a restart by command that fails leaves the child as it was",
            script(
                sup(OneForOne, [worker("a").starts(&[Ok, Fail])]),
                [
                    terminate_child("", "a"),
                    restart_child("", "a"),
                    which(""),
                    restart_child("", "a"),
                    which(""),
                ],
            ),
        ),
        ("each kind of shutdown ends a child in its own way", each_shutdown()),
        (
            "a stopped child that clashes with nothing costs no restart",
            script(
                sup(OneForOne, kinds()).intensity(0),
                [
                    terminate_child("", "a"),
                    restart_child("", "a"),
                    stop("c", Custom("boom")),
                    which(""),
                ],
            ),
        ),
    ]
}

fn each_shutdown() -> Script {
    let brutal = |child: Child| child.shutdown(Shutdown::BrutalKill);
    let root = sup(
        OneForOne,
        [
            brutal(worker("a").traps()),
            worker("b").traps(),
            worker("c").traps().shutdown(Shutdown::Infinity),
            worker("d").stuck(),
            worker("e"),
            brutal(worker("f")),
        ],
    );
    let steps = ["a", "b", "c", "d", "e", "f"].map(|id| terminate_child("", id));
    script(root, steps)
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn dynamic() -> Vec<Scenario> {
    let many = |template: Child| sup(Simple, [template]);
    let three = || [start_dynamic("", 1), start_dynamic("", 2), start_dynamic("", 3)];
    let after_three = |steps: Vec<Step>| three().into_iter().chain(steps);
    vec![
        (
            "dynamic children are terminated by pid and not by id",
            script(
                many(worker("t").traps()),
                after_three(vec![
                    terminate_child("", "t"),
                    terminate_dynamic("", 2),
                    terminate_dynamic("", 2),
                    restart_child("", "t"),
                    delete_child("", "t"),
                    which(""),
                    count(""),
                ]),
            ),
        ),
        (
            "temporary dynamic children are gone when they end",
            script(
                many(worker("t").temporary()),
                after_three(vec![panic("1"), stop("2", Normal), kill("3"), which(""), count("")]),
            ),
        ),
        (
            "transient dynamic children stay ended after a peaceful end",
            script(
                many(worker("t").transient()),
                after_three(vec![stop("1", Normal), panic("2"), which(""), count("")]),
            ),
        ),
        (
            "dynamic children share one restart budget",
            script(
                many(worker("t").traps()).intensity(1),
                after_three(vec![panic("1"), panic("2"), which("")]),
            ),
        ),
        (
            "a dynamic child that fails at its restart is tried again",
            script(
                many(worker("t").starts(&[Ok, Fail, Ok])),
                after_three(vec![panic("1"), which(""), count("")]),
            ),
        ),
        (
            "a dynamic child that fails at its first start is not kept",
            script(
                many(worker("t").starts(&[Fail])),
                [start_dynamic("", 1), start_dynamic("", 1), which(""), count("")],
            ),
        ),
        (
            "a dynamic child that ignores its start is not kept",
            script(many(worker("t").starts(&[Ignore])), [start_dynamic("", 1), which("")]),
        ),
        (
            "dynamic supervisors can be children too",
            script(
                sup(
                    OneForAll,
                    [
                        nested(
                            "s",
                            sup(Simple, [nested("t", sup(OneForOne, [worker("x").traps()]))]),
                        ),
                        worker("a"),
                    ],
                ),
                [start_dynamic("s", 1), panic("s/1/x"), count("s"), panic("a"), which("s")],
            ),
        ),
    ]
}
