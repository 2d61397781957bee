//! A program of a thousand operations is put together.

use arsenal::{Builder, Entry, Operation};

use crate::dispatch::Nothing;
use crate::measure::{Bound, median, once, row};

pub(crate) fn run() {
    let figures = (0..31).map(|_| {
        let mut builder = Builder::empty();
        for n in 0..1000 {
            let mut spec = Nothing::SPEC.clone();
            spec.name = format!("operation_{n}").into();
            builder = builder.entry(Entry::of::<Nothing>().with_spec(Box::leak(Box::new(spec))));
        }
        once(|| drop(builder.build())).as_secs_f64() * 1e3
    });
    row("start-up with 1,000 operations", median(figures.collect()), "ms", Bound::Most(5.0));
}
