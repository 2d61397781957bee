//! The tables of a node: processes by pid, processes by name, each in shards.

use std::collections::HashMap;
use std::sync::Arc;

use crate::cell::Process;
use crate::pid_hash::PidHash;
use crate::sync::{Apart, RwLock, reading, writing};
use crate::{Pid, ProcessName};

/// A power of two, well above the threads of most machines.
const N_SHARDS: usize = 64;

/// Processes by pid.
pub(crate) struct Table {
    shards: Vec<Apart<RwLock<Shard>>>,
}

type Shard = HashMap<u64, Arc<dyn Process>, PidHash>;

impl Table {
    pub(crate) fn new() -> Self {
        Self { shards: (0..N_SHARDS).map(|_| Apart(RwLock::new(HashMap::default()))).collect() }
    }

    pub(crate) fn insert(&self, process: Arc<dyn Process>) {
        let pid = process.core().pid;
        writing(self.shard(pid), |shard| shard.insert(pid.number(), process));
    }

    pub(crate) fn remove(&self, pid: Pid) {
        let removed = writing(self.shard(pid), |shard| shard.remove(&pid.number()));
        // The last reference may end here, and its destructor must not hold the shard.
        drop(removed);
    }

    pub(crate) fn get(&self, pid: Pid) -> Option<Arc<dyn Process>> {
        reading(self.shard(pid), |shard| shard.get(&pid.number()).cloned())
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| reading(&shard.0, HashMap::len)).sum()
    }

    /// All processes, in no order, a shard at a time.
    pub(crate) fn all(&self) -> Vec<Arc<dyn Process>> {
        let mut all = Vec::with_capacity(self.len());
        self.each(|_number, process| all.push(Arc::clone(process)));
        all
    }

    /// Visits all processes by the numbers of their pids, in no order; the visit must not come
    /// back to the table.
    pub(crate) fn each(&self, mut visit: impl FnMut(u64, &Arc<dyn Process>)) {
        for shard in &self.shards {
            reading(&shard.0, |shard| {
                shard.iter().for_each(|(number, process)| visit(*number, process));
            });
        }
    }

    fn shard(&self, pid: Pid) -> &RwLock<Shard> {
        &self.shards[pid.id() as usize % N_SHARDS].0
    }
}

type NameShard = HashMap<ProcessName, Arc<dyn Process>>;

/// Processes by name.
pub(crate) struct Names {
    shards: Vec<Apart<RwLock<NameShard>>>,
}

impl Names {
    pub(crate) fn new() -> Self {
        Self { shards: (0..N_SHARDS).map(|_| Apart(RwLock::new(HashMap::new()))).collect() }
    }

    /// Takes the name for the process, or says who has it.
    pub(crate) fn take(&self, name: &ProcessName, process: &Arc<dyn Process>) -> Result<(), Pid> {
        writing(self.shard(name), |shard| match shard.get(name) {
            Some(holder) => Err(holder.core().pid),
            None => {
                shard.insert(name.clone(), Arc::clone(process));
                Ok(())
            }
        })
    }

    pub(crate) fn leave(&self, name: &ProcessName) {
        let removed = writing(self.shard(name), |shard| shard.remove(name));
        drop(removed);
    }

    pub(crate) fn get(&self, name: &ProcessName) -> Option<Arc<dyn Process>> {
        reading(self.shard(name), |shard| shard.get(name).cloned())
    }

    /// Every name and its holder, sorted by name.
    pub(crate) fn all(&self) -> Vec<(ProcessName, Arc<dyn Process>)> {
        let mut all = Vec::new();
        for shard in &self.shards {
            reading(&shard.0, |shard| {
                all.extend(shard.iter().map(|(name, process)| (name.clone(), Arc::clone(process))));
            });
        }
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all
    }

    /// The names of one length and one ending share a shard, which costs a wait and nothing else:
    /// the map inside hashes with a key of its own.
    fn shard(&self, name: &ProcessName) -> &RwLock<NameShard> {
        let bytes = name.as_str().as_bytes();
        let ending = match bytes.last_chunk() {
            Some(ending) => u64::from_le_bytes(*ending),
            None => bytes.iter().fold(0, |ending, byte| ending << 8 | u64::from(*byte)),
        };
        let mixed = (ending ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The upper bits are the mixed ones; a shard's number fits in a byte.
        &self.shards[usize::from((mixed >> 56) as u8) % N_SHARDS].0
    }
}
