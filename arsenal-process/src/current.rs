//! Whose poll a thread is inside.

use std::cell::Cell;

use crate::Pid;

thread_local! {
    static CURRENT: Cell<Option<Pid>> = const { Cell::new(None) };
}

/// The process that is being polled on this thread.
#[inline]
pub(crate) fn current() -> Option<Pid> {
    CURRENT.get()
}

/// While it lives, this thread is inside of that process's poll, or of nobody's; then again of
/// whose it was before, also where a panic came between.
pub(crate) struct Inside {
    outer: Option<Pid>,
}

impl Inside {
    #[inline]
    pub(crate) fn of(pid: Option<Pid>) -> Self {
        Self { outer: CURRENT.replace(pid) }
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        CURRENT.set(self.outer);
    }
}
