//! Distinct callers on more threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arsenal::{Arsenal, Call, Caller, Role};
use tokio::runtime::Runtime;

use crate::dispatch::{Nothing, program, ready};
use crate::measure::{Bound, median, once, row};

/// How many calls each thread makes in a round.
const CALLS: u64 = 500;

const ROUNDS: usize = 301;

pub(crate) fn run() {
    let arsenal = program();
    let runtime = Runtime::new().expect("a runtime starts");
    let named = |principal: &'static str| {
        let caller = Caller::new(principal, Role::Viewer, "bench");
        ready!(arsenal.run(Call::new("limited", r#"{"n":1}"#, caller)));
    };
    let growth = growth(&runtime, &named);
    row("two threads' JSON calls, over one's", growth, "x", Bound::LeastAim(1.0, 1.8));
    let growth = self::growth(&runtime, &|_caller| typed(&arsenal));
    row("two threads' typed calls, over one's", growth, "x", Bound::LeastAim(1.0, 1.8));
}

fn typed(arsenal: &Arsenal) {
    ready!(arsenal.call(Nothing { n: 1 }));
}

/// How many times the calls of one thread two threads make in the same time. Rounds of one
/// thread and of two take turns.
fn growth(runtime: &Runtime, call: &(dyn Fn(&'static str) + Sync)) -> f64 {
    let meeting = Meeting::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _inside = runtime.enter();
            for _ in 0..ROUNDS {
                meeting.round(|| {});
                meeting.round(|| burst("bob", call));
            }
        });
        let _inside = runtime.enter();
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            alone.push(meeting.round(|| burst("ann", call)).as_secs_f64());
            together.push(meeting.round(|| burst("ann", call)).as_secs_f64());
        }
        2.0 * median(alone) / median(together)
    })
}

fn burst(caller: &'static str, call: &(dyn Fn(&'static str) + Sync)) {
    for _ in 0..CALLS {
        call(caller);
    }
}

/// Where two threads wait for each other, awake: being woken would take as long as a round.
#[derive(Default)]
struct Meeting(AtomicUsize);

impl Meeting {
    /// How long the slower of both takes.
    fn round(&self, work: impl FnOnce()) -> Duration {
        self.meet();
        once(|| {
            work();
            self.meet();
        })
    }

    fn meet(&self) {
        let others = self.0.fetch_add(1, Ordering::AcqRel);
        let both = (others / 2 + 1) * 2;
        while self.0.load(Ordering::Acquire) < both {
            std::hint::spin_loop();
        }
    }
}
