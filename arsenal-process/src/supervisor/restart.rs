//! What happens when a child ends of its own: forgotten, started again, or one too many.

use std::sync::Arc;
use std::time::Duration;

use super::family::Family;
use super::history::RestartRecord;
use super::roster::{Child, Life, Place};
use super::spec::{Restart, Strategy};
use crate::panic::regardless;
use crate::{Context, Event, ExitReason, Pid};

impl Family {
    /// The end of a linked process; of one that is no child, nothing follows.
    pub(crate) async fn child_ended(
        &mut self,
        pid: Pid,
        reason: ExitReason,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        let now = self.node().clock.elapsed();
        let roster = &mut self.roster;
        let Some(place) = roster.place_of_pid(pid) else { return Ok(()) };
        let child = roster.get(place).filter(|child| child.process().is_some());
        let Some(Child { spec, .. }) = child else { return Ok(()) };
        let again = match spec.restart {
            Restart::Permanent => true,
            Restart::Transient => !reason.is_expected(),
            Restart::Temporary => false,
        };
        if !again {
            let is_significant = spec.significant;
            roster.stopped(place);
            let ends = roster.ends_with(is_significant);
            return if ends { Err(ExitReason::Shutdown) } else { Ok(()) };
        }
        roster.failed(place, now);
        roster.set_life(place, Life::Restarting { was: Some(pid), reason, due: None });
        self.restart(place, now, cx).await
    }

    /// A start that had failed is tried again: one more entry of the intensity.
    pub(crate) async fn try_again(
        &mut self,
        place: Place,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        if !self.roster.awaits_retry(place) {
            return Ok(());
        }
        self.restart(place, self.node().clock.elapsed(), cx).await
    }

    pub(crate) async fn restart_delayed(
        &mut self,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        let now = self.node().clock.elapsed();
        while let Some((due, place)) = self.delayed.first().copied()
            && due <= now
        {
            self.delayed.pop_first();
            // It may have been stopped and started since, and have failed anew.
            if self.roster.awaits_time(place, due) {
                self.restart_now(place, cx).await;
            }
        }
        self.set_next_alarm(cx);
        Ok(())
    }

    async fn restart(
        &mut self,
        place: Place,
        now: Duration,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        if self.node().is_closing() {
            // Nothing is started any more, and who stops this supervisor is on the way.
            self.roster.stopped(place);
            return Ok(());
        }
        let roster = &mut self.roster;
        if !roster.window.admit(now, roster.intensity) {
            return self.give_up(place);
        }
        match roster.pause(place) {
            None => self.restart_now(place, cx).await,
            Some(pause) => {
                let due = now.saturating_add(pause);
                self.roster.put_off(place, due);
                self.delayed.insert((due, place));
                self.set_next_alarm(cx);
            }
        }
        Ok(())
    }

    /// One restart too many: the supervisor ends.
    fn give_up(&mut self, place: Place) -> Result<(), ExitReason> {
        if let Some(child) = self.roster.get(place) {
            let (supervisor, child_id) = (self.pid(), Arc::clone(&child.spec.id));
            regardless(|| {
                tracing::error!(%supervisor, child = &*child_id, "restart intensity reached");
            });
            self.me.core.report(|| Event::IntensityReached { supervisor, child_id });
        }
        self.roster.stopped(place);
        Err(ExitReason::Shutdown)
    }

    async fn restart_now(&mut self, place: Place, cx: &mut Context<Self>) {
        let range = match self.roster.strategy {
            Strategy::OneForOne | Strategy::SimpleOneForOne => {
                let was = self.stop_sibling(place).await;
                if !self.start_again(place, was, place).await {
                    self.come_back_for(place, cx);
                }
                return;
            }
            Strategy::RestForOne => place..=Place::MAX,
            Strategy::OneForAll => 0..=Place::MAX,
        };
        let mut places: Vec<_> = self.roster.places_in(range).map(|one| (one, None)).collect();
        for (one, was) in places.iter_mut().rev() {
            *was = self.stop_sibling(*one).await;
        }
        for (one, was) in places {
            if !self.start_again(one, was, place).await {
                // The others wait: the retry starts from this one.
                self.come_back_for(one, cx);
                return;
            }
        }
    }

    /// Stops a child that goes down with the one that failed, and says how it ended before.
    async fn stop_sibling(&mut self, place: Place) -> Option<(Option<Pid>, ExitReason)> {
        match &self.roster.get(place)?.life {
            Life::Running(_) => {}
            Life::Stopped => return None,
            Life::Restarting { .. } => {
                return match self.roster.set_life(place, Life::Stopped)? {
                    Life::Restarting { was, reason, due: _ } => Some((was, reason)),
                    Life::Running(_) | Life::Stopped => None,
                };
            }
        }
        // It may have ended of its own meanwhile.
        let (old, reason) = self.stop_for_restart(place).await?;
        self.roster.stopped(place);
        Some((Some(old), reason))
    }

    /// Starts the child again, since that of the place `failed` did; false if the start fails.
    async fn start_again(
        &mut self,
        place: Place,
        was: Option<(Option<Pid>, ExitReason)>,
        failed: Place,
    ) -> bool {
        if !self.roster.count_restart(place) {
            return true;
        }
        match self.start_child_at(place).await {
            Ok(_new) => {
                let was = was.unwrap_or((None, ExitReason::Shutdown));
                let id_of = |child: &Child| Arc::clone(&child.spec.id);
                let sibling_of = self.roster.get(failed).filter(|_| place != failed).map(id_of);
                let child = self.roster.get(place);
                if let Some(record) = child.and_then(|child| RestartRecord::of(child, was)) {
                    self.record(RestartRecord { sibling_of, ..record });
                }
                true
            }
            Err(refused) => {
                let old = was.and_then(|(old, _)| old);
                let life = Life::Restarting { was: old, reason: refused.reason(), due: None };
                self.roster.set_life(place, life);
                false
            }
        }
    }

    fn record(&mut self, record: RestartRecord) {
        self.tell_restarted(&record, false);
        self.roster.history.add(record);
    }

    pub(crate) fn tell_restarted(&self, record: &RestartRecord, manual: bool) {
        if let Some(old) = record.old {
            self.node().past.restarted(old, record.new);
            crate::trace::restarted(self.node(), old, record.new);
        }
        self.me.core.report(|| Event::Restarted {
            supervisor: self.pid(),
            child_id: Arc::clone(&record.child_id),
            old: record.old,
            new: record.new,
            reason: record.reason.clone(),
            sibling_of: record.sibling_of.clone(),
            manual,
        });
    }

    fn come_back_for(&self, place: Place, cx: &Context<Self>) {
        // Its own mailbox is open while it runs, and that of a supervisor has no bound.
        _ = cx.myself().cast(place);
    }

    fn set_next_alarm(&self, cx: &mut Context<Self>) {
        if let Some((due, _place)) = self.delayed.first() {
            cx.set_alarm(due.saturating_sub(self.node().clock.elapsed()));
        }
    }
}
