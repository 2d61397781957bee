//! Who wants to hear of figures, and of what.
//!
//! Each subscriber has a queue of its own and gets one copy of what its filter lets through.
//! What a full queue cannot take is dropped and counted; a queue whose reader has gone, or has
//! panicked, is forgotten. Nobody is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::anomaly::Anomaly;
use super::health::{Finding, HealthStatus};
use super::metric::Metric;
use super::sample::Sample;

/// How many notices wait for a slow subscriber.
const QUEUE_MAX: usize = 256;

/// Something that a subscriber hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A sample was taken.
    Sample(Arc<Sample>),
    /// A figure differs from what it was.
    Anomaly(Anomaly),
    /// A figure went past a limit, or past a worse one.
    Finding(Finding),
    /// The status changed.
    Status {
        /// What it was.
        before: HealthStatus,
        /// What it is.
        now: HealthStatus,
    },
}

/// What a sample shows: every notice but the sample itself.
#[derive(Debug, Clone, Copy)]
pub(crate) enum News {
    Anomaly(Anomaly),
    Finding(Finding),
    Status { before: HealthStatus, now: HealthStatus },
}

impl From<News> for Notice {
    fn from(news: News) -> Self {
        match news {
            News::Anomaly(anomaly) => Self::Anomaly(anomaly),
            News::Finding(finding) => Self::Finding(finding),
            News::Status { before, now } => Self::Status { before, now },
        }
    }
}

/// The kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A sample.
    Sample,
    /// An anomaly.
    Anomaly,
    /// A finding.
    Finding,
    /// A change of the status.
    Status,
}

/// Which notices a subscriber wants. The default wants all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeFilter {
    /// Only these kinds; empty means all.
    pub kinds: Vec<NoticeKind>,
    /// Anomalies and findings only of these metrics; empty means all.
    pub metrics: Vec<Metric>,
}

/// The reader of a subscription; dropping it ends the subscription.
#[derive(Debug)]
pub struct Subscription {
    notices: mpsc::Receiver<Notice>,
    dropped: Arc<AtomicU64>,
}

impl Subscription {
    /// Waits for the next notice; `None` when the analytics are gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future loses no notice.
    pub async fn next(&mut self) -> Option<Notice> {
        self.notices.recv().await
    }

    /// How many notices were lost because this subscriber was slow.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

#[derive(Default)]
pub(crate) struct Subscribers(Vec<Subscriber>);

struct Subscriber {
    filter: NoticeFilter,
    queue: mpsc::Sender<Notice>,
    dropped: Arc<AtomicU64>,
}

impl Subscribers {
    pub(crate) fn add(&mut self, filter: NoticeFilter) -> Subscription {
        let (queue, notices) = mpsc::channel(QUEUE_MAX);
        let dropped = Arc::new(AtomicU64::new(0));
        self.0.push(Subscriber { filter, queue, dropped: Arc::clone(&dropped) });
        Subscription { notices, dropped }
    }

    pub(crate) fn tell(&mut self, notice: &Notice) {
        self.0.retain(|subscriber| {
            if subscriber.filter.lets(notice)
                && let Err(mpsc::error::TrySendError::Full(_)) =
                    subscriber.queue.try_send(notice.clone())
            {
                subscriber.dropped.fetch_add(1, Ordering::Relaxed);
            }
            !subscriber.queue.is_closed()
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl NoticeFilter {
    fn lets(&self, notice: &Notice) -> bool {
        let (kind, metric) = match notice {
            Notice::Sample(_) => (NoticeKind::Sample, None),
            Notice::Anomaly(anomaly) => (NoticeKind::Anomaly, Some(anomaly.metric)),
            Notice::Finding(finding) => (NoticeKind::Finding, Some(finding.metric)),
            Notice::Status { .. } => (NoticeKind::Status, None),
        };
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && metric.is_none_or(|m| self.metrics.is_empty() || self.metrics.contains(&m))
    }
}
