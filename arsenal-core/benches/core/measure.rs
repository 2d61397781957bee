//! Medians of interleaved rounds, and the table they are printed in.

use std::fmt;
use std::time::{Duration, Instant};

/// How many rounds a measure has; each gives one figure.
const ROUNDS: usize = 501;

/// How long a round is to be: shorter than a scheduler's slice, so that on a machine with other
/// work most rounds are not interrupted and the median is of those.
const ROUND: Duration = Duration::from_micros(200);

/// Nanoseconds per iteration of each candidate: medians over rounds that take turns, so that a
/// machine that slows down slows all of them down.
pub(crate) fn nanos<const N: usize>(mut candidates: [&mut dyn FnMut(); N]) -> [f64; N] {
    let iterations = candidates.each_mut().map(|candidate| iterations(*candidate));
    let mut figures = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for (at, candidate) in candidates.iter_mut().enumerate() {
            let took = took(iterations[at], *candidate);
            figures[at].push(took.as_nanos() as f64 / f64::from(iterations[at]));
        }
    }
    figures.map(median)
}

/// How often the candidate runs in a round.
fn iterations(candidate: &mut dyn FnMut()) -> u32 {
    (0..).map(|power| 1 << power).find(|n| took(*n, candidate) >= ROUND).unwrap_or(u32::MAX)
}

fn took(iterations: u32, candidate: &mut dyn FnMut()) -> Duration {
    once(|| {
        for _ in 0..iterations {
            candidate();
        }
    })
}

/// How long one run takes.
pub(crate) fn once(run: impl FnOnce()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}

/// The middle figure.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What a figure is held to.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    /// Nothing: it is told for what stands beside it.
    Told,
    /// At most this.
    Most(f64),
    /// At most the first; better, at most the second.
    MostAim(f64, f64),
    /// At least the first; better, at least the second.
    LeastAim(f64, f64),
}

impl Bound {
    fn verdict(self, figure: f64) -> &'static str {
        let (must, aim) = match self {
            Self::Told => return "",
            Self::Most(must) => (figure <= must, false),
            Self::MostAim(must, aim) => (figure <= must, figure <= aim),
            Self::LeastAim(must, aim) => (figure >= must, figure >= aim),
        };
        match (must, aim) {
            (false, _) => "MISSED",
            (true, false) => "ok",
            (true, true) => "ok, aim",
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Told => String::new(),
            Self::Most(must) => format!("<= {must}"),
            Self::MostAim(must, aim) => format!("<= {must} (aim {aim})"),
            Self::LeastAim(must, aim) => format!(">= {must} (aim {aim})"),
        };
        f.pad(&text)
    }
}

/// The table's head.
pub(crate) fn head() {
    println!("{:<44} {:>12} {:>20} {:>8}", "measure", "median", "must", "verdict");
}

/// One line of the table: a figure and its bound, both in the unit.
pub(crate) fn row(measure: &str, figure: f64, unit: &str, bound: Bound) {
    let verdict = bound.verdict(figure);
    println!("{measure:<44} {:>12} {bound:>20} {verdict:>8}", format!("{figure:.2} {unit}"));
}
