//! Who restarts when one child ends, and when the supervisor gives up.

use super::Scenario;
use crate::script::Reason::{Custom, Normal, Shutdown, ShutdownWith};
use crate::script::Start::{Fail, Ignore, Ok, Panic};
use crate::script::Strategy::{OneForAll, OneForOne, RestForOne, Simple};
use crate::script::{Auto, Child, Flags, Restart, Script, Step, Strategy, Sup};
use crate::script::{nested, sup, worker};
use crate::steps::{change, count, panic, start_dynamic, stop, which};

fn script(root: Sup, steps: impl IntoIterator<Item = Step>) -> Script {
    Script { root, steps: steps.into_iter().collect() }
}

fn three() -> [Child; 3] {
    [worker("a").traps(), worker("b"), worker("c").traps()]
}

pub(super) fn all() -> Vec<Scenario> {
    [restarts(), starts(), intensities(), auto_shutdowns()].concat()
}

fn restarts() -> Vec<Scenario> {
    vec![
        (
            "one_for_one restarts only the child that ended",
            script(sup(OneForOne, three()), [panic("b"), which("")]),
        ),
        (
            "one_for_all stops the others in reverse and starts all in order",
            script(sup(OneForAll, three()), [panic("b"), which("")]),
        ),
        (
            "rest_for_one stops and starts only those after the one that ended",
            script(sup(RestForOne, three()), [panic("b"), panic("c"), which("")]),
        ),
        (
            "simple_one_for_one restarts the dynamic child that ended",
            script(
                sup(Simple, [worker("t").traps()]),
                [start_dynamic("", 1), start_dynamic("", 2), panic("1"), which(""), count("")],
            ),
        ),
        ("each restart type answers each reason in its own way", every_reason()),
        (
            "a nested supervisor restarts with its whole subtree",
            script(
                sup(OneForAll, [worker("a"), nested("s", sup(RestForOne, three()))]),
                [panic("s/b"), panic("a"), which("s"), count("")],
            ),
        ),
        (
            "a change of strategy holds for the next failure and touches nobody",
            script(
                sup(OneForOne, three()),
                [
                    panic("a"),
                    change("", strategy_of(OneForAll)),
                    which(""),
                    panic("a"),
                    change("", strategy_of(RestForOne)),
                    panic("b"),
                ],
            ),
        ),
    ]
}

fn strategy_of(strategy: Strategy) -> Flags {
    Flags { strategy, ..sup(strategy, []).flags }
}

fn every_reason() -> Script {
    let reasons = [Normal, Shutdown, ShutdownWith("drained"), Custom("boom")];
    let kinds = [Restart::Permanent, Restart::Transient, Restart::Temporary];
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let children = ids.iter().enumerate().map(|(n, id)| {
        let child = worker(id).traps();
        Child { restart: kinds[n / reasons.len()], ..child }
    });
    let stops = ids.iter().enumerate().map(|(n, id)| stop(id, reasons[n % reasons.len()]));
    let steps = stops.flat_map(|stop| [stop, which("")]);
    script(sup(OneForOne, children).intensity(20), steps)
}

#[expect(clippy::too_many_lines, reason = "a table, a scenario a row")]
fn starts() -> Vec<Scenario> {
    vec![
        (
            "a child that fails at start ends the start of its supervisor, in reverse",
            script(
                sup(OneForOne, [worker("a").traps(), worker("b"), worker("c").starts(&[Fail])]),
                [which("")],
            ),
        ),
        (
            "a child that panics at start fails like one that says so",
            script(sup(OneForOne, [worker("a").starts(&[Panic])]), [which("")]),
        ),
        (
            "a nested supervisor that cannot start ends the start of the tree",
            script(
                sup(
                    OneForOne,
                    [
                        worker("a").traps(),
                        nested(
                            "s",
                            sup(OneForOne, [worker("x").traps(), worker("y").starts(&[Fail])]),
                        ),
                    ],
                ),
                [],
            ),
        ),
        (
            "a child that ignores its start stays in the list without a pid",
            script(
                sup(OneForAll, [worker("a").starts(&[Ignore]), worker("b")]),
                [which(""), count(""), panic("b"), which("")],
            ),
        ),
        (
            "a temporary child that ignores its start is not kept",
            script(
                sup(OneForOne, [worker("a").temporary().starts(&[Ignore]), worker("b")]),
                [which(""), count("")],
            ),
        ),
        (
            "each failed start at a restart is one more entry of the intensity",
            script(
                sup(OneForOne, [worker("a").starts(&[Ok, Fail, Panic, Ok])]),
                [panic("a"), which(""), panic("a"), which("")],
            ),
        ),
        (
            "one_for_all starts all anew when another child fails at the restart",
            script(
                sup(OneForAll, [worker("a").traps(), worker("b").starts(&[Ok, Fail]), worker("c")]),
                [panic("a"), which("")],
            ),
        ),
        (
            "rest_for_one goes on from the child that failed at the restart",
            script(
                sup(
                    RestForOne,
                    [
                        worker("a"),
                        worker("b").traps(),
                        worker("c").starts(&[Ok, Fail]),
                        worker("d"),
                    ],
                ),
                [panic("b"), which("")],
            ),
        ),
    ]
}

fn intensities() -> Vec<Scenario> {
    vec![
        (
            "past its intensity a supervisor stops its children in reverse and exits",
            script(sup(OneForOne, three()).intensity(1), [panic("a"), panic("b"), which("")]),
        ),
        (
            "with intensity zero the first failure is one too many",
            script(sup(OneForAll, three()).intensity(0), [stop("b", Normal)]),
        ),
        (
            "the restart budget is the supervisor's, not the child's",
            script(
                sup(OneForOne, three()).intensity(2),
                [panic("a"), panic("b"), which(""), panic("c"), which("")],
            ),
        ),
        (
            "one crash under one_for_all is one entry of the intensity",
            script(sup(OneForAll, three()).intensity(2), [panic("a"), panic("a"), which("")]),
        ),
        (
            "a supervisor that gives up is restarted by its own",
            script(
                sup(OneForOne, [worker("a"), nested("s", sup(OneForOne, three()).intensity(0))])
                    .intensity(1),
                [panic("s/b"), which("s"), panic("s/b"), which("")],
            ),
        ),
        (
            "restarts older than the window are forgotten",
            script(
                sup(OneForOne, three()).intensity(1).within_s(1),
                [panic("a"), Step::WaitMs(2100), panic("a"), which(""), panic("b"), which("")],
            ),
        ),
        (
            "a change of intensity counts the restarts that were",
            script(
                sup(OneForOne, three()),
                [
                    panic("a"),
                    panic("a"),
                    change("", Flags { intensity: 2, ..strategy_of(OneForOne) }),
                    which(""),
                    panic("a"),
                ],
            ),
        ),
    ]
}

fn auto_shutdowns() -> Vec<Scenario> {
    let significant = |id| worker(id).transient().significant();
    vec![
        (
            "any significant child that ends in peace takes its supervisor along",
            script(
                sup(OneForOne, [significant("a"), significant("b"), worker("c").traps()])
                    .auto(Auto::Any),
                [panic("a"), stop("b", Normal), which("")],
            ),
        ),
        (
            "all significant children must end before their supervisor does",
            script(
                sup(
                    OneForOne,
                    [significant("a"), worker("b").temporary().significant(), worker("c").traps()],
                )
                .auto(Auto::All),
                [stop("a", Shutdown), which(""), panic("b"), which("")],
            ),
        ),
        (
            "a significant child that is stopped by command ends nothing",
            script(
                sup(OneForOne, [significant("a"), worker("b")]).auto(Auto::Any),
                [Step::TerminateChild(String::new(), "a".into()), which("")],
            ),
        ),
        (
            "an automatic shutdown is a peaceful end to the supervisor above",
            script(
                sup(
                    OneForOne,
                    [
                        nested(
                            "s",
                            sup(OneForOne, [significant("a"), worker("b")]).auto(Auto::Any),
                        )
                        .transient(),
                        nested(
                            "t",
                            sup(OneForOne, [significant("a"), worker("b")]).auto(Auto::Any),
                        ),
                    ],
                ),
                [stop("s/a", Normal), which(""), stop("t/a", Normal), which("")],
            ),
        ),
        (
            "a significant child without an automatic shutdown is refused",
            script(sup(OneForOne, [significant("a")]), [which("")]),
        ),
        (
            "a permanent child cannot be significant",
            script(sup(OneForOne, [worker("a").significant()]).auto(Auto::Any), [which("")]),
        ),
    ]
}
