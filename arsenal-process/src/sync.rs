//! The locks and atomics that processes share, and what keeps their cache lines apart.
//!
//! One place, so that the models can put shuttle's in and try every interleaving.
//! A lock that was held through a panic is taken all the same: no guard here lives across code
//! that is not ours.

#[cfg(not(feature = "shuttle"))]
pub(crate) use std::sync::{
    Mutex, MutexGuard, RwLock,
    atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
};

#[cfg(feature = "shuttle")]
pub(crate) use shuttle::sync::{
    Mutex, MutexGuard, RwLock,
    atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
};

#[cfg(not(feature = "shuttle"))]
pub(crate) use tokio::sync::Notify;

/// Tokio's, with a turn for other threads before somebody waits.
#[cfg(feature = "shuttle")]
#[derive(Default)]
pub(crate) struct Notify(tokio::sync::Notify);

#[cfg(feature = "shuttle")]
impl Notify {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn notified(&self) -> tokio::sync::futures::Notified<'_> {
        shuttle::thread::yield_now();
        self.0.notified()
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_waiters(&self) {
        self.0.notify_waiters();
    }
}

use std::sync::PoisonError;

/// On cache lines of its own, which processors fetch in pairs: threads that write to neighbours
/// do not wait for each other.
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// Takes the lock.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads under the lock and gives it back.
pub(crate) fn reading<T, R>(shared: &RwLock<T>, read: impl FnOnce(&T) -> R) -> R {
    read(&shared.read().unwrap_or_else(PoisonError::into_inner))
}

/// Writes under the lock and gives it back.
pub(crate) fn writing<T, R>(shared: &RwLock<T>, write: impl FnOnce(&mut T) -> R) -> R {
    write(&mut shared.write().unwrap_or_else(PoisonError::into_inner))
}
