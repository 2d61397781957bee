//! What happens when a child ends of its own: forgotten, started again, or one too many.

use std::sync::Arc;
use std::time::Duration;

use super::family::Family;
use super::history::RestartRecord;
use super::roster::{Life, Place};
use super::spec::{Restart, Strategy};
use crate::sync::lock;
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
        let place = {
            let mut roster = lock(&self.roster);
            let Some(place) = roster.place_of_pid(pid) else { return Ok(()) };
            let Some(spec) = roster.get(place).map(|child| Arc::clone(&child.spec)) else {
                return Ok(());
            };
            let again = match spec.restart {
                Restart::Permanent => true,
                Restart::Transient => !reason.is_expected(),
                Restart::Temporary => false,
            };
            if !again {
                roster.stopped(place);
                let ends = roster.ends_with(spec.significant);
                return if ends { Err(ExitReason::Shutdown) } else { Ok(()) };
            }
            roster.failed(place, now);
            roster.set_life(place, Life::Restarting { was: Some(pid), reason });
            place
        };
        self.restart(place, now, cx).await
    }

    /// A start that had failed is tried again: one more entry of the intensity.
    pub(crate) async fn try_again(
        &mut self,
        place: Place,
        cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        if !self.is_restarting(place) {
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
            if self.is_restarting(place) {
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
        let (borne, child_id, pause) = {
            let mut roster = lock(&self.roster);
            if self.node().is_closing() {
                // Nothing is started any more, and who stops this supervisor is on the way.
                roster.stopped(place);
                return Ok(());
            }
            let intensity = roster.intensity;
            let borne = roster.window.admit(now, intensity);
            let pause = roster.pause(place);
            let Some(child) = roster.get(place) else { return Ok(()) };
            (borne, Arc::clone(&child.spec.id), pause)
        };
        if !borne {
            let supervisor = self.pid();
            tracing::error!(%supervisor, child = &*child_id, "restart intensity reached");
            self.me.core.report(|| Event::IntensityReached { supervisor, child_id });
            lock(&self.roster).stopped(place);
            return Err(ExitReason::Shutdown);
        }
        match pause {
            None => self.restart_now(place, cx).await,
            Some(pause) => {
                self.delayed.insert((now.saturating_add(pause), place));
                self.set_next_alarm(cx);
            }
        }
        Ok(())
    }

    async fn restart_now(&mut self, place: Place, cx: &mut Context<Self>) {
        let (mut places, failed) = {
            let roster = lock(&self.roster);
            let range = match roster.strategy {
                Strategy::OneForOne | Strategy::SimpleOneForOne => place..=place,
                Strategy::RestForOne => place..=Place::MAX,
                Strategy::OneForAll => 0..=Place::MAX,
            };
            let places: Vec<_> = roster.places_in(range).map(|one| (one, None)).collect();
            (places, roster.get(place).map(|child| Arc::clone(&child.spec.id)))
        };
        for (one, was) in places.iter_mut().rev() {
            *was = self.stop_sibling(*one).await;
        }
        for (one, was) in places {
            let sibling_of = if one == place { None } else { failed.clone() };
            if !self.start_again(one, was, sibling_of).await {
                // The others wait: the retry starts from this one.
                self.come_back_for(one, cx);
                return;
            }
        }
    }

    /// Stops a child that goes down with the one that failed, and says how it ended before.
    async fn stop_sibling(&self, place: Place) -> Option<(Option<Pid>, ExitReason)> {
        {
            let mut roster = lock(&self.roster);
            match &roster.get(place)?.life {
                Life::Running(_) => {}
                Life::Stopped => return None,
                Life::Restarting { .. } => {
                    return match roster.set_life(place, Life::Stopped)? {
                        Life::Restarting { was, reason } => Some((was, reason)),
                        Life::Running(_) | Life::Stopped => None,
                    };
                }
            }
        }
        // It may have ended of its own meanwhile.
        let (old, reason) = self.stop_for_restart(place).await?;
        lock(&self.roster).stopped(place);
        Some((Some(old), reason))
    }

    /// Starts the child again; false if the start failed.
    async fn start_again(
        &self,
        place: Place,
        was: Option<(Option<Pid>, ExitReason)>,
        sibling_of: Option<Arc<str>>,
    ) -> bool {
        let Some(child_id) = lock(&self.roster).count_restart(place) else { return true };
        match self.start_child_at(place).await {
            Ok(Some(new)) => {
                let was = was.unwrap_or((None, ExitReason::Shutdown));
                let record = RestartRecord::of(new.core(), child_id, was);
                self.record(RestartRecord { sibling_of, ..record });
                true
            }
            Ok(None) => true,
            Err(refused) => {
                let old = was.and_then(|(old, _)| old);
                let life = Life::Restarting { was: old, reason: refused.reason() };
                lock(&self.roster).set_life(place, life);
                false
            }
        }
    }

    fn record(&self, record: RestartRecord) {
        self.tell_restarted(&record, false);
        lock(&self.roster).history.add(record);
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
        // Its own mailbox is open and unbounded while it runs.
        _ = cx.myself().cast(place);
    }

    fn set_next_alarm(&self, cx: &mut Context<Self>) {
        if let Some((due, _place)) = self.delayed.first() {
            cx.set_alarm(due.saturating_sub(self.node().clock.elapsed()));
        }
    }

    fn is_restarting(&self, place: Place) -> bool {
        let roster = lock(&self.roster);
        roster.get(place).is_some_and(|child| matches!(child.life, Life::Restarting { .. }))
    }
}
