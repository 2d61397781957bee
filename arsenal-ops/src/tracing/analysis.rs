//! What a row of traced events says: who talks to whom, how often, and when all at once.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal_process::{MessageKind, Pid, Runtime, TraceEvent, Traced};
use schemars::JsonSchema;
use serde::Serialize;

use super::view::TraceEventKind;
use crate::moment::{micros, moment, span};

/// How many messages went from one process to another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Talk {
    /// Who sent; absent where the sender is no process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Pid>,
    /// Who received; absent where a reply went to no process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Pid>,
    /// How many messages.
    pub messages: u64,
}

/// How many events of one kind there are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct KindCount {
    /// The kind.
    pub kind: TraceEventKind,
    /// How many.
    pub events: u64,
}

/// How many messages of one kind there are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MessageCount {
    /// The kind.
    pub kind: MessageKind,
    /// How many.
    pub messages: u64,
}

/// How much one process has to do with messages.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TalkerCount {
    /// The process.
    pub pid: Pid,
    /// How many messages it sent.
    pub sent: u64,
    /// How many messages it got.
    pub received: u64,
}

/// A time with many more events than the rest.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Burst {
    /// When it began (RFC 3339, UTC).
    pub from: String,
    /// The same in microseconds since the runtime's start.
    pub from_us: u64,
    /// How long it lasted.
    pub lasted: String,
    /// The same in microseconds.
    pub lasted_us: u64,
    /// How many events fell into it.
    pub events: u64,
    /// How many that is a second.
    pub per_second: f64,
}

/// A time with many more events than the rest, since the runtime's start.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rush {
    from_us: u64,
    lasted_us: u64,
    events: u64,
}

impl Burst {
    pub(crate) fn of(rush: &Rush, runtime: &Runtime) -> Self {
        let lasted = Duration::from_micros(rush.lasted_us);
        Self {
            from: moment(runtime.time_of_day(Duration::from_micros(rush.from_us))),
            from_us: rush.from_us,
            lasted: span(lasted),
            lasted_us: rush.lasted_us,
            events: rush.events,
            per_second: rush.events as f64 / lasted.as_secs_f64(),
        }
    }
}

/// The messages of a trace. Where both ends are followed, a message is two events: counted per
/// pair, the greater of both numbers is the number of messages.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    pairs: BTreeMap<Pair, Ends>,
    kinds: BTreeMap<(Pair, u8), (MessageKind, Ends)>,
}

/// Who sends, and who gets it; absent where that is no process.
type Pair = (Option<Pid>, Option<Pid>);

#[derive(Debug, Default, Clone, Copy)]
struct Ends {
    sent: u64,
    received: u64,
}

impl Messages {
    pub(crate) fn of(events: &[TraceEvent]) -> Self {
        let mut messages = Self::default();
        for event in events {
            match &event.what {
                Traced::Sent { to, kind, .. } => {
                    let sent = Ends { sent: 1, received: 0 };
                    messages.take((Some(event.pid), *to), *kind, sent);
                }
                Traced::Received { from, kind, .. } => {
                    let received = Ends { sent: 0, received: 1 };
                    messages.take((*from, Some(event.pid)), *kind, received);
                }
                _ => {}
            }
        }
        messages
    }

    fn take(&mut self, pair: Pair, kind: MessageKind, ends: Ends) {
        self.pairs.entry(pair).or_default().add(ends);
        let of_kind = self.kinds.entry((pair, kind as u8));
        of_kind.or_insert((kind, Ends::default())).1.add(ends);
    }

    /// Who talks to whom, the most talkative pair first.
    pub(crate) fn talks(&self) -> Vec<Talk> {
        let pairs = self.pairs.iter();
        let mut talks: Vec<Talk> =
            pairs.map(|(&(from, to), ends)| Talk { from, to, messages: ends.messages() }).collect();
        talks.sort_by_key(|talk| std::cmp::Reverse(talk.messages));
        talks
    }

    /// The messages by their kind, in the kinds' order.
    pub(crate) fn kinds(&self) -> Vec<MessageCount> {
        let mut counts = BTreeMap::new();
        for (kind, ends) in self.kinds.values() {
            let count = counts.entry(*kind as u8);
            count.or_insert(MessageCount { kind: *kind, messages: 0 }).messages += ends.messages();
        }
        counts.into_values().collect()
    }

    /// Each process that sent or got a message, the busiest first.
    pub(crate) fn talkers(&self) -> Vec<TalkerCount> {
        let mut counts: BTreeMap<Pid, TalkerCount> = BTreeMap::new();
        let new = |pid| TalkerCount { pid, sent: 0, received: 0 };
        for (&(from, to), ends) in &self.pairs {
            if let Some(from) = from {
                counts.entry(from).or_insert(new(from)).sent += ends.messages();
            }
            if let Some(to) = to {
                counts.entry(to).or_insert(new(to)).received += ends.messages();
            }
        }
        let mut counts: Vec<_> = counts.into_values().collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.sent + count.received));
        counts
    }
}

impl Ends {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.received += other.received;
    }

    fn messages(self) -> u64 {
        self.sent.max(self.received)
    }
}

pub(crate) fn kinds(events: &[TraceEvent]) -> Vec<KindCount> {
    let mut counts: BTreeMap<TraceEventKind, u64> = BTreeMap::new();
    for event in events {
        *counts.entry(TraceEventKind::of(&event.what)).or_default() += 1;
    }
    counts.into_iter().map(|(kind, events)| KindCount { kind, events }).collect()
}

/// How many events fall into each span, by the number of the span.
pub(crate) fn spans(events: &[TraceEvent], span: Duration) -> BTreeMap<u64, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts.entry(micros(event.at) / micros(span).max(1)).or_default() += 1;
    }
    counts
}

/// Spans with at least `factor` times the mean of all spans from the first event to the last;
/// neighbors are one burst.
pub(crate) fn bursts(events: &[TraceEvent], width: Duration, factor: f64) -> Vec<Rush> {
    let counts = spans(events, width);
    let (Some((&first, _)), Some((&last, _))) = (counts.first_key_value(), counts.last_key_value())
    else {
        return Vec::new();
    };
    let mean = events.len() as f64 / (last - first + 1) as f64;
    let width = micros(width).max(1);
    let mut found: Vec<Rush> = Vec::new();
    for (number, n) in counts {
        // Two events together are no burst, however quiet the rest was.
        if (n as f64) < (factor * mean).max(3.0) {
            continue;
        }
        match found.last_mut() {
            Some(rush) if rush.from_us + rush.lasted_us == number * width => {
                rush.lasted_us += width;
                rush.events += n;
            }
            _ => found.push(Rush { from_us: number * width, lasted_us: width, events: n }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at_ms: u64, pid: u32, what: Traced) -> TraceEvent {
        TraceEvent { at: Duration::from_millis(at_ms), pid: Pid::new(0, pid, 0), what }
    }

    fn sent(at_ms: u64, from: u32, to: u32) -> TraceEvent {
        let to = Pid::new(0, to, 0);
        event(
            at_ms,
            from,
            Traced::Sent { to: Some(to), kind: MessageKind::Cast, server: "s", content: None },
        )
    }

    fn received(at_ms: u64, from: Option<u32>, to: u32) -> TraceEvent {
        let from = from.map(|from| Pid::new(0, from, 0));
        event(
            at_ms,
            to,
            Traced::Received { from, kind: MessageKind::Call, server: "s", content: None },
        )
    }

    #[test]
    fn a_message_whose_both_ends_are_followed_is_one_message() {
        let events = [sent(0, 1, 2), received(0, Some(1), 2), sent(1, 1, 2), received(2, None, 2)];
        let messages = Messages::of(&events);
        let talks: Vec<_> = messages.talks().iter().map(|talk| talk.messages).collect();
        assert_eq!(talks, [2, 1]);
        assert_eq!(messages.talks()[0].from, Some(Pid::new(0, 1, 0)));
        let talkers = messages.talkers();
        assert_eq!((talkers[0].received, talkers[1].sent), (3, 2));
    }

    #[test]
    fn a_burst_is_a_time_with_many_more_events_than_the_rest() {
        let quiet = (0..20).map(|n| sent(n * 100, 1, 2));
        let loud = (0..40).map(|n| sent(1_000 + n, 1, 2));
        let mut events: Vec<_> = quiet.chain(loud).collect();
        events.sort_by_key(|event| event.at);
        let found = bursts(&events, Duration::from_millis(100), 3.0);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].from_us, found[0].events), (1_000_000, 41));
        assert_eq!(bursts(&events[..5], Duration::from_millis(100), 3.0), []);
        assert_eq!(bursts(&[], Duration::from_millis(100), 3.0), []);
    }
}
