//! A supervisor's list of children, in start order, found by id or by pid.
//!
//! It outlives the supervisor's own code: when that is killed, the children are still known and
//! are ended in order.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::history::History;
use super::spec::{AutoShutdown, Backoff, ChildSpec, Restart, Strategy, SupervisorSpec};
use crate::cell::Process;
use crate::intensity::Window;
use crate::pid_hash::PidHash;
use crate::{ExitReason, Intensity, Pid};

/// A child's place in the start order.
pub(crate) type Place = u64;

pub(crate) struct Roster {
    pub(crate) strategy: Strategy,
    pub(crate) intensity: Intensity,
    pub(crate) auto_shutdown: AutoShutdown,
    pub(crate) backoff: Option<Backoff>,
    /// For simple_one_for_one: what every child is made from.
    pub(crate) template: Option<Arc<ChildSpec>>,
    pub(crate) window: Window,
    pub(crate) history: History,
    children: BTreeMap<Place, Child>,
    by_id: HashMap<Arc<str>, Place>,
    by_pid: HashMap<Pid, Place, PidHash>,
    next: Place,
}

pub(crate) struct Child {
    pub(crate) spec: Arc<ChildSpec>,
    pub(crate) args: Value,
    pub(crate) life: Life,
    pub(crate) restarts: u32,
    /// Since it last ran for longer than the intensity looks back.
    failures: u32,
}

pub(crate) enum Life {
    Running(Arc<dyn Process>),
    Stopped,
    /// It ended or did not start, and will be tried again: at once, or when it is due.
    Restarting {
        was: Option<Pid>,
        reason: ExitReason,
        due: Option<Duration>,
    },
}

impl Life {
    /// By which the child is found.
    fn pid(&self) -> Option<Pid> {
        match self {
            Self::Running(process) => Some(process.core().pid),
            Self::Restarting { was, .. } => *was,
            Self::Stopped => None,
        }
    }
}

/// That of a supervisor which has not begun.
impl Default for Roster {
    fn default() -> Self {
        Self::new(&SupervisorSpec::new(Strategy::OneForOne))
    }
}

impl Roster {
    pub(crate) fn new(spec: &SupervisorSpec) -> Self {
        let simple = spec.strategy == Strategy::SimpleOneForOne;
        let template = spec.children.first().filter(|_| simple).cloned().map(Arc::new);
        Self {
            strategy: spec.strategy,
            intensity: spec.intensity,
            auto_shutdown: spec.auto_shutdown,
            backoff: spec.backoff,
            template,
            window: Window::default(),
            history: History::new(spec.history_max),
            children: BTreeMap::new(),
            by_id: HashMap::new(),
            by_pid: HashMap::default(),
            next: 0,
        }
    }

    /// Appends a child without a process.
    pub(crate) fn add(&mut self, spec: Arc<ChildSpec>, args: Value) -> Place {
        let place = self.next;
        self.next += 1;
        if self.template.is_none() {
            self.by_id.insert(Arc::clone(&spec.id), place);
        }
        self.children
            .insert(place, Child { spec, args, life: Life::Stopped, restarts: 0, failures: 0 });
        place
    }

    pub(crate) fn get(&self, place: Place) -> Option<&Child> {
        self.children.get(&place)
    }

    pub(crate) fn place_of(&self, id: &str) -> Option<Place> {
        self.by_id.get(id).copied()
    }

    /// That of the process, or of one that ended and whose child is to be started again.
    pub(crate) fn place_of_pid(&self, pid: Pid) -> Option<Place> {
        self.by_pid.get(&pid).copied()
    }

    /// Gives what it was before.
    pub(crate) fn set_life(&mut self, place: Place, life: Life) -> Option<Life> {
        let child = self.children.get_mut(&place)?;
        let (before, after) = (child.life.pid(), life.pid());
        if before != after {
            before.map(|pid| self.by_pid.remove(&pid));
            after.map(|pid| self.by_pid.insert(pid, place));
        }
        Some(std::mem::replace(&mut child.life, life))
    }

    /// Notes the process of a child that was not noted before its supervisor was killed.
    pub(crate) fn adopt(&mut self, process: &Arc<dyn Process>) {
        let core = process.core();
        let Some(id) = &core.origin.child_id else { return };
        let known = self.place_of_pid(core.pid).and_then(|place| self.get(place));
        if known.is_some_and(|child| child.process().is_some()) {
            return;
        }
        let place = match self.template.clone() {
            Some(template) => Some(self.add(template, Value::Null)),
            None => self.place_of(id),
        };
        if let Some(place) = place
            && self.get(place).is_some_and(|child| child.process().is_none())
        {
            self.set_life(place, Life::Running(Arc::clone(process)));
        }
    }

    /// Notes that the child, which has run until now, has failed. One that ran well for a while
    /// is no longer held to how it failed before.
    pub(crate) fn failed(&mut self, place: Place, now: Duration) {
        let within = self.intensity.within;
        if let Some(child) = self.children.get_mut(&place)
            && let Life::Running(process) = &child.life
            && within < now.saturating_sub(process.core().started)
        {
            child.failures = 0;
        }
    }

    /// Has the restart wait until then.
    pub(crate) fn put_off(&mut self, place: Place, until: Duration) {
        if let Some(Child { life: Life::Restarting { due, .. }, .. }) =
            self.children.get_mut(&place)
        {
            *due = Some(until);
        }
    }

    /// Whether the child is to be started again as soon as can be.
    pub(crate) fn awaits_retry(&self, place: Place) -> bool {
        let child = self.get(place);
        child.is_some_and(|child| matches!(child.life, Life::Restarting { due: None, .. }))
    }

    /// Whether the child is to be started again at that time.
    pub(crate) fn awaits_time(&self, place: Place, time: Duration) -> bool {
        self.get(place).is_some_and(|child| match child.life {
            Life::Restarting { due, .. } => due == Some(time),
            Life::Running(_) | Life::Stopped => false,
        })
    }

    /// The pause before the next restart, where there is one; the one after that is longer.
    pub(crate) fn pause(&mut self, place: Place) -> Option<Duration> {
        let Backoff { first, max } = self.backoff?;
        let child = self.children.get_mut(&place)?;
        let doubled = 2_u32.saturating_pow(child.failures.min(31));
        child.failures = child.failures.saturating_add(1);
        Some(first.saturating_mul(doubled).min(max))
    }

    /// False if there is no such child.
    pub(crate) fn count_restart(&mut self, place: Place) -> bool {
        let Some(child) = self.children.get_mut(&place) else { return false };
        child.restarts = child.restarts.saturating_add(1);
        true
    }

    /// Notes that the child has no process any more: it stays, unless it is not to come back.
    pub(crate) fn stopped(&mut self, place: Place) {
        let gone = self.get(place).is_some_and(|child| {
            child.spec.restart == Restart::Temporary || self.template.is_some()
        });
        if gone {
            self.remove(place);
        } else {
            self.set_life(place, Life::Stopped);
        }
    }

    pub(crate) fn remove(&mut self, place: Place) {
        self.set_life(place, Life::Stopped);
        if let Some(child) = self.children.remove(&place)
            && self.template.is_none()
        {
            self.by_id.remove(&child.spec.id);
            self.history.forget_child(&child.spec.id);
        }
    }

    /// The places of the range, in start order.
    pub(crate) fn places_in(
        &self,
        range: RangeInclusive<Place>,
    ) -> impl DoubleEndedIterator<Item = Place> {
        self.children.range(range).map(|(place, _)| *place)
    }

    /// All places, in start order.
    pub(crate) fn places(&self) -> Vec<Place> {
        self.children.keys().copied().collect()
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Child> {
        self.children.values()
    }

    pub(crate) fn running(&self) -> impl Iterator<Item = &Arc<dyn Process>> {
        self.children.values().filter_map(Child::process)
    }

    /// Whether the supervisor ends because this significant child ended of its own.
    pub(crate) fn ends_with(&self, child_is_significant: bool) -> bool {
        let others =
            || self.children.values().any(|child| child.spec.significant && !child.is_stopped());
        child_is_significant
            && match self.auto_shutdown {
                AutoShutdown::Never => false,
                AutoShutdown::AnySignificant => true,
                AutoShutdown::AllSignificant => !others(),
            }
    }
}

impl Child {
    pub(crate) fn process(&self) -> Option<&Arc<dyn Process>> {
        match &self.life {
            Life::Running(process) => Some(process),
            Life::Stopped | Life::Restarting { .. } => None,
        }
    }

    fn is_stopped(&self) -> bool {
        matches!(self.life, Life::Stopped)
    }
}
