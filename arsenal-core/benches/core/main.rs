//! What a call costs: ratios and medians of one run, never asserted.
//!
//! `cargo xtask bench core` runs it; a word after it runs one part (`dispatch`, `startup`, …).

extern crate arsenal_core as arsenal;

mod dispatch;

mod lookup;

mod measure;

mod startup;

mod threads;

mod validate;

fn main() {
    let parts: [(&str, fn()); 5] = [
        ("dispatch", dispatch::run),
        ("lookup", lookup::run),
        ("startup", startup::run),
        ("threads", threads::run),
        ("validate", validate::run),
    ];
    // Cargo hands over `--bench`; what is no flag names a part.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    measure::head();
    for (name, run) in parts {
        if wanted.is_empty() || wanted.iter().any(|part| part == name) {
            run();
        }
    }
}
