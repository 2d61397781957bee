//! How many allocations a typed call makes, over a direct one.

extern crate arsenal_core as arsenal;

use std::alloc::System;
use std::pin::pin;
use std::task::{Context as Waking, Waker};

use arsenal::{Builder, Context, Error, Execute, Operation};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Does nothing.
#[derive(Debug, Operation)]
#[operation(category = "bench", role = viewer, effect = read, output = u64)]
struct Read {
    /// A number.
    n: u64,
}

impl Execute for Read {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u64, Error> {
        Ok(self.n)
    }
}

/// Does nothing, and would run to its end without its caller.
#[derive(Debug, Operation)]
#[operation(category = "bench", role = viewer, effect = write, output = u64)]
struct Write {
    /// A number.
    n: u64,
}

impl Execute for Write {
    type State = ();

    async fn execute(self, _cx: &Context<()>) -> Result<u64, Error> {
        Ok(self.n)
    }
}

fn main() {
    let arsenal = Builder::empty()
        .operation::<Read>()
        .operation::<Write>()
        .build()
        .expect("the program is sound");
    let read = each(|| poll(arsenal.call(Read { n: 1 })));
    let write = each(|| poll(arsenal.call(Write { n: 1 })));
    let verdict = if read <= 1.0 { "ok" } else { "MISSED" };
    println!("allocations of a typed call                  {read:.2} (<= 1)  {verdict}");
    println!("allocations of one that outlives its caller  {write:.2}");
}

/// Allocations per call, once what is made only once is there.
fn each(call: impl Fn()) -> f64 {
    const CALLS: u32 = 1000;
    call();
    let before = COUNTED.stats().allocations;
    (0..CALLS).for_each(|_| call());
    (COUNTED.stats().allocations - before) as f64 / f64::from(CALLS)
}

/// Polls a future that is ready at once.
fn poll(future: impl Future) {
    let polled = pin!(future).poll(&mut Waking::from_waker(Waker::noop()));
    assert!(polled.is_ready(), "the operation waits for nothing");
}
