//! `trace_process`.

use std::collections::BTreeMap;
use std::time::Duration;

use arsenal::{Context, Execute, Invalid, Operation};
use arsenal_process::{Pid, Runtime, Target};

use super::record::Asked;
use super::view::{TraceEventKind, TraceView};
use super::{TraceError, Traces};
use crate::process::missing;
use crate::refusal::Refusal;

/// Begins to note what a process sends, receives, starts, is linked to and ends with.
///
/// What a supervisor starts in the place of a followed process is followed too. The trace ends
/// by itself, by number or by time; what it heard can be read for a while after that.
#[derive(Debug, Operation)]
#[operation(category = "tracing", method = POST, path = "/traces", role = operator,
            effect = write, status = 201, timeout = "5s", rate_limit = "30/min",
            output = TraceView, error = Refusal<TraceError>,
            example(name = "every exit of the next minute",
                    params = r#"{"kinds": ["exited"], "lasts": "1m"}"#))]
pub struct TraceProcess {
    /// The process to follow: its pid or its name; every process, if none is named.
    pub process: Option<Target>,
    /// Follow every process below it too, as its supervisors have them now.
    #[param(default = false)]
    pub subtree: bool,
    /// Which events to take; all if there are none.
    #[param(default = [], unique, max_len = 6)]
    pub kinds: Vec<TraceEventKind>,
    /// Take every how manyth event: 1 takes all.
    #[param(default = 1, min = 1, max = 1_000_000)]
    pub sample_every: u64,
    /// End after so many events.
    #[param(default = 1000, min = 1, max = 20_000)]
    pub events_max: u64,
    /// End after so long.
    #[param(default = "60s", min = "1ms", max = "1h")]
    pub lasts: Duration,
}

impl Execute for TraceProcess {
    type State = Traces;

    fn validate(&self) -> Result<(), Invalid> {
        if self.subtree && self.process.is_none() {
            let fault = Invalid::new("`subtree` needs the `process` at its top");
            return Err(fault.at("subtree").at("process"));
        }
        Ok(())
    }

    async fn execute(self, cx: &Context<Traces>) -> Result<TraceView, Refusal<TraceError>> {
        let runtime = cx.state().runtime();
        let pids = match &self.process {
            None => None,
            Some(process) => {
                let gone = |_| missing(runtime, process);
                let top = runtime.resolve(process.clone()).map_err(gone)?;
                Some(if self.subtree { subtree(runtime, top) } else { vec![top] })
            }
        };
        let record = cx.state().begin(Asked {
            principal: cx.caller().principal.to_string(),
            pids,
            kinds: self.kinds,
            sample_every: self.sample_every,
            events_max: self.events_max,
            lasts: self.lasts,
        })?;
        Ok(TraceView::of(&record))
    }
}

/// The process, and all below it.
fn subtree(runtime: &Runtime, top: Pid) -> Vec<Pid> {
    let mut children: BTreeMap<Pid, Vec<Pid>> = BTreeMap::new();
    runtime.visit(|process| {
        if let Some(supervisor) = process.supervisor() {
            children.entry(supervisor).or_default().push(process.pid());
        }
    });
    let mut found = vec![top];
    let mut next = 0;
    while let Some(pid) = found.get(next) {
        found.extend(children.get(pid).into_iter().flatten().copied());
        next += 1;
    }
    found
}
