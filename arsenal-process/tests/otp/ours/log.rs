//! The log of one script on our side, in the peer's words.
//!
//! Workers write their own lines. Ends, and the starts of supervisors, come from the runtime's
//! event stream: it is drained before each line is written, and a script runs on one thread, so
//! the log stands in the one order in which things happened.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use arsenal_process::{Event, EventStream, ExitReason, Heard, Pid};
use tokio::task::unconstrained;

/// Shared by the workers and the driver of one script.
#[derive(Clone)]
pub(super) struct Log(Arc<Mutex<Inner>>);

struct Inner {
    events: EventStream,
    lines: Vec<String>,
    incarnations: HashMap<String, usize>,
    newest: HashMap<String, Pid>,
    labels: HashMap<Pid, String>,
    /// Those whose start was refused: their end is no news.
    refused: HashSet<Pid>,
    /// The labelled ones that have not ended.
    alive: HashSet<Pid>,
    /// The path of the supervisor that is spawned next.
    expected: Option<String>,
}

impl Log {
    pub(super) fn new(events: EventStream) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            events,
            lines: Vec::new(),
            incarnations: HashMap::new(),
            newest: HashMap::new(),
            labels: HashMap::new(),
            refused: HashSet::new(),
            alive: HashSet::new(),
            expected: None,
        })))
    }

    pub(super) fn write(&self, line: impl Into<String>) {
        self.drained().lines.push(line.into());
    }

    /// A worker is in its `init`: its incarnation and its label.
    pub(super) fn starting(&self, path: &str, pid: Pid) -> (usize, String) {
        self.drained().starting(path, pid)
    }

    /// A worker will not start.
    pub(super) fn refused(&self, pid: Pid, how: &str) {
        let mut inner = self.drained();
        let label = inner.label(pid);
        inner.lines.push(format!("{how} {label}"));
        inner.refused.insert(pid);
        inner.alive.remove(&pid);
    }

    /// The supervisor that is spawned next has this path.
    pub(super) fn expect_supervisor(&self, path: &str) {
        self.drained().expected = Some(path.to_owned());
    }

    pub(super) fn pid_of(&self, path: &str) -> Option<Pid> {
        self.drained().newest.get(path).copied()
    }

    pub(super) fn label(&self, pid: Pid) -> String {
        self.drained().label(pid)
    }

    /// How many lines there are: what did not grow meanwhile is still.
    pub(super) fn len(&self) -> usize {
        self.drained().lines.len()
    }

    /// All lines, and after them who has not ended.
    pub(super) fn take(&self) -> Vec<String> {
        let mut inner = self.drained();
        let mut lines = std::mem::take(&mut inner.lines);
        let left = inner.alive.iter().map(|pid| format!("left {}", inner.label(*pid)));
        lines.extend(left);
        lines
    }

    fn drained(&self) -> MutexGuard<'_, Inner> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.drain();
        inner
    }
}

impl Inner {
    fn drain(&mut self) {
        loop {
            let heard = {
                let next = pin!(unconstrained(self.events.next()));
                match next.poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(Some(heard)) => heard,
                    Poll::Ready(None) | Poll::Pending => return,
                }
            };
            match heard {
                Heard::Event(event) => self.hear(event),
                Heard::Missed(n) => panic!("{n} events were missed: the stream is too short"),
            }
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Spawned { pid, kind: arsenal_process::Kind::Supervisor, .. } => {
                if let Some(path) = self.expected.take() {
                    self.starting(&path, pid);
                }
            }
            Event::Exited { pid, reason, .. } => {
                self.alive.remove(&pid);
                if self.labels.contains_key(&pid) && !self.refused.contains(&pid) {
                    let line = format!("down {} {}", self.label(pid), text(&reason));
                    self.lines.push(line);
                }
            }
            _ => {}
        }
    }

    fn starting(&mut self, path: &str, pid: Pid) -> (usize, String) {
        let incarnation = self.incarnations.entry(path.to_owned()).or_default();
        *incarnation += 1;
        let label = format!("/{path}#{incarnation}");
        self.newest.insert(path.to_owned(), pid);
        self.labels.insert(pid, label.clone());
        self.alive.insert(pid);
        self.lines.push(format!("starting {label}"));
        (*incarnation, label)
    }

    fn label(&self, pid: Pid) -> String {
        self.labels.get(&pid).cloned().unwrap_or_else(|| "outside".to_owned())
    }
}

/// A reason in the words that both sides agree on.
pub(super) fn text(reason: &ExitReason) -> String {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("not_a_word").to_owned();
    match reason {
        ExitReason::ShutdownWith { value } if value.get("failed_to_start_child").is_some() => {
            "start_failed".to_owned()
        }
        ExitReason::Normal => "normal".to_owned(),
        ExitReason::Shutdown => "shutdown".to_owned(),
        ExitReason::ShutdownWith { value } => format!("shutdown:{}", word(value)),
        ExitReason::Killed => "killed".to_owned(),
        ExitReason::Panic { .. } => "panic".to_owned(),
        ExitReason::Custom { value } => word(value),
        ExitReason::NoProc => "noproc".to_owned(),
        other => format!("unexpected:{other}"),
    }
}
