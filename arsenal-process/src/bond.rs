//! Links and monitors: made and unmade under the locks of both ends, so neither is ever half there.

use std::sync::Arc;

use crate::cell::{Control, Core, Process, Watcher, control_both};
use crate::context::NoProcess;
use crate::server::Info;
use crate::{MonitorRef, Pid, Runtime};

/// This one has ended, and cannot be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended(pub(crate) Pid);

impl Runtime {
    /// Links two processes.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] if either is not there.
    pub fn link(&self, one: Pid, other: Pid) -> Result<(), NoProcess> {
        let (first, second) = (self.find(&one.into())?, self.find(&other.into())?);
        link(first.core(), second.core()).map_err(|Ended(pid)| NoProcess { target: pid.into() })
    }

    /// Has `watcher` told of the end of `watched`: at once if that is not there.
    ///
    /// # Errors
    ///
    /// [`NoProcess`] if the watcher is not there.
    pub fn monitor(&self, watcher: Pid, watched: Pid) -> Result<MonitorRef, NoProcess> {
        let watcher = self.find(&watcher.into())?;
        Ok(match self.find(&watched.into()) {
            Ok(watched) => monitor(&watcher, &watched),
            Err(NoProcess { .. }) => monitor_absent(&watcher, watched),
        })
    }
}

/// Links the two; linking what is linked changes nothing.
///
/// When either has ended there is no link.
pub(crate) fn link(one: &Core, other: &Core) -> Result<(), Ended> {
    link_and(one, other, |_of_one, _of_other| {})
}

/// Links a new process with its parent. The parent may have moved into a narrower scope since
/// the start began; its child belongs there too.
pub(crate) fn link_to_parent(child: &Core, parent: &Core) -> Result<(), Ended> {
    link_and(child, parent, |of_child, of_parent| {
        if let Some(scope) = &of_parent.scope
            && scope.take_in(of_child.scope.as_ref(), child.pid)
        {
            of_child.scope = Some(Arc::clone(scope));
        }
    })
}

fn link_and(
    one: &Core,
    other: &Core,
    and: impl FnOnce(&mut Control, &mut Control),
) -> Result<(), Ended> {
    if one.pid == other.pid {
        return Ok(());
    }
    {
        let (mut of_one, mut of_other) = control_both(one, other);
        for (core, control) in [(other, &of_other), (one, &of_one)] {
            if control.ended.is_some() {
                return Err(Ended(core.pid));
            }
        }
        of_one.links.insert(other.pid);
        of_other.links.insert(one.pid);
        and(&mut of_one, &mut of_other);
    }
    crate::trace::linked(one, other.pid);
    Ok(())
}

/// Takes the link away; an exit that is already in the mailbox stays there.
pub(crate) fn unlink(one: &Arc<dyn Process>, pid: Pid) {
    let one = one.core();
    if one.pid == pid {
        return;
    }
    let Some(other) = one.node.find(pid) else {
        // It has left the tables, and its end is about to be told: not to this one any more.
        one.control().links.remove(pid);
        return;
    };
    let (mut of_one, mut of_other) = control_both(one, other.core());
    of_one.links.remove(pid);
    of_other.links.remove(one.pid);
}

/// Has `watcher` told of the end of `watched`: at once if it has ended.
pub(crate) fn monitor(watcher: &Arc<dyn Process>, watched: &Arc<dyn Process>) -> MonitorRef {
    let (one, other) = (watcher.core(), watched.core());
    let reference = MonitorRef { pid: other.pid, number: one.node.next_reference() };
    if one.pid == other.pid {
        return reference;
    }
    let has_ended = {
        let (mut of_one, mut of_other) = control_both(one, other);
        let has_ended = of_other.ended.is_some();
        if !has_ended && of_one.ended.is_none() {
            of_one.watching.insert(reference.number, other.pid);
            of_other.watchers.insert(reference.number, Watcher::Process(one.pid));
        }
        has_ended
    };
    if has_ended {
        down_at_once(watcher, reference);
    }
    reference
}

/// Answers a monitor on a process that is not there.
pub(crate) fn monitor_absent(watcher: &Arc<dyn Process>, pid: Pid) -> MonitorRef {
    let reference = MonitorRef { pid, number: watcher.core().node.next_reference() };
    down_at_once(watcher, reference);
    reference
}

/// Takes the monitor away; a down message that is already in the mailbox stays there.
pub(crate) fn demonitor(watcher: &Arc<dyn Process>, reference: MonitorRef) {
    let core = watcher.core();
    // Another process's monitor is not its to take away.
    let watched = core.control().watching.remove(reference.number);
    if let Some(watched) = watched.and_then(|pid| core.node.find(pid)) {
        watched.core().control().watchers.remove(reference.number);
    }
}

fn down_at_once(watcher: &Arc<dyn Process>, monitor: MonitorRef) {
    let reason = watcher.core().node.absence(monitor.pid);
    watcher.push_info(Info::Down { monitor, reason }).announce(watcher.core());
}
