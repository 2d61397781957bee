//! What each query has shown of each process, so that the next page of it can tell what changed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use arsenal_process::{Pid, ProcessInfo};
use tokio::time::Instant;

use super::view::RowRates;
use crate::moment::{micros, span};

/// How many queries are remembered, and how many processes of each.
const QUERIES_MAX: usize = 64;
const PROCESSES_MAX: usize = 2000;

/// What was shown, by query and process.
#[derive(Debug, Default)]
pub(crate) struct Rates(Mutex<Shown>);

#[derive(Debug, Default)]
struct Shown {
    by_query: HashMap<String, HashMap<Pid, Sample>>,
    oldest_first: VecDeque<String>,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    at: Instant,
    busy: Duration,
    handled: Option<u64>,
    polls: u64,
}

impl Rates {
    /// What each process did since the query last showed it, and notes that it shows it now.
    pub(crate) fn since_last<'a>(
        &self,
        query: &str,
        infos: impl Iterator<Item = &'a ProcessInfo>,
    ) -> Vec<Option<RowRates>> {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let samples = shown.samples(query);
        let now = Instant::now();
        infos
            .map(|info| {
                let sample = Sample::of(info, now);
                if PROCESSES_MAX <= samples.len() {
                    // Most of these have ended; the next page begins anew.
                    samples.clear();
                }
                samples.insert(info.pid, sample).map(|before| sample.since(&before))
            })
            .collect()
    }
}

impl Shown {
    fn samples(&mut self, query: &str) -> &mut HashMap<Pid, Sample> {
        if !self.by_query.contains_key(query) {
            if QUERIES_MAX <= self.oldest_first.len()
                && let Some(oldest) = self.oldest_first.pop_front()
            {
                self.by_query.remove(&oldest);
            }
            self.oldest_first.push_back(query.to_owned());
        }
        self.by_query.entry(query.to_owned()).or_default()
    }
}

impl Sample {
    fn of(info: &ProcessInfo, at: Instant) -> Self {
        Self { at, busy: info.busy_time, handled: info.messages_handled.known(), polls: info.polls }
    }

    fn since(&self, before: &Self) -> RowRates {
        let over = self.at.saturating_duration_since(before.at);
        let busy = self.busy.saturating_sub(before.busy);
        let handled = self.handled.zip(before.handled);
        RowRates {
            over: span(over),
            over_us: micros(over),
            busy_time: span(busy),
            busy_time_us: micros(busy),
            messages_handled: handled.map(|(now, before)| now.saturating_sub(before)),
            polls: self.polls.saturating_sub(before.polls),
        }
    }
}
