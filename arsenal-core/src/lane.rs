//! Lanes: threads that call count apart, and so do not wait for each other's numbers.

use std::ops::Index;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More threads than these share what they count in.
const LANES: usize = 8;

/// One of the lanes, which some of the threads take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lane(usize);

impl Lane {
    #[inline]
    pub(crate) fn of_this_thread() -> Self {
        thread_local! {
            static LANE: Lane = Lane(NEXT.fetch_add(1, Ordering::Relaxed) % LANES);
        }
        LANE.with(|lane| *lane)
    }
}

static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Something for each lane.
#[derive(Debug, Default)]
pub(crate) struct PerLane<T>([Apart<T>; LANES]);

/// On cache lines of its own, which processors fetch in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

impl<T> PerLane<T> {
    pub(crate) fn new(make: impl Fn(Lane) -> T) -> Self {
        Self(std::array::from_fn(|lane| Apart(make(Lane(lane)))))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|apart| &apart.0)
    }
}

impl<T> Index<Lane> for PerLane<T> {
    type Output = T;

    #[inline]
    fn index(&self, lane: Lane) -> &T {
        &self.0[lane.0].0
    }
}
