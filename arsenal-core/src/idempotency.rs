//! The same key again gets the same answer: where answers are kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::codes;
use crate::error::{Class, Error};

/// A finished call's answer, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the canonical parameters.
    pub fingerprint: [u8; 32],
    /// The answer as JSON text, or the failure whose effects are unknown.
    pub outcome: Result<String, StoredError>,
    /// The job that the call became; the answer is then the job as it was when it was taken.
    pub job: Option<String>,
}

/// A failure, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredError {
    /// Its class.
    pub class: Class,
    /// Its code.
    pub code: String,
    /// Its sentence.
    pub sentence: String,
    /// Its details.
    pub details: Map<String, Value>,
}

impl StoredError {
    fn of(error: &Error) -> Self {
        Self {
            class: error.class(),
            code: error.code().to_owned(),
            sentence: error.sentence().to_owned(),
            details: error.details().clone(),
        }
    }
}

impl From<StoredError> for Error {
    fn from(kept: StoredError) -> Self {
        let error = Self::new(kept.class, kept.code, kept.sentence);
        kept.details.into_iter().fold(error, |error, (name, value)| error.with_detail(name, value))
    }
}

impl Stored {
    /// What is kept of an outcome; `None` where the failure says that nothing was done.
    pub(crate) fn of(fingerprint: [u8; 32], outcome: Result<&str, &Error>) -> Option<Self> {
        let outcome = match outcome {
            Ok(data) => Ok(data.to_owned()),
            Err(error) => match error.class() {
                Class::Execution | Class::System | Class::Timeout | Class::Cancelled => {
                    Err(StoredError::of(error))
                }
                _nothing_was_done => return None,
            },
        };
        Some(Self { fingerprint, outcome, job: None })
    }

    /// The call goes on as a job: the same key finds the job again.
    pub(crate) fn job(fingerprint: [u8; 32], id: &str, view: &str) -> Self {
        Self { fingerprint, outcome: Ok(view.to_owned()), job: Some(id.to_owned()) }
    }

    fn bytes(&self) -> usize {
        self.outcome.as_ref().map_or(0, String::len)
    }

    /// The call ended unseen: by its deadline, by a panic, with its caller.
    pub(crate) fn unknown(fingerprint: [u8; 32]) -> Self {
        let unknown = codes::OUTCOME_UNKNOWN.error(
            "the first call with this idempotency key did not end by itself; what it did is unknown",
        );
        Self { fingerprint, outcome: Err(StoredError::of(&unknown)), job: None }
    }
}

/// What a store says to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reservation {
    /// It is new: the call may run, and must then be settled or released.
    Fresh,
    /// A call with this key is running.
    InFlight,
    /// A call with this key has ended.
    Done(Stored),
    /// Every place is held by a call that is running.
    Full,
}

/// Keeps answers by (principal, operation, key).
///
/// Methods must not block for long: they run inside the pipeline.
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Takes the key for a call that is about to run.
    fn reserve(&self, key: &str) -> Reservation;

    /// Keeps the answer of the call that holds the key.
    fn settle(&self, key: &str, stored: Stored);

    /// Gives the key back: nothing was done.
    fn release(&self, key: &str);
}

/// Answers in memory, bounded in number, size and age; lost with the program.
///
/// Where there is no room the oldest answers go before their time: a service that must keep its
/// promise at any load brings a store of its own.
#[derive(Debug)]
pub struct MemoryIdempotency {
    entries_max: usize,
    bytes_max: usize,
    keep: Duration,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    entries: HashMap<String, Entry>,
    // Keys of finished calls, oldest first: what is forgotten when there is no room.
    finished: VecDeque<(Instant, String)>,
    // What the answers of finished calls take.
    bytes: usize,
}

#[derive(Debug)]
enum Entry {
    InFlight,
    Done(Stored),
}

impl MemoryIdempotency {
    /// Keeps at most `entries_max` answers of at most 64 MiB together, each for at most `keep`.
    #[must_use]
    pub fn new(entries_max: usize, keep: Duration) -> Self {
        Self { entries_max, bytes_max: 64 << 20, keep, table: Mutex::default() }
    }

    /// Keeps answers of at most so many bytes together.
    #[must_use]
    pub fn bytes_max(mut self, bytes: usize) -> Self {
        self.bytes_max = bytes;
        self
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        // Nothing of an author runs under this lock, and every change is whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryIdempotency {
    fn default() -> Self {
        Self::new(10_000, Duration::from_secs(24 * 60 * 60))
    }
}

impl IdempotencyStore for MemoryIdempotency {
    fn reserve(&self, key: &str) -> Reservation {
        let mut table = self.table();
        table.forget_older(self.keep);
        match table.entries.get(key) {
            Some(Entry::Done(stored)) => return Reservation::Done(stored.clone()),
            Some(Entry::InFlight) => return Reservation::InFlight,
            None => {}
        }
        if table.entries.len() >= self.entries_max && !table.forget_oldest() {
            return Reservation::Full;
        }
        table.entries.insert(key.to_owned(), Entry::InFlight);
        Reservation::Fresh
    }

    fn settle(&self, key: &str, stored: Stored) {
        let mut table = self.table();
        table.bytes += stored.bytes();
        table.entries.insert(key.to_owned(), Entry::Done(stored));
        table.finished.push_back((Instant::now(), key.to_owned()));
        while table.bytes > self.bytes_max && table.finished.len() > 1 {
            table.forget_oldest();
        }
    }

    fn release(&self, key: &str) {
        self.table().entries.remove(key);
    }
}

impl Table {
    fn forget_older(&mut self, keep: Duration) {
        while self.finished.front().is_some_and(|(since, _)| since.elapsed() >= keep) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) -> bool {
        let oldest = self.finished.pop_front().and_then(|(_, key)| self.entries.remove(&key));
        match oldest {
            Some(Entry::Done(stored)) => {
                self.bytes -= stored.bytes();
                true
            }
            Some(Entry::InFlight) | None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Call, Caller, Context, Execute, Operation};

    #[tokio::test(start_paused = true)]
    async fn a_key_is_held_then_answered_then_forgotten() {
        let store = MemoryIdempotency::new(2, Duration::from_secs(60));
        let stored = Stored { fingerprint: [1; 32], outcome: Ok("1".into()), job: None };
        assert_eq!(store.reserve("a"), Reservation::Fresh);
        assert_eq!(store.reserve("a"), Reservation::InFlight);
        store.settle("a", stored.clone());
        assert_eq!(store.reserve("a"), Reservation::Done(stored));
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(store.reserve("a"), Reservation::Fresh, "too old to be kept");
    }

    #[tokio::test]
    async fn a_full_store_forgets_finished_calls_but_never_running_ones() {
        let store = MemoryIdempotency::new(2, Duration::from_secs(60));
        assert_eq!(store.reserve("a"), Reservation::Fresh);
        assert_eq!(store.reserve("b"), Reservation::Fresh);
        assert_eq!(store.reserve("c"), Reservation::Full);
        store.settle("b", Stored { fingerprint: [0; 32], outcome: Ok(String::new()), job: None });
        assert_eq!(store.reserve("c"), Reservation::Fresh);
        assert_eq!(store.reserve("a"), Reservation::InFlight);
        store.release("a");
        assert_eq!(store.reserve("a"), Reservation::Fresh);
    }

    #[tokio::test]
    async fn answers_take_no_more_memory_than_they_may() {
        let store = MemoryIdempotency::new(9, Duration::from_secs(60)).bytes_max(10);
        for key in ["a", "b", "c"] {
            assert_eq!(store.reserve(key), Reservation::Fresh);
            let outcome = Ok("12345".to_owned());
            store.settle(key, Stored { fingerprint: [0; 32], outcome, job: None });
        }
        assert_eq!(store.reserve("a"), Reservation::Fresh, "the oldest made room");
        assert!(matches!(store.reserve("b"), Reservation::Done(_)));
    }

    /// Takes no key.
    struct Crowded;

    impl IdempotencyStore for Crowded {
        fn reserve(&self, _key: &str) -> Reservation {
            Reservation::Full
        }

        fn settle(&self, key: &str, _stored: Stored) {
            unreachable!("`{key}` was not taken");
        }

        fn release(&self, key: &str) {
            unreachable!("`{key}` was not taken");
        }
    }

    /// Takes a key.
    #[derive(Debug, Operation)]
    #[operation(crate = arsenal_core, category = "test", role = viewer, effect = write,
                idempotency_key = required, output = ())]
    struct Pay {}

    impl Execute for Pay {
        type State = ();

        async fn execute(self, _cx: &Context<()>) -> Result<(), Error> {
            unreachable!("its key was not taken");
        }
    }

    #[tokio::test]
    async fn a_call_whose_key_a_store_of_the_programs_own_cannot_take_is_to_come_again() {
        let builder = Builder::empty().operation::<Pay>().idempotency_store(Crowded);
        let arsenal = builder.build().expect("the program is sound");
        let mut call = Call::new("pay", "{}", Caller::program());
        call.terms.idempotency_key = Some("a".to_owned());
        let error = arsenal.run(call).await.outcome.expect_err("no room");
        assert_eq!((error.class(), error.code()), (Class::Unavailable, "IDEMPOTENCY_STORE_FULL"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    }
}
