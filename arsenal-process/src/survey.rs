//! A page of many processes: filtered and ordered by cheap figures, so that only what is shown
//! is looked at closely.

use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::cell::Process;
use crate::info::status;
use crate::lookup::{info, measured};
use crate::{Kind, Measure, Pid, ProcessInfo, ProcessName, Runtime, Status};

/// A process at a glance: what a filter asks.
pub struct Brief<'a>(&'a Arc<dyn Process>);

impl Brief<'_> {
    /// Its pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.0.core().pid
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.core().origin.kind
    }

    /// What it is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        status(self.0.core())
    }

    /// Its supervisor.
    #[must_use]
    pub fn supervisor(&self) -> Option<Pid> {
        let origin = &self.0.core().origin;
        origin.child_id.as_ref().and(origin.parent)
    }

    /// The entry point that it was started by.
    #[must_use]
    pub fn entry_point(&self) -> Option<&str> {
        self.0.core().origin.entry_point.as_deref()
    }

    /// Its registered name.
    #[must_use]
    pub fn name(&self) -> Option<ProcessName> {
        self.0.core().control().name.clone()
    }

    /// One of its figures.
    #[must_use]
    pub fn measure(&self, measure: Measure) -> u64 {
        measured(self.0, measure)
    }
}

impl std::fmt::Debug for Brief<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Brief").field(&self.pid()).finish()
    }
}

/// Which part of all processes is wanted: the greatest first, the oldest first among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survey {
    /// What they are ordered by.
    pub measure: Measure,
    /// Whether the least come first.
    pub ascending: bool,
    /// Go on after the process that had this figure.
    pub after: Option<(u64, Pid)>,
    /// How many.
    pub n_max: usize,
}

/// A process, and the figure that it has its place by.
#[derive(Debug, Clone)]
pub struct Leader {
    /// The figure.
    pub value: u64,
    /// The process.
    pub info: ProcessInfo,
}

impl Runtime {
    /// The processes that `keep` keeps, ordered; each is looked at closely only if it is shown.
    ///
    /// `keep` must not come back to the runtime.
    #[must_use]
    pub fn survey(&self, survey: &Survey, keep: impl Fn(&Brief<'_>) -> bool) -> Vec<Leader> {
        // The least value comes first; a heap holds the best so far with the worst at its top.
        let rank = |value: u64| if survey.ascending { value } else { u64::MAX - value };
        let after = survey.after.map(|(value, pid)| (rank(value), pid));
        let mut best = BinaryHeap::with_capacity(survey.n_max.min(10_000) + 1);
        self.each(|_number, process| {
            let brief = Brief(process);
            let entry = (rank(brief.measure(survey.measure)), brief.pid());
            let wanted = after.is_none_or(|after| after < entry)
                && (best.len() < survey.n_max || best.peek().is_some_and(|worst| entry < *worst));
            if wanted && keep(&brief) {
                best.push(entry);
                if survey.n_max < best.len() {
                    best.pop();
                }
            }
        });
        let in_order = best.into_sorted_vec().into_iter();
        in_order
            .filter_map(|(rank, pid)| {
                let process = self.find(&pid.into()).ok()?;
                let value = if survey.ascending { rank } else { u64::MAX - rank };
                Some(Leader { value, info: info(&process) })
            })
            .collect()
    }

    /// Looks at every process at a glance, in no order.
    ///
    /// `visit` must not come back to the runtime.
    pub fn visit(&self, mut visit: impl FnMut(&Brief<'_>)) {
        self.each(|_number, process| visit(&Brief(process)));
    }

    /// How many processes `keep` keeps.
    ///
    /// `keep` must not come back to the runtime.
    #[must_use]
    pub fn count_of(&self, keep: impl Fn(&Brief<'_>) -> bool) -> usize {
        let mut count = 0;
        self.visit(|process| count += usize::from(keep(process)));
        count
    }
}
