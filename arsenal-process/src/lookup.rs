//! Finding processes: by pid, by name, all of them, the busiest of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::cell::Process;
use crate::context::NoProcess;
use crate::info::{Fact, status};
use crate::past::EndedProcess;
use crate::{Kind, Pid, ProcessInfo, ProcessName, Runtime, Status, Target};

/// What a list of processes is sorted by, the greatest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Messages that wait.
    MailboxLength,
    /// Time inside poll.
    BusyTime,
    /// Messages handled.
    MessagesHandled,
    /// Polls.
    Polls,
    /// Age.
    Age,
    /// Restarts of the child id.
    Restarts,
}

/// For so many leaders room is made beforehand.
const LEADERS_FEW: usize = 1_000;

impl Runtime {
    /// The pid behind a name.
    #[must_use]
    pub fn whereis(&self, name: &ProcessName) -> Option<Pid> {
        let process = self.node.names.get(name)?;
        self.sees(&process).then(|| process.core().pid)
    }

    /// The pid of the target, if it is there.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] if it has ended, never was, or lies outside of the scope.
    pub fn resolve(&self, target: impl Into<Target>) -> Result<Pid, NoProcess> {
        Ok(self.find(&target.into())?.core().pid)
    }

    /// Every name and its holder, sorted by name.
    #[must_use]
    pub fn names(&self) -> Vec<(ProcessName, Pid)> {
        if self.scope.is_none() {
            let all = self.node.names.all().into_iter();
            return all.map(|(name, process)| (name, process.core().pid)).collect();
        }
        let mut names = Vec::new();
        self.each(|_number, process| {
            let core = process.core();
            names.extend(core.control().name.clone().map(|name| (name, core.pid)));
        });
        names.sort_unstable();
        names
    }

    /// Every pid, the oldest first.
    #[must_use]
    pub fn pids(&self) -> Vec<Pid> {
        let mut pids: Vec<Pid> = self.all().iter().map(|process| process.core().pid).collect();
        pids.sort_unstable();
        pids
    }

    /// How many processes there are.
    #[must_use]
    pub fn n_processes(&self) -> usize {
        match self.scope {
            None => self.node.processes.len(),
            Some(_) => self.all().len(),
        }
    }

    /// What is known of one process.
    ///
    /// # Errors
    ///
    /// [`NoProcess`]; [`Self::past`] may remember it.
    pub fn info(&self, target: impl Into<Target>) -> Result<ProcessInfo, NoProcess> {
        Ok(info(&self.find(&target.into())?))
    }

    /// What a process is doing.
    ///
    /// # Errors
    ///
    /// [`NoProcess`].
    pub fn status(&self, target: impl Into<Target>) -> Result<Status, NoProcess> {
        Ok(status(self.find(&target.into())?.core()))
    }

    /// What is known of every process, the oldest first.
    #[must_use]
    pub fn infos(&self) -> Vec<ProcessInfo> {
        let mut infos: Vec<ProcessInfo> = self.all().iter().map(info).collect();
        infos.sort_by_key(|info| info.pid);
        infos
    }

    /// The `n` processes that lead by this measure, the greatest first.
    #[must_use]
    pub fn top(&self, measure: Measure, n: usize) -> Vec<ProcessInfo> {
        // Only the leaders are held; the least of them is at the top of the heap.
        let mut leaders = BinaryHeap::with_capacity(n.min(LEADERS_FEW) + 1);
        self.each(|number, process| {
            if n == 0 {
                return;
            }
            // The number is the table's own: what is far away in memory is read once.
            let entry = Reverse((measured(process, measure), Reverse(number)));
            if leaders.len() < n || leaders.peek().is_some_and(|least| entry < *least) {
                leaders.push(entry);
                if n < leaders.len() {
                    leaders.pop();
                }
            }
        });
        let sorted = leaders.into_sorted_vec().into_iter();
        sorted
            .filter_map(|Reverse((_, Reverse(number)))| {
                self.node.find(Pid::numbered(self.node.number, number))
            })
            .map(|process| info(&process))
            .collect()
    }

    /// What is remembered of a process that has ended.
    #[must_use]
    pub fn past(&self, pid: Pid) -> Option<EndedProcess> {
        match self.scope {
            None => self.node.past.get(pid, &self.node.clock),
            // What has ended is in no scope any more.
            Some(_) => None,
        }
    }

    pub(crate) fn find(&self, target: &Target) -> Result<Arc<dyn Process>, NoProcess> {
        let process = match target {
            Target::Pid(pid) => self.node.find(*pid),
            Target::Name(name) => self.node.names.get(name),
        };
        process
            .filter(|process| self.sees(process))
            .ok_or_else(|| NoProcess { target: target.clone() })
    }

    pub(crate) fn all(&self) -> Vec<Arc<dyn Process>> {
        let mut all = Vec::new();
        self.each(|_number, process| all.push(Arc::clone(process)));
        all
    }

    /// Visits every process by the number of its pid, in no order; the visit must not come back
    /// to the runtime.
    pub(crate) fn each(&self, mut visit: impl FnMut(u64, &Arc<dyn Process>)) {
        match &self.scope {
            None => self.node.processes.each(visit),
            Some(scope) => {
                for pid in scope.members() {
                    if let Some(process) = self.node.find(pid) {
                        visit(pid.number(), &process);
                    }
                }
            }
        }
    }

    fn sees(&self, process: &Arc<dyn Process>) -> bool {
        match &self.scope {
            None => true,
            Some(scope) => scope.contains(process.core().control().scope.as_ref()),
        }
    }
}

pub(crate) fn info(process: &Arc<dyn Process>) -> ProcessInfo {
    let mut info = ProcessInfo::of(process);
    if info.kind == Kind::Supervisor {
        let node = &process.core().node;
        let is_child = |pid: &Pid| {
            node.find(*pid).is_some_and(|linked| {
                let origin = &linked.core().origin;
                origin.parent == Some(info.pid) && origin.child_id.is_some()
            })
        };
        info.children = Fact::Known(info.links.iter().copied().filter(is_child).collect());
    }
    info
}

pub(crate) fn measured(process: &Arc<dyn Process>, measure: Measure) -> u64 {
    let core = process.core();
    match measure {
        Measure::MailboxLength => process.mailbox().length,
        Measure::MessagesHandled => process.mailbox().handled,
        Measure::BusyTime => core.busy_ns(),
        Measure::Polls => core.polls(),
        // The older a process, the smaller its number.
        Measure::Age => u64::MAX - core.pid.number(),
        Measure::Restarts => u64::from(core.origin.restarts),
    }
}
