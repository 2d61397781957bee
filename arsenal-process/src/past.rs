//! What is remembered of ended processes, for as long as there is room: reason, time, successor.

use std::collections::{HashMap, VecDeque};
use std::time::SystemTime;

use crate::pid_hash::PidHash;
use crate::sync::{Mutex, lock};
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
    shards: Vec<Mutex<Remembered>>,
}

#[derive(Default)]
struct Remembered {
    by_pid: HashMap<Pid, EndedProcess, PidHash>,
    oldest_first: VecDeque<Pid>,
}

impl Past {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max_per_shard: max.div_ceil(N_SHARDS),
            shards: (0..N_SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    pub(crate) fn remember(&self, ended: EndedProcess) {
        if self.max_per_shard == 0 {
            return;
        }
        let mut shard = lock(self.shard(ended.pid));
        if self.max_per_shard <= shard.oldest_first.len()
            && let Some(oldest) = shard.oldest_first.pop_front()
        {
            shard.by_pid.remove(&oldest);
        }
        shard.oldest_first.push_back(ended.pid);
        shard.by_pid.insert(ended.pid, ended);
    }

    pub(crate) fn restarted(&self, old: Pid, new: Pid) {
        if let Some(ended) = lock(self.shard(old)).by_pid.get_mut(&old) {
            ended.restarted_as = Some(new);
        }
    }

    pub(crate) fn get(&self, pid: Pid) -> Option<EndedProcess> {
        lock(self.shard(pid)).by_pid.get(&pid).cloned()
    }

    fn shard(&self, pid: Pid) -> &Mutex<Remembered> {
        &self.shards[pid.id() as usize % N_SHARDS]
    }
}
