//! Processes beside raw Tokio tasks and beside BEAM: one program, interleaved rounds, medians.
//!
//! Prints a table of ratios with what they must be. Nothing is asserted: a machine that does
//! something else at the same time must not fail a test.

mod beam;

mod memory;

mod ours;

mod raw;

mod report;

mod rounds;

use crate::beam::Beam;
use crate::report::{Bound, Check};
use crate::rounds::Samples;

/// A sender lets others run after so many messages.
const BURST: u32 = 256;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|arg| arg == memory::CHILD) {
        return memory::run_child(&args[at + 1..]);
    }
    if !args.iter().any(|arg| arg == "--bench") {
        println!("skipped: measures only under `cargo bench`");
        return;
    }
    let mut beams = Beam::start()
        .map_err(|reason| println!("skipped: the comparison with BEAM: {reason}"))
        .ok();
    let samples = rounds::run(beams.as_mut());
    samples.print();
    report::print(&checks(&samples));
}

/// The table of what was promised.
#[expect(clippy::too_many_lines, reason = "a table, a measure a row")]
fn checks(samples: &Samples) -> Vec<Check> {
    let check = |measure, unit, value, must, aim| Check { measure, unit, value, must, aim };
    let of = |name| samples.median(name);
    let ratio = |above, below| samples.ratio(above, below);
    let (least, most) = (Bound::AtLeast, Bound::AtMost);
    let beam_memory = of("memory beam").unwrap_or(2683.0);
    vec![
        check(
            "memory per idle process at 100,000",
            "bytes",
            of("memory ours"),
            Some(most(beam_memory)),
            Some(most(1500.0)),
        ),
        check(
            "cast 1→1, CPU per message",
            "ours / raw",
            ratio("cast ours", "cast raw"),
            Some(most(4.0)),
            Some(most(2.5)),
        ),
        check("call round trips", "× raw", ratio("call raw", "call ours"), Some(least(0.45)), None),
        check(
            "call round trips",
            "× BEAM's gen_server:call",
            ratio("call beam", "call ours"),
            Some(least(2.0)),
            None,
        ),
        check(
            "call round trips",
            "× BEAM's bare message pair",
            ratio("pair beam", "call ours"),
            None,
            Some(least(1.0)),
        ),
        check(
            "spawn + stop, one at a time",
            "× raw",
            ratio("spawn raw", "spawn ours"),
            Some(least(0.3)),
            Some(least(0.5)),
        ),
        check(
            "spawn + stop, one at a time",
            "× BEAM's spawn + exit",
            ratio("spawn_exit beam", "spawn ours"),
            Some(least(1.0)),
            None,
        ),
        check(
            "crash → restarted by its supervisor",
            "× OTP",
            ratio("restart beam", "restart ours"),
            Some(least(5.0)),
            Some(least(10.0)),
        ),
        check(
            "the same with one worker and one scheduler",
            "× OTP",
            ratio("restart on one beam", "restart on one ours"),
            None,
            Some(least(5.0)),
        ),
        check(
            "the same with workers that wait busily, as OTP's schedulers do",
            "× OTP",
            ratio("restart beam", "restart awake ours"),
            Some(least(5.0)),
            Some(least(10.0)),
        ),
        check(
            "the same of 16 supervisors at once, with their starts",
            "× OTP",
            ratio("restart at once beam", "restart at once ours"),
            None,
            None,
        ),
        check(
            "name look-up in 10,000",
            "× raw",
            ratio("look-up raw", "look-up ours"),
            Some(least(0.7)),
            None,
        ),
        check(
            "top 100 of 100,000 by mailbox",
            "ms",
            of("top ours"),
            Some(most(50.0)),
            Some(most(15.0)),
        ),
        check(
            "one process's exit among 100,000 named",
            "× among 10",
            ratio("exit among 100,000 ours", "exit among 10 ours"),
            // As among 10: what is above 1 is the cache's and the clock's.
            Some(most(1.5)),
            None,
        ),
    ]
}
