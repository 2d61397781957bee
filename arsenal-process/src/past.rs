//! What is remembered of ended processes, for as long as there is room: reason, time, successor.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use crate::clock::Clock;
use crate::end_reason::EndReason;
use crate::sync::{Apart, Mutex, lock};
use crate::{ExitReason, Pid, ProcessName};

const N_SHARDS: usize = 16;

/// A process that has ended, as it is remembered.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedProcess {
    /// Its pid.
    pub pid: Pid,
    /// Its name, if it had one.
    pub name: Option<ProcessName>,
    /// Why it ended.
    pub reason: ExitReason,
    /// When it ended.
    pub ended_at: SystemTime,
    /// The process that its supervisor started in its place.
    pub restarted_as: Option<Pid>,
}

pub(crate) struct Past {
    max_per_shard: usize,
    shards: Vec<Apart<Mutex<VecDeque<Remembered>>>>,
}

/// What is kept: the reason is the one that its process published.
pub(crate) struct Remembered {
    pub(crate) pid: Pid,
    pub(crate) name: Option<ProcessName>,
    pub(crate) reason: EndReason,
    /// Since the node's start.
    pub(crate) ended: Duration,
    pub(crate) restarted_as: Option<Pid>,
}

impl Past {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max_per_shard: max.div_ceil(N_SHARDS),
            shards: (0..N_SHARDS).map(|_| Apart(Mutex::default())).collect(),
        }
    }

    pub(crate) fn remember(&self, ended: Remembered) {
        if self.max_per_shard == 0 {
            return;
        }
        let mut shard = lock(self.shard(ended.pid));
        let forgotten = if self.max_per_shard <= shard.len() { shard.pop_front() } else { None };
        shard.push_back(ended);
        drop(shard);
        drop(forgotten);
    }

    /// Who asks this asks it of what has just ended: the search begins with the youngest.
    pub(crate) fn restarted(&self, old: Pid, new: Pid) {
        let mut shard = lock(self.shard(old));
        if let Some(ended) = shard.iter_mut().rev().find(|ended| ended.pid == old) {
            ended.restarted_as = Some(new);
        }
    }

    pub(crate) fn get(&self, pid: Pid, clock: &Clock) -> Option<EndedProcess> {
        let shard = lock(self.shard(pid));
        let ended = shard.iter().rev().find(|ended| ended.pid == pid)?;
        Some(EndedProcess {
            pid,
            name: ended.name.clone(),
            reason: (*ended.reason).clone(),
            ended_at: clock.at(ended.ended),
            restarted_as: ended.restarted_as,
        })
    }

    fn shard(&self, pid: Pid) -> &Mutex<VecDeque<Remembered>> {
        &self.shards[pid.id() as usize % N_SHARDS].0
    }
}
