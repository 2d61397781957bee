//! A set of pids that costs little while it is small: most processes have one link or none.

use std::collections::BTreeSet;

use crate::Pid;

/// Past this many pids, a tree is faster than a walk.
const FEW_MAX: usize = 16;

#[derive(Debug, Default)]
pub(crate) enum PidSet {
    #[default]
    Empty,
    One(Pid),
    Few(Vec<Pid>),
    Many(BTreeSet<Pid>),
}

impl PidSet {
    /// Adds the pid; false if it was there.
    pub(crate) fn insert(&mut self, pid: Pid) -> bool {
        if self.contains(pid) {
            return false;
        }
        match self {
            Self::Empty => *self = Self::One(pid),
            Self::One(first) => *self = Self::Few(vec![*first, pid]),
            Self::Few(few) if few.len() < FEW_MAX => few.push(pid),
            Self::Few(few) => {
                *self = Self::Many(few.iter().copied().chain([pid]).collect());
            }
            Self::Many(many) => _ = many.insert(pid),
        }
        true
    }

    /// Takes the pid out; false if it was not there.
    pub(crate) fn remove(&mut self, pid: Pid) -> bool {
        match self {
            Self::One(first) if *first == pid => *self = Self::Empty,
            Self::Empty | Self::One(_) => return false,
            Self::Few(few) => match few.iter().position(|other| *other == pid) {
                Some(at) => _ = few.remove(at),
                None => return false,
            },
            Self::Many(many) => return many.remove(&pid),
        }
        true
    }

    pub(crate) fn contains(&self, pid: Pid) -> bool {
        match self {
            Self::Empty => false,
            Self::One(first) => *first == pid,
            Self::Few(few) => few.contains(&pid),
            Self::Many(many) => many.contains(&pid),
        }
    }

    /// All pids, the youngest process first.
    pub(crate) fn youngest_first(self) -> impl Iterator<Item = Pid> {
        let (one, many) = match self {
            Self::One(first) => (Some(first), Vec::new()),
            several => (None, several.sorted()),
        };
        one.into_iter().chain(many.into_iter().rev())
    }

    /// The pids, the oldest process first.
    pub(crate) fn sorted(&self) -> Vec<Pid> {
        let mut pids: Vec<Pid> = match self {
            Self::Empty => Vec::new(),
            Self::One(first) => vec![*first],
            Self::Few(few) => few.clone(),
            Self::Many(many) => return many.iter().copied().collect(),
        };
        pids.sort_unstable();
        pids
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_each_pid_once_at_every_size() {
        let mut set = PidSet::default();
        let pid = |number| Pid::numbered(0, number);
        for number in (0..40).rev() {
            assert!(set.insert(pid(number)));
            assert!(!set.insert(pid(number)), "{number}");
        }
        assert_eq!(set.sorted(), (0..40).map(pid).collect::<Vec<_>>());
        for number in 0..40 {
            assert!(set.remove(pid(number)));
            assert!(!set.remove(pid(number)), "{number}");
        }
        assert!(set.sorted().is_empty());
    }

    #[test]
    fn the_youngest_come_first_at_every_size() {
        for size in [0, 1, 2, 40] {
            let mut set = PidSet::default();
            for number in 0..size {
                set.insert(Pid::numbered(0, number));
            }
            let expected: Vec<_> = (0..size).rev().map(|number| Pid::numbered(0, number)).collect();
            assert_eq!(set.youngest_first().collect::<Vec<_>>(), expected);
        }
    }
}
