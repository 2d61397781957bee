//! What is measured.

use arsenal::Choice;

/// A figure that is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Choice)]
pub enum Metric {
    /// How many processors this program kept busy between two samples.
    ProcessCpu,
    /// Which share of all processors was busy between two samples.
    SystemCpu,
    /// How many bytes of this program are in memory.
    ProcessMemory,
    /// Which share of the machine's memory is in use.
    SystemMemory,
    /// Which share of the control group's memory limit is in use.
    CgroupMemory,
    /// The load over one minute, as the kernel says.
    LoadOne,
    /// The load over five minutes, as the kernel says.
    LoadFive,
    /// The load over fifteen minutes, as the kernel says.
    LoadFifteen,
    /// How many processes live in the runtime.
    Processes,
    /// How many tasks wait in the queue that all workers share.
    RunQueue,
    /// How many messages wait in the longest mailbox.
    MailboxMax,
    /// How many messages wait in a mailbox on average.
    MailboxMean,
    /// How many mailboxes hold more than 100 messages.
    MailboxesLong,
    /// How many restarts there were between two samples.
    Restarts,
}

impl Metric {
    /// How many there are.
    pub const COUNT: usize = 14;

    /// Every one, in order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::ProcessCpu,
        Self::SystemCpu,
        Self::ProcessMemory,
        Self::SystemMemory,
        Self::CgroupMemory,
        Self::LoadOne,
        Self::LoadFive,
        Self::LoadFifteen,
        Self::Processes,
        Self::RunQueue,
        Self::MailboxMax,
        Self::MailboxMean,
        Self::MailboxesLong,
        Self::Restarts,
    ];

    /// The unit of its values.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::ProcessCpu => "processors",
            Self::SystemCpu | Self::SystemMemory | Self::CgroupMemory => "share",
            Self::ProcessMemory => "bytes",
            Self::LoadOne | Self::LoadFive | Self::LoadFifteen => "tasks",
            Self::Processes => "processes",
            Self::RunQueue => "tasks",
            Self::MailboxMax | Self::MailboxMean => "messages",
            Self::MailboxesLong => "mailboxes",
            Self::Restarts => "restarts",
        }
    }

    /// The name and the sentence of its gauge.
    pub(crate) const fn gauge(self) -> (&'static str, &'static str) {
        match self {
            Self::ProcessCpu => ("arsenal_process_cpu_processors", "Processors kept busy."),
            Self::SystemCpu => ("arsenal_system_cpu_ratio", "Busy share of all processors."),
            Self::ProcessMemory => ("arsenal_process_resident_bytes", "This program's memory."),
            Self::SystemMemory => ("arsenal_system_memory_ratio", "Used share of the memory."),
            Self::CgroupMemory => ("arsenal_cgroup_memory_ratio", "Used share of the limit."),
            Self::LoadOne => ("arsenal_system_load1", "The load over one minute."),
            Self::LoadFive => ("arsenal_system_load5", "The load over five minutes."),
            Self::LoadFifteen => ("arsenal_system_load15", "The load over fifteen minutes."),
            Self::Processes => ("arsenal_processes", "Processes that live in the runtime."),
            Self::RunQueue => ("arsenal_run_queue_tasks", "Tasks in the workers' queue."),
            Self::MailboxMax => ("arsenal_mailbox_max_messages", "The longest mailbox."),
            Self::MailboxMean => ("arsenal_mailbox_mean_messages", "The mean mailbox."),
            Self::MailboxesLong => ("arsenal_mailboxes_long", "Mailboxes over 100 messages."),
            Self::Restarts => ("arsenal_restarts", "Restarts of what had failed, ever."),
        }
    }

    /// A difference below this is no anomaly, however steady the figure was before.
    pub(crate) const fn least_change(self) -> f64 {
        match self {
            Self::ProcessCpu | Self::SystemCpu => 0.1,
            Self::ProcessMemory => 16_777_216.0,
            Self::SystemMemory | Self::CgroupMemory => 0.05,
            Self::LoadOne | Self::LoadFive | Self::LoadFifteen => 0.5,
            Self::Processes | Self::RunQueue | Self::MailboxMax => 10.0,
            Self::MailboxMean => 1.0,
            Self::MailboxesLong | Self::Restarts => 1.0,
        }
    }

    pub(crate) const fn at(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_stands_where_its_number_says() {
        for (at, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metric.at(), at, "{metric}");
        }
    }
}
