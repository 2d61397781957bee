//! The numbers of a program's runtimes: no two that live have the same.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

static TAKEN: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// What was given out last is not given out again soon: pids of a runtime that has ended stay its
/// own.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A number, until it is dropped.
pub(crate) struct NodeNumber(u32);

impl NodeNumber {
    /// The number that is asked for, or the next one that is free; `None` if it is taken.
    pub(crate) fn take(wanted: Option<u32>) -> Option<Self> {
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        match wanted {
            Some(number) => taken.insert(number).then(|| Self(number)),
            None => loop {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                if taken.insert(number) {
                    return Some(Self(number));
                }
            },
        }
    }

    pub(crate) fn get(&self) -> u32 {
        self.0
    }
}

impl Drop for NodeNumber {
    fn drop(&mut self) {
        TAKEN.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
