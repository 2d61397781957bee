//! What a supervisor remembers of its restarts: a bounded ring, and counters that never forget.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::roster::Child;
use crate::{ExitReason, Pid};

/// One restart.
#[derive(Debug, Clone, PartialEq)]
pub struct RestartRecord {
    /// Which child.
    pub child_id: Arc<str>,
    /// Why it ended.
    pub reason: ExitReason,
    /// When it was started again.
    pub at: SystemTime,
    /// The pid that ended; absent where only the start had failed.
    pub old: Option<Pid>,
    /// The new pid.
    pub new: Pid,
    /// The child whose failure took this one down with it; absent for that child itself.
    pub sibling_of: Option<Arc<str>>,
}

impl RestartRecord {
    /// Of the child that was started, in place of the process that ended.
    pub(crate) fn of(child: &Child, was: (Option<Pid>, ExitReason)) -> Option<Self> {
        let new = child.process()?.core();
        let (child_id, (old, reason)) = (Arc::clone(&child.spec.id), was);
        let at = new.node.clock.at(new.started);
        Some(Self { child_id, reason, at, old, new: new.pid, sibling_of: None })
    }
}

/// A supervisor's restarts in figures.
#[derive(Debug, Clone, PartialEq)]
pub struct RestartStatistics {
    /// Failures that led to a restart, since the supervisor's start. Siblings do not count.
    pub total: u64,
    /// The same, per child id.
    pub per_child: BTreeMap<Arc<str>, u64>,
    /// The same, per kind of reason.
    pub per_reason: BTreeMap<&'static str, u64>,
    /// The time between the first and the last of the remembered restarts, over their number
    /// less one; absent below two.
    pub mean_between: Option<Duration>,
    /// How many more restarts the supervisor bears at this moment.
    pub budget_left: u32,
    /// How many restarts before those are not remembered any more.
    pub forgotten: u64,
    /// The remembered restarts, the oldest first.
    pub history: Vec<RestartRecord>,
}

#[derive(Debug, Default)]
pub(crate) struct History {
    max: usize,
    ring: VecDeque<RestartRecord>,
    forgotten: u64,
    total: u64,
    per_child: BTreeMap<Arc<str>, u64>,
    per_reason: BTreeMap<&'static str, u64>,
}

impl History {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, ..Self::default() }
    }

    pub(crate) fn add(&mut self, record: RestartRecord) {
        if record.sibling_of.is_none() {
            self.total += 1;
            match self.per_child.get_mut(&record.child_id) {
                Some(n_restarts) => *n_restarts += 1,
                None => _ = self.per_child.insert(Arc::clone(&record.child_id), 1),
            }
            *self.per_reason.entry(record.reason.kind()).or_default() += 1;
        }
        self.ring.push_back(record);
        if self.max < self.ring.len() {
            self.ring.pop_front();
            self.forgotten += 1;
        }
    }

    /// A child that is gone for good is not counted on: ids of strangers would pile up.
    pub(crate) fn forget_child(&mut self, id: &str) {
        self.per_child.remove(id);
    }

    pub(crate) fn statistics(&self, budget_left: u32) -> RestartStatistics {
        let times: Vec<SystemTime> =
            self.ring.iter().filter(|one| one.sibling_of.is_none()).map(|one| one.at).collect();
        let mean_between = match times.as_slice() {
            [first, .., last] => {
                let gaps = u32::try_from(times.len() - 1).unwrap_or(u32::MAX);
                last.duration_since(*first).ok().map(|whole| whole / gaps)
            }
            _ => None,
        };
        RestartStatistics {
            total: self.total,
            per_child: self.per_child.clone(),
            per_reason: self.per_reason.clone(),
            mean_between,
            budget_left,
            forgotten: self.forgotten,
            history: self.ring.iter().cloned().collect(),
        }
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_is_counted_so_that_each_record_keeps_its_number() {
        for max in [0, 2, 10] {
            let mut history = History::new(max);
            for number in 0..5 {
                history.add(RestartRecord {
                    child_id: number.to_string().into(),
                    reason: ExitReason::Killed,
                    at: SystemTime::UNIX_EPOCH,
                    old: None,
                    new: Pid::new(0, 1, 0),
                    sibling_of: None,
                });
            }
            let told = history.statistics(0);
            assert_eq!((told.history.len(), told.total), (max.min(5), 5));
            for (number, record) in (told.forgotten..).zip(&told.history) {
                assert_eq!(&*record.child_id, number.to_string());
            }
            assert_eq!(told.forgotten, 5 - told.history.len() as u64);
        }
    }
}
