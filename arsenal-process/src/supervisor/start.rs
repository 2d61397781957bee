//! Starting children: the first time, and again.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::coop::consume_budget;

use super::family::{ChildKey, Done, Family};
use super::handle::SupervisorError;
use super::history::RestartRecord;
use super::roster::{Life, Place};
use super::spec::{ChildSpec, Restart, Starter, Starting, check_child};
use crate::ExitReason;
use crate::cell::Process;
use crate::panic::{catch, caught};
use crate::spawn::StartError;
use crate::sync::lock;

impl Family {
    /// Starts the child of the place. A child that ignores its start stays without a process,
    /// unless it is temporary.
    pub(crate) async fn start_child_at(
        &self,
        place: Place,
    ) -> Result<Option<Arc<dyn Process>>, StartError> {
        let child = lock(&self.roster)
            .get(place)
            .map(|child| (Arc::clone(&child.spec), child.args.clone(), child.restarts));
        let Some((spec, args, restarts)) = child else { return Ok(None) };
        let starter = Starter {
            node: Arc::clone(self.node()),
            scope: self.me.core.control().scope.clone(),
            supervisor: self.pid(),
            child_id: Arc::clone(&spec.id),
            entry_point: spec.entry_point.clone(),
            args,
            restarts,
        };
        let started = match catch(|| (spec.start)(starter)) {
            Ok(Starting::Done(started)) => {
                // Many that are ready at once must not keep a kill or a bound away.
                consume_budget().await;
                started
            }
            Ok(Starting::Waits(starting)) => caught(starting).await.unwrap_or_else(failed),
            Err(panic) => failed(panic),
        };
        match started {
            Ok(process) => {
                let life = Life::Running(Arc::clone(&process));
                lock(&self.roster).set_life(place, life);
                Ok(Some(process))
            }
            Err(StartError::Ignored) => {
                lock(&self.roster).stopped(place);
                Ok(None)
            }
            Err(refused) => Err(refused),
        }
    }

    pub(crate) async fn add_child(&mut self, spec: ChildSpec) -> Result<Done, SupervisorError> {
        let id = Arc::clone(&spec.id);
        let place = {
            let mut roster = lock(&self.roster);
            if roster.template.is_some() {
                return Err(SupervisorError::SimpleOneForOne);
            }
            check_child(&spec, roster.auto_shutdown).map_err(SupervisorError::Spec)?;
            if let Some(child) = roster.place_of(&id).and_then(|place| roster.get(place)) {
                return Err(match &child.life {
                    Life::Stopped => SupervisorError::AlreadyPresent { id },
                    Life::Running(process) => {
                        SupervisorError::AlreadyStarted { id, pid: Some(process.core().pid) }
                    }
                    Life::Restarting { .. } => SupervisorError::AlreadyStarted { id, pid: None },
                });
            }
            let args = spec.args.clone();
            roster.add(Arc::new(spec), args)
        };
        self.start_new(place).await
    }

    pub(crate) async fn add_from_template(&mut self, args: Value) -> Result<Done, SupervisorError> {
        let place = {
            let mut roster = lock(&self.roster);
            let Some(template) = roster.template.clone() else {
                return Err(SupervisorError::NoTemplate);
            };
            roster.add(template, args)
        };
        self.start_new(place).await
    }

    pub(crate) async fn restart_child(&mut self, key: &ChildKey) -> Result<Done, SupervisorError> {
        let place = self.find(key)?;
        let life = lock(&self.roster).get(place).map(|child| child.life.clone());
        match life {
            Some(Life::Running(process)) => {
                Err(SupervisorError::Running { pid: process.core().pid })
            }
            Some(Life::Restarting { .. }) => Err(SupervisorError::Restarting),
            Some(Life::Stopped) | None => {
                let new = self.start_child_at(place).await.map_err(SupervisorError::Start)?;
                Ok(Done { old: None, new: new.map(|process| process.core().pid) })
            }
        }
    }

    /// Stops the child and starts it again in its place, without counting against the intensity.
    pub(crate) async fn recycle_child(&mut self, key: &ChildKey) -> Result<Done, SupervisorError> {
        let place = match key {
            ChildKey::Pid(pid) => lock(&self.roster).place_of_pid(*pid),
            ChildKey::Id(id) => lock(&self.roster).place_of(id),
        };
        let place = place.ok_or_else(|| SupervisorError::NotFound { child: key.to_string() })?;
        let child = lock(&self.roster).get(place).cloned();
        let Some(child) = child else {
            return Err(SupervisorError::NotFound { child: key.to_string() });
        };
        if child.spec.restart == Restart::Temporary {
            return Err(SupervisorError::Temporary { id: Arc::clone(&child.spec.id) });
        }
        let ended = self.stop_for_restart(place).await;
        let old = ended.as_ref().map(|(pid, _reason)| *pid);
        lock(&self.roster).count_restart(place);
        match self.start_child_at(place).await {
            Ok(new) => {
                let new = new.as_ref().map(|process| process.core());
                if let (Some((_pid, reason)), Some(new)) = (ended, new) {
                    let child_id = Arc::clone(&child.spec.id);
                    self.tell_restarted(&RestartRecord::of(new, child_id, (old, reason)), true);
                }
                Ok(Done { old, new: new.map(|core| core.pid) })
            }
            Err(refused) => {
                lock(&self.roster).stopped(place);
                Err(SupervisorError::Start(refused))
            }
        }
    }

    async fn start_new(&self, place: Place) -> Result<Done, SupervisorError> {
        match self.start_child_at(place).await {
            Ok(new) => Ok(Done { old: None, new: new.map(|process| process.core().pid) }),
            Err(refused) => {
                lock(&self.roster).remove(place);
                Err(SupervisorError::Start(refused))
            }
        }
    }
}

fn failed<T>(reason: ExitReason) -> Result<T, StartError> {
    Err(StartError::Failed { reason })
}
