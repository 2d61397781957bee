//! The whole path around an operation that does nothing.

use std::time::Instant;

use arsenal::{
    Arsenal, Builder, Call, Caller, Context as OperationContext, Error, Execute, Observer,
    Operation, Outcome, Role,
};
use tokio::runtime::Runtime;

use crate::measure::{Bound, nanos, row};

/// Polls a future that is ready at once, where it is made: as `.await` does.
macro_rules! ready {
    ($future:expr) => {{
        let mut future = std::pin::pin!($future);
        let waking = &mut std::task::Context::from_waker(std::task::Waker::noop());
        match std::future::Future::poll(future.as_mut(), waking) {
            std::task::Poll::Ready(answer) => drop(std::hint::black_box(answer)),
            std::task::Poll::Pending => unreachable!("the operation waits for nothing"),
        }
    }};
}

pub(crate) use ready;

/// Does nothing.
#[derive(Debug, Operation)]
#[operation(category = "bench", role = viewer, effect = read, output = u64)]
pub(crate) struct Nothing {
    /// A number.
    pub(crate) n: u64,
}

impl Execute for Nothing {
    type State = ();

    async fn execute(self, _cx: &OperationContext<()>) -> Result<u64, Error> {
        Ok(self.n)
    }
}

/// Does nothing, within a limit.
#[derive(Debug, Operation)]
#[operation(category = "bench", role = viewer, effect = read, rate_limit = "4000000000/s",
            output = u64)]
struct Limited {
    /// A number.
    n: u64,
}

impl Execute for Limited {
    type State = ();

    async fn execute(self, _cx: &OperationContext<()>) -> Result<u64, Error> {
        Ok(self.n)
    }
}

struct Ear;

impl Observer for Ear {
    fn ended(&self, outcome: &Outcome<'_>) {
        std::hint::black_box(outcome.attempts);
    }
}

pub(crate) fn program() -> Arsenal {
    Builder::empty()
        .operation::<Nothing>()
        .operation::<Limited>()
        .build()
        .expect("the program is sound")
}

async fn direct(n: u64) -> Result<u64, Error> {
    std::hint::black_box(Ok(n))
}

pub(crate) fn run() {
    let runtime = Runtime::new().expect("a runtime starts");
    let quiet = program();
    let heard = Builder::empty()
        .operation::<Limited>()
        .observer(Ear)
        .build()
        .expect("the program is sound");
    // The calls are ready at their first poll: a waker that wakes nobody is enough, inside the
    // runtime that the deadline's clock is of.
    let _inside = runtime.enter();
    let mut bare = || ready!(direct(1));
    let mut typed = || ready!(quiet.call(Nothing { n: 1 }));
    let mut named = || {
        let caller = Caller::new("ann", Role::Viewer, "bench");
        ready!(heard.run(Call::new("limited", r#"{"n":1}"#, caller)));
    };
    let mut plain = || ready!(quiet.run(Call::new("nothing", r#"{"n":1}"#, Caller::program())));
    let [bare, typed, named, plain] = nanos([&mut bare, &mut typed, &mut named, &mut plain]);
    row("typed call, over a direct one", typed - bare, "ns", Bound::Most(150.0));
    row("JSON call: role, limit, one observer", named - bare, "ns", Bound::Most(500.0));
    row("JSON call: no limit, no observer", plain - bare, "ns", Bound::Told);
    row("two readings of the clock, of those", clock(), "ns", Bound::Told);
}

fn clock() -> f64 {
    let mut twice = || {
        std::hint::black_box(Instant::now());
        std::hint::black_box(Instant::now());
    };
    let [twice] = nanos([&mut twice]);
    twice
}
