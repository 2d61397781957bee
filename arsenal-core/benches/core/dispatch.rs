//! The whole path around an operation that does nothing.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use arsenal::{
    Arsenal, Builder, Call, Caller, Context as OperationContext, Error, Execute, Observer,
    Operation, Outcome, Role,
};
use tokio::runtime::Runtime;

use crate::counting::allocations;
use crate::measure::{nanos, row};

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
    let mut bare = || ready(direct(1));
    let mut typed = || ready(quiet.call(Nothing { n: 1 }));
    let mut named = || {
        let caller = Caller::new("ann", Role::Viewer, "bench");
        ready(heard.run(Call::new("limited", r#"{"n":1}"#, caller)));
    };
    let mut plain = || ready(quiet.run(Call::new("nothing", r#"{"n":1}"#, Caller::program())));
    let [bare, typed, named, plain] =
        nanos(20_000, [&mut bare, &mut typed, &mut named, &mut plain]);
    row("typed call, over a direct one", typed - bare, "ns", Some(150.0));
    row("JSON call: role, limit, one observer", named - bare, "ns", Some(500.0));
    row("JSON call: no limit, no observer", plain - bare, "ns", None);
    let before = allocations();
    for n in 0..1000 {
        ready(quiet.call(Nothing { n }));
    }
    let each = (allocations() - before) as f64 / 1000.0;
    row("allocations of one typed call", each, "", Some(1.0));
}

/// Polls a future that is ready at once.
fn ready<F: Future>(future: F) {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => drop(std::hint::black_box(answer)),
        Poll::Pending => unreachable!("the operation waits for nothing"),
    }
}
