//! Distinct callers on more threads.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder as Runtime;

use crate::dispatch::{Nothing, program};
use crate::measure::{median, once, reach};

const CALLS: u64 = 200_000;

pub(crate) fn run() {
    let arsenal = Arc::new(program());
    let took = |threads: u64| -> Duration {
        once(|| {
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    let arsenal = Arc::clone(&arsenal);
                    scope.spawn(move || {
                        let runtime = Runtime::new_current_thread()
                            .enable_time()
                            .build()
                            .expect("a runtime starts");
                        runtime.block_on(async {
                            for n in 0..CALLS {
                                drop(arsenal.call(Nothing { n }).await);
                            }
                        });
                    });
                }
            });
        })
    };
    let ratios = (0..9).map(|_| 2.0 * took(1).as_secs_f64() / took(2).as_secs_f64());
    reach("throughput of two threads, over one's", median(ratios.collect()), "x", 1.8);
}
