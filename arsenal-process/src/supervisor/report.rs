//! What a supervisor says of itself: its children, their count, its restarts.

use std::sync::Arc;

use super::family::{Done, Family};
use super::handle::{ChildCounts, ChildInfo, ChildPid, SupervisorError};
use super::history::RestartStatistics;
use super::roster::{Child, Life};
use super::spec::Strategy;
use crate::Kind;

impl Family {
    pub(crate) fn child_infos(&self) -> Vec<ChildInfo> {
        self.roster.children().map(ChildInfo::of).collect()
    }

    pub(crate) fn count(&self) -> ChildCounts {
        let mut counts = ChildCounts::default();
        for child in self.roster.children() {
            counts.specs += 1;
            counts.active += usize::from(child.process().is_some());
            match child.spec.kind {
                Kind::Supervisor => counts.supervisors += 1,
                Kind::Server | Kind::Task => counts.workers += 1,
            }
        }
        if self.roster.template.is_some() {
            counts.specs = 1;
        }
        counts
    }

    pub(crate) fn statistics(&mut self) -> RestartStatistics {
        let now = self.node().clock.elapsed();
        let left = self.roster.window.left(now, self.roster.intensity);
        self.roster.history.statistics(left)
    }

    pub(crate) fn set_strategy(&mut self, strategy: Strategy) -> Result<Done, SupervisorError> {
        if self.roster.template.is_some() || strategy == Strategy::SimpleOneForOne {
            return Err(SupervisorError::SimpleOneForOne);
        }
        self.roster.strategy = strategy;
        Ok(Done { old: None, new: None })
    }
}

impl ChildInfo {
    fn of(child: &Child) -> Self {
        let pid = match &child.life {
            Life::Running(process) => ChildPid::Running(process.core().pid),
            Life::Stopped => ChildPid::Stopped,
            Life::Restarting { .. } => ChildPid::Restarting,
        };
        Self {
            id: Arc::clone(&child.spec.id),
            pid,
            kind: child.spec.kind,
            restart: child.spec.restart,
            shutdown: child.spec.shutdown,
            significant: child.spec.significant,
            entry_point: child.spec.entry_point.clone(),
            args: child.args.clone(),
            restarts: child.restarts,
        }
    }
}
