//! One sample: every figure at one moment.

use std::time::Duration;

use arsenal_process::Runtime;
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
        let infos = runtime.infos();
        let lengths = || infos.iter().filter_map(|info| info.mailbox_length.known());
        let (n, sum) = lengths().fold((0_u64, 0_u64), |(n, sum), length| (n + 1, sum + length));
        let n_long = lengths().filter(|&length| length > MAILBOX_LONG).count();
        self.set(Metric::Processes, Some(infos.len() as f64));
        self.set(Metric::MailboxMax, lengths().max().map(|length| length as f64));
        self.set(Metric::MailboxMean, (n != 0).then(|| sum as f64 / n as f64));
        self.set(Metric::MailboxesLong, Some(n_long as f64));
    }
}
