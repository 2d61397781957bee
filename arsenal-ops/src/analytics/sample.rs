//! One sample: every figure at one moment.

use std::time::Duration;

use arsenal_process::{Brief, Kind, Measure, Runtime};
use tokio::runtime::Handle;

use super::machine::Figures;
use super::metric::Metric;

/// A mailbox with more messages than this is long.
const MAILBOX_LONG: u64 = 100;

/// Every figure at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// When, since the analytics began.
    pub at: Duration,
    values: [Option<f64>; Metric::COUNT],
}

impl Sample {
    /// The value of a metric; absent where it could not be known.
    #[must_use]
    pub fn value(&self, metric: Metric) -> Option<f64> {
        self.values[metric.at()]
    }

    pub(crate) fn new(at: Duration, machine: &Figures, runtime: &Runtime, restarts: u64) -> Self {
        let mut sample = Self { at, values: [None; Metric::COUNT] };
        sample.set(Metric::ProcessCpu, machine.process_cpu);
        sample.set(Metric::SystemCpu, machine.system_cpu);
        sample.set(Metric::ProcessMemory, machine.process_memory);
        sample.set(Metric::SystemMemory, machine.system_memory);
        sample.set(Metric::CgroupMemory, machine.cgroup_memory);
        if let Some([one, five, fifteen]) = machine.load {
            sample.set(Metric::LoadOne, Some(one));
            sample.set(Metric::LoadFive, Some(five));
            sample.set(Metric::LoadFifteen, Some(fifteen));
        }
        let queue = Handle::try_current().ok().map(|tokio| tokio.metrics().global_queue_depth());
        sample.set(Metric::RunQueue, queue.map(|tasks| tasks as f64));
        sample.set(Metric::Restarts, Some(restarts as f64));
        sample.set_mailboxes(runtime);
        sample
    }

    fn set(&mut self, metric: Metric, value: Option<f64>) {
        // What is no number cannot be compared, and would spoil every mean.
        self.values[metric.at()] = value.filter(|value| value.is_finite());
    }

    fn set_mailboxes(&mut self, runtime: &Runtime) {
        let totals = Totals::of(runtime);
        let mean = (totals.mailboxes != 0).then(|| totals.waiting as f64 / totals.mailboxes as f64);
        self.set(Metric::Processes, Some(totals.processes as f64));
        self.set(Metric::MailboxMax, Some(totals.mailbox_max as f64));
        self.set(Metric::MailboxMean, mean);
        self.set(Metric::MailboxesLong, Some(totals.mailboxes_long as f64));
    }
}

/// Sums over all processes, gathered in one visit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Totals {
    pub(crate) processes: u64,
    pub(crate) busy_ns: u64,
    pub(crate) polls: u64,
    mailboxes: u64,
    waiting: u64,
    mailbox_max: u64,
    mailboxes_long: u64,
}

impl Totals {
    pub(crate) fn of(runtime: &Runtime) -> Self {
        let mut totals = Self::default();
        runtime.visit(|process| totals = totals.with(process));
        totals
    }

    fn with(mut self, process: &Brief<'_>) -> Self {
        self.processes += 1;
        self.busy_ns += process.measure(Measure::BusyTime);
        self.polls += process.measure(Measure::Polls);
        // A task reads no mailbox: it would only make the mean look better.
        if process.kind() != Kind::Task {
            let length = process.measure(Measure::MailboxLength);
            self.mailboxes += 1;
            self.waiting += length;
            self.mailbox_max = self.mailbox_max.max(length);
            self.mailboxes_long += u64::from(length > MAILBOX_LONG);
        }
        self
    }
}
