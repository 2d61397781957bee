//! Starting children: the first time, and again.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::coop::consume_budget;

use super::family::{ChildKey, Done, Family};
use super::handle::SupervisorError;
use super::history::RestartRecord;
use super::roster::{Life, Place};
use super::spec::{ChildSpec, Restart, check_child};
use super::starter::{Starter, Starting};
use crate::panic::{catch, caught};
use crate::spawn::StartError;
use crate::{ExitReason, Pid};

impl Family {
    /// Starts the child of the place. A child that ignores its start stays without a process,
    /// unless it is temporary.
    pub(crate) async fn start_child_at(&mut self, place: Place) -> Result<Option<Pid>, StartError> {
        let Some(child) = self.roster.get(place) else { return Ok(None) };
        let newest = self.node().newest();
        let starter = Starter {
            node: Arc::clone(self.node()),
            scope: self.me.core.scope(),
            supervisor: self.me.clone(),
            child_id: Arc::clone(&child.spec.id),
            entry_point: child.spec.entry_point.clone(),
            args: child.args.clone(),
            restarts: child.restarts,
        };
        let started = match catch(|| child.spec.start.start(starter)) {
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
                let (pid, origin) = (process.core().pid, &process.core().origin);
                let id = self.roster.get(place).map(|child| &child.spec.id);
                let is_own = origin.parent == Some(self.pid()) && origin.child_id.as_ref() == id;
                if !is_own || pid.number() <= newest {
                    return Err(StartError::Stray { pid });
                }
                self.roster.set_life(place, Life::Running(process));
                Ok(Some(pid))
            }
            Err(StartError::Ignored) => {
                self.roster.stopped(place);
                Ok(None)
            }
            Err(refused) => Err(refused),
        }
    }

    pub(crate) async fn add_child(&mut self, spec: ChildSpec) -> Result<Done, SupervisorError> {
        let id = Arc::clone(&spec.id);
        let place = {
            let roster = &mut self.roster;
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
            let roster = &mut self.roster;
            let Some(template) = roster.template.clone() else {
                return Err(SupervisorError::NoTemplate);
            };
            roster.add(template, args)
        };
        self.start_new(place).await
    }

    pub(crate) async fn restart_child(&mut self, key: &ChildKey) -> Result<Done, SupervisorError> {
        let place = self.find(key)?;
        match self.roster.get(place).map(|child| &child.life) {
            Some(Life::Running(process)) => {
                Err(SupervisorError::Running { pid: process.core().pid })
            }
            Some(Life::Restarting { .. }) => Err(SupervisorError::Restarting),
            Some(Life::Stopped) | None => {
                let new = self.start_child_at(place).await.map_err(SupervisorError::Start)?;
                Ok(Done { old: None, new })
            }
        }
    }

    /// Stops the child and starts it again in its place, without counting against the intensity.
    pub(crate) async fn recycle_child(&mut self, key: &ChildKey) -> Result<Done, SupervisorError> {
        let place = match key {
            ChildKey::Pid(pid) => self.roster.place_of_pid(*pid),
            ChildKey::Id(id) => self.roster.place_of(id),
        };
        let found = place.and_then(|place| Some((place, &self.roster.get(place)?.spec)));
        let Some((place, spec)) = found else {
            return Err(SupervisorError::NotFound { child: key.to_string() });
        };
        if spec.restart == Restart::Temporary {
            return Err(SupervisorError::Temporary { id: Arc::clone(&spec.id) });
        }
        let ended = self.stop_for_restart(place).await;
        let old = ended.as_ref().map(|(pid, _reason)| *pid);
        self.roster.count_restart(place);
        match self.start_child_at(place).await {
            Ok(new) => {
                let child = self.roster.get(place);
                if let Some(((_pid, reason), child)) = ended.zip(child)
                    && let Some(record) = RestartRecord::of(child, (old, reason))
                {
                    self.tell_restarted(&record, true);
                }
                Ok(Done { old, new })
            }
            Err(refused) => {
                self.roster.stopped(place);
                Err(SupervisorError::Start(refused))
            }
        }
    }

    async fn start_new(&mut self, place: Place) -> Result<Done, SupervisorError> {
        match self.start_child_at(place).await {
            Ok(new) => Ok(Done { old: None, new }),
            Err(refused) => {
                self.roster.remove(place);
                Err(SupervisorError::Start(refused))
            }
        }
    }
}

fn failed<T>(reason: ExitReason) -> Result<T, StartError> {
    Err(StartError::Failed { reason })
}
