//! A value that readers see whole and writers change one after the other.
//!
//! How it stores is a parameter, so that the tests can run it under a scheduler that tries the
//! orders of its steps.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};

/// Where the value is, and what keeps writers apart.
pub(crate) trait Place<T> {
    fn of(value: Arc<T>) -> Self;
    fn load(&self) -> Arc<T>;
    fn store(&self, value: Arc<T>);
    /// Runs the change while no other change runs.
    fn alone<R>(&self, change: impl FnOnce() -> R) -> R;
}

/// A value that readers see whole and writers change one after the other.
#[derive(Debug)]
pub(crate) struct Swap<T, P = Shared<T>> {
    place: P,
    value: std::marker::PhantomData<fn() -> T>,
}

impl<T, P: Place<T>> Swap<T, P> {
    pub(crate) fn new(value: T) -> Self {
        Self { place: P::of(Arc::new(value)), value: std::marker::PhantomData }
    }

    /// The value as it is now.
    pub(crate) fn load(&self) -> Arc<T> {
        self.place.load()
    }

    /// Puts in place what the change makes of the value; a change that fails changes nothing.
    pub(crate) fn change<E>(&self, change: impl FnOnce(&T) -> Result<T, E>) -> Result<(), E> {
        self.place.alone(|| {
            let next = change(&self.place.load())?;
            self.place.store(Arc::new(next));
            Ok(())
        })
    }
}

impl<T> Swap<T> {
    /// The value as it is now, for a short look: cheaper than [`Swap::load`], not to be kept.
    #[inline]
    pub(crate) fn peek(&self) -> Guard<Arc<T>> {
        self.place.now.load()
    }
}

/// The real place: readers take no lock.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    now: ArcSwap<T>,
    writing: Mutex<()>,
}

impl<T> Place<T> for Shared<T> {
    fn of(value: Arc<T>) -> Self {
        Self { now: ArcSwap::new(value), writing: Mutex::new(()) }
    }

    fn load(&self) -> Arc<T> {
        self.now.load_full()
    }

    fn store(&self, value: Arc<T>) {
        self.now.store(value);
    }

    fn alone<R>(&self, change: impl FnOnce() -> R) -> R {
        // A change that panicked stored nothing: the value is whole.
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        change()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// The same two steps, under a scheduler that tries their orders.
    struct Tried<T> {
        now: shuttle::sync::RwLock<Arc<T>>,
        writing: shuttle::sync::Mutex<()>,
    }

    impl<T> Place<T> for Tried<T> {
        fn of(value: Arc<T>) -> Self {
            let now = shuttle::sync::RwLock::new(value);
            Self { now, writing: shuttle::sync::Mutex::new(()) }
        }

        fn load(&self) -> Arc<T> {
            Arc::clone(&self.now.read().expect("no test panics with it"))
        }

        fn store(&self, value: Arc<T>) {
            *self.now.write().expect("no test panics with it") = value;
        }

        fn alone<R>(&self, change: impl FnOnce() -> R) -> R {
            let _writing = self.writing.lock().expect("no test panics with it");
            change()
        }
    }

    #[test]
    fn no_change_is_lost_and_no_reader_sees_half_of_one() {
        shuttle::check_random(
            || {
                // Both numbers are changed together: a reader that sees them differ saw half.
                let swap: Arc<Swap<(u32, u32), Tried<_>>> = Arc::new(Swap::new((0, 0)));
                let writers = (0..2).map(|_| {
                    let swap = Arc::clone(&swap);
                    shuttle::thread::spawn(move || {
                        let added = swap.change(|(a, b)| Ok::<_, Infallible>((a + 1, b + 1)));
                        added.expect("it cannot fail");
                        swap.change(|_| Err(())).expect_err("it fails, and changes nothing");
                    })
                });
                let writers: Vec<_> = writers.collect();
                let seen = swap.load();
                assert_eq!(seen.0, seen.1);
                for writer in writers {
                    writer.join().expect("a writer ends");
                }
                assert_eq!(*swap.load(), (2, 2));
            },
            1000,
        );
    }
}
