//! `detect_bottlenecks`.

use std::collections::HashMap;
use std::time::Duration;

use arsenal::{Choice, Context, Error, Execute, Operation};
use arsenal_process::{Brief, Kind, Measure, Pid, ProcessName, Runtime, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::Traces;

/// How many bottlenecks are named.
const FOUND_MAX: usize = 200;

/// Looks at all processes twice and names those that others wait for.
///
/// Found are mailboxes that are long, or long and growing, processes that are inside of a poll
/// for nearly all of the time or have not come out of one for long, and suspended ones that
/// messages wait for.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = GET, path = "/system/bottlenecks", role = viewer,
            effect = read, idempotent, timeout = "15s", output = BottleneckReport,
            columns = ["pid", "name", "kind", "value", "limit", "detail"],
            example(name = "a short look", params = r#"{"observe": "10ms"}"#))]
pub struct DetectBottlenecks {
    /// The time between the two looks.
    #[param(default = "1s", min = "1ms", max = "10s")]
    pub observe: Duration,
    /// From this many messages on, a mailbox is long.
    #[param(default = 100, min = 1)]
    pub mailbox_min: u64,
    /// From this share of the time inside of polls on, a process is busy.
    #[param(default = 0.8, min = 0.01, max = 1.0)]
    pub busy_min: f64,
    /// After so long inside of one poll, a process does not yield.
    #[param(default = "100ms", min = "1ms", max = "1h")]
    pub poll_max: Duration,
}

/// What others wait for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BottleneckReport {
    /// How many processes were looked at.
    pub processes: usize,
    /// The bottlenecks: by kind, and within a kind the worst first.
    pub items: Vec<Bottleneck>,
    /// Whether there were more than the 200 that are shown.
    pub truncated: bool,
}

/// Why a process is a bottleneck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum BottleneckKind {
    /// It has not come out of one poll for long.
    NotYielding,
    /// Its mailbox is long, and longer than before.
    MailboxGrowing,
    /// Its mailbox is long.
    MailboxLong,
    /// It is inside of polls for nearly all of the time.
    Busy,
    /// It is suspended, and messages wait for it.
    Suspended,
}

/// A process that others wait for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Bottleneck {
    /// The process.
    pub pid: Pid,
    /// Its registered name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ProcessName>,
    /// Why it is one.
    pub kind: BottleneckKind,
    /// The figure that shows it: messages, a share, or microseconds.
    pub value: f64,
    /// What it was compared with.
    pub limit: f64,
    /// The same as a sentence.
    pub detail: String,
}

/// One look at a process.
struct Look {
    pid: Pid,
    status: Status,
    length: Option<u64>,
    /// With the poll that is under way.
    busy_ns: u64,
}

impl Execute for DetectBottlenecks {
    type State = Traces;

    async fn execute(self, cx: &Context<Traces>) -> Result<BottleneckReport, Error> {
        let runtime = cx.state().runtime();
        // Busy time follows the machine's clock, and so does what it is a share of.
        let began = std::time::Instant::now();
        let before = look(runtime);
        tokio::time::sleep(self.observe).await;
        let now = look(runtime);
        let observed = began.elapsed();
        let before: HashMap<Pid, Look> = before.into_iter().map(|look| (look.pid, look)).collect();
        let mut items = Vec::new();
        for look in &now {
            if let Some(before) = before.get(&look.pid) {
                items.extend(self.judge(before, look, observed));
            }
        }
        items.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.value.total_cmp(&a.value)));
        let truncated = FOUND_MAX < items.len();
        items.truncate(FOUND_MAX);
        for item in &mut items {
            item.name = runtime.info(item.pid).ok().and_then(|info| info.name);
        }
        Ok(BottleneckReport { processes: now.len(), items, truncated })
    }
}

impl DetectBottlenecks {
    fn judge(&self, before: &Look, now: &Look, observed: Duration) -> Vec<Bottleneck> {
        let mut found = Vec::new();
        let mut add = |kind, value, limit, detail| {
            found.push(Bottleneck { pid: now.pid, name: None, kind, value, limit, detail });
        };
        if let Status::Running { since } = now.status
            && self.poll_max <= since
        {
            let detail = format!("{} is inside of one poll for {since:?}", now.pid);
            let (value, limit) = (since.as_secs_f64() * 1e6, self.poll_max.as_secs_f64() * 1e6);
            add(BottleneckKind::NotYielding, value, limit, detail);
        }
        let length = now.length.unwrap_or_default();
        if self.mailbox_min <= length {
            let was = before.length.unwrap_or_default();
            let (kind, detail) = if was < length {
                let detail = format!("{length} messages wait for {}, {was} before", now.pid);
                (BottleneckKind::MailboxGrowing, detail)
            } else {
                (BottleneckKind::MailboxLong, format!("{length} messages wait for {}", now.pid))
            };
            add(kind, length as f64, self.mailbox_min as f64, detail);
        }
        let busy = now.busy_ns.saturating_sub(before.busy_ns) as f64;
        // One that leaves a poll while it is looked at is seen to be busy a little longer.
        let busy = (busy / observed.as_nanos().max(1) as f64).min(1.0);
        if self.busy_min <= busy {
            let detail = format!("{} is busy for {:.0} % of the time", now.pid, busy * 100.0);
            add(BottleneckKind::Busy, busy, self.busy_min, detail);
        }
        if now.status == Status::Suspended && length != 0 {
            let detail = format!("{} is suspended, and {length} messages wait for it", now.pid);
            add(BottleneckKind::Suspended, length as f64, 1.0, detail);
        }
        found
    }
}

fn look(runtime: &Runtime) -> Vec<Look> {
    let mut looks = Vec::new();
    runtime.visit(|process| looks.push(Look::of(process)));
    looks
}

impl Look {
    fn of(process: &Brief<'_>) -> Self {
        let length = process.measure(Measure::MailboxLength);
        let status = process.status();
        let under_way = match status {
            Status::Running { since } => u64::try_from(since.as_nanos()).unwrap_or(u64::MAX),
            _ => 0,
        };
        Self {
            pid: process.pid(),
            status,
            length: (process.kind() != Kind::Task).then_some(length),
            busy_ns: process.measure(Measure::BusyTime).saturating_add(under_way),
        }
    }
}
