//! The numbers of a program's runtimes: no two that live have the same.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Those of the whole program, so that no model can put another lock in.
static TAKEN: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// What was given out of its own accord is not given out again soon: pids of a runtime that has
/// ended mean nobody.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A number, until it is dropped.
pub(crate) struct NodeNumber(u32);

impl NodeNumber {
    /// The number, unless it is taken.
    pub(crate) fn take(number: u32) -> Option<Self> {
        taken().insert(number).then(|| Self(number))
    }

    /// The next number that is free.
    pub(crate) fn next() -> Self {
        loop {
            if let Some(number) = Self::take(NEXT.fetch_add(1, Ordering::Relaxed)) {
                return number;
            }
        }
    }

    pub(crate) fn get(&self) -> u32 {
        self.0
    }
}

impl Drop for NodeNumber {
    fn drop(&mut self) {
        taken().remove(&self.0);
    }
}

fn taken() -> MutexGuard<'static, BTreeSet<u32>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}
