//! Medians of interleaved rounds, and the table they are printed in.

use std::time::{Duration, Instant};

/// How many rounds a measure has; each gives one figure.
const ROUNDS: usize = 31;

/// Nanoseconds per iteration of each candidate: medians over rounds that take turns, so that a
/// machine that slows down slows all of them down.
pub(crate) fn nanos<const N: usize>(
    iterations: u32,
    mut candidates: [&mut dyn FnMut(); N],
) -> [f64; N] {
    let mut figures = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for (candidate, figures) in candidates.iter_mut().zip(&mut figures) {
            let began = Instant::now();
            for _ in 0..iterations {
                candidate();
            }
            figures.push(began.elapsed().as_nanos() as f64 / f64::from(iterations));
        }
    }
    figures.map(median)
}

/// The middle figure.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// One line of the table: a figure and its bound, both in the unit.
pub(crate) fn row(measure: &str, figure: f64, unit: &str, must: Option<f64>) {
    let bound = must.map_or(String::new(), |must| format!("<= {must} {unit}"));
    let verdict = must.map_or("", |must| if figure <= must { "ok" } else { "MISSED" });
    println!("{measure:<44} {:>12} {bound:>14} {verdict:>8}", format!("{figure:.2} {unit}"));
}

/// A line for a figure that must be reached.
pub(crate) fn reach(measure: &str, figure: f64, unit: &str, must: f64) {
    let verdict = if figure >= must { "ok" } else { "MISSED" };
    let bound = format!(">= {must} {unit}");
    println!("{measure:<44} {:>12} {bound:>14} {verdict:>8}", format!("{figure:.2} {unit}"));
}

/// How long one run takes.
pub(crate) fn once(run: impl FnOnce()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}
