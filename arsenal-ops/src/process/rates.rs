//! What each query has shown of each process, so that the next page of it can tell what changed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use arsenal_process::{Pid, ProcessInfo, Runtime};
use tokio::time::Instant;

use super::view::RowRates;
use crate::moment::{micros, span};

/// How many queries are remembered.
const QUERIES_MAX: usize = 64;

/// How many processes of all queries together: enough to walk through a list of ten thousand.
const SHOWN_MAX: usize = 32_768;

/// Below so many, what has ended is not looked for.
const SHOWN_MIN: usize = 1024;

/// What was shown, by query and process.
#[derive(Debug, Default)]
pub(crate) struct Rates(Mutex<Shown>);

#[derive(Debug, Default)]
struct Shown {
    by_query: HashMap<String, HashMap<Pid, Sample>>,
    /// The queries, the one that was asked last at the end.
    by_use: VecDeque<String>,
    /// How many processes were left when those that have ended were last forgotten.
    left: usize,
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
        runtime: &Runtime,
        infos: impl ExactSizeIterator<Item = &'a ProcessInfo>,
    ) -> Vec<Option<RowRates>> {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.used(query);
        let room = shown.make_room(query, infos.len(), runtime);
        let samples = shown.by_query.entry(query.to_owned()).or_default();
        let now = Instant::now();
        infos
            .map(|info| {
                let sample = Sample::of(info, now);
                let before = samples.get(&info.pid).map(|before| sample.since(before));
                if before.is_some() || room {
                    samples.insert(info.pid, sample);
                }
                before
            })
            .collect()
    }
}

impl Shown {
    /// Forgets the query that was not asked for the longest, if there are too many.
    fn used(&mut self, query: &str) {
        self.by_use.retain(|other| other != query);
        self.by_use.push_back(query.to_owned());
        if QUERIES_MAX < self.by_use.len() {
            self.forget_oldest();
        }
    }

    /// Whether `n_new` processes more may be noted. What has ended goes first, then other queries;
    /// of a list that is too long even so, those are kept that are there.
    fn make_room(&mut self, query: &str, n_new: usize, runtime: &Runtime) -> bool {
        // Looking for what has ended costs as much as there is: it is done when that has doubled.
        let too_many = SHOWN_MAX.min(SHOWN_MIN.max(self.left * 2));
        if self.n_shown() + n_new <= too_many {
            return true;
        }
        for samples in self.by_query.values_mut() {
            samples.retain(|pid, _sample| runtime.resolve(*pid).is_ok());
            samples.shrink_to_fit();
        }
        while SHOWN_MAX < self.n_shown() + n_new
            && self.by_use.front().is_some_and(|oldest| oldest != query)
        {
            self.forget_oldest();
        }
        self.left = self.n_shown();
        self.left + n_new <= SHOWN_MAX
    }

    fn n_shown(&self) -> usize {
        self.by_query.values().map(HashMap::len).sum()
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.by_use.pop_front() {
            self.by_query.remove(&oldest);
        }
    }
}

impl Sample {
    fn of(info: &ProcessInfo, at: Instant) -> Self {
        let (busy, handled) = (info.busy_time, info.messages_handled.known());
        Self { at, busy, handled, polls: info.polls }
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

#[cfg(test)]
mod tests {
    use arsenal_process::{Authority, RuntimeConfig};

    use super::*;

    fn tasks(runtime: &Runtime, n: usize) -> Vec<ProcessInfo> {
        let pids: Vec<Pid> = (0..n)
            .map(|_| runtime.task().spawn(std::future::pending::<()>()).unwrap().pid())
            .collect();
        pids.into_iter().map(|pid| runtime.info(pid).unwrap()).collect()
    }

    #[tokio::test]
    async fn what_has_ended_is_forgotten_and_what_lives_is_not() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        let rates = Rates::default();
        let first = tasks(&runtime, 10);
        for _ in 0..10 {
            let others = tasks(&runtime, 1000);
            rates.since_last("all", &runtime, first.iter());
            rates.since_last("all", &runtime, others.iter());
            for info in &others {
                runtime.kill(info.pid, Duration::from_secs(60), Authority::Ordinary).await.unwrap();
            }
        }
        let n_shown = rates.0.lock().unwrap().n_shown();
        assert!(n_shown <= 2 * SHOWN_MIN, "{n_shown} after ten thousand");
        let again = rates.since_last("all", &runtime, first.iter());
        assert!(again.iter().all(Option::is_some));
    }

    #[tokio::test]
    async fn the_query_that_was_not_asked_for_the_longest_makes_room() {
        let runtime = Runtime::start(RuntimeConfig::default()).unwrap();
        let rates = Rates::default();
        let infos = tasks(&runtime, SHOWN_MAX / 4);
        for query in ["first", "second", "third", "first", "fourth", "fifth"] {
            rates.since_last(query, &runtime, infos.iter());
        }
        let knows = |query: &str| rates.0.lock().unwrap().by_query.contains_key(query);
        let known = ["first", "second", "third", "fourth", "fifth"].map(knows);
        assert_eq!(known, [true, false, true, true, true]);
        for n in 0..2 * QUERIES_MAX {
            rates.since_last(&format!("query {n}"), &runtime, infos[..1].iter());
        }
        assert_eq!(rates.0.lock().unwrap().by_query.len(), QUERIES_MAX);
    }
}
