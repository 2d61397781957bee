//! Exit signals: who hears of an end, and what it does to them.
//!
//! A signal is decided under the receiver's own control lock: it is ignored, ends the process,
//! stops it in order, or becomes a message.

use std::sync::Arc;

use crate::cell::{Control, Core, EXITING, Process, Pushed, STOPPING, SUSPENDED, TRAP_EXIT};
use crate::server::Info;
use crate::{ExitReason, Kind, Pid};

/// How a signal is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    /// It can be trapped.
    Trappable,
    /// It is the parent's word, or the node's own.
    Order,
    /// It is `kill`.
    Kill,
}

/// Sends an exit signal. `from` is the process that it comes from.
pub(crate) fn send_exit(process: &Arc<dyn Process>, from: Pid, reason: &ExitReason, force: Force) {
    let pushed = judge(process, &mut process.core().control(), (from, reason), force);
    pushed.announce(process.core());
}

/// Sends what the end of a linked process sends, if the link still holds.
///
/// It is there before the link is seen to be gone: after an unlink, nothing more arrives.
pub(crate) fn send_link_exit(process: &Arc<dyn Process>, from: Pid, reason: &ExitReason) {
    let pushed = {
        let mut control = process.core().control();
        if !control.links.remove(from) {
            return;
        }
        judge(process, &mut control, (from, reason), Force::Trappable)
    };
    pushed.announce(process.core());
}

/// Decides what the signal does, and does it but for the waking.
fn judge(
    process: &Arc<dyn Process>,
    control: &mut Control,
    signal: (Pid, &ExitReason),
    force: Force,
) -> Pushed {
    let core = process.core();
    let (from, reason) = signal;
    if control.ended.is_some() {
        return Pushed::default();
    }
    let ends_scope = is_scopes_end(core, control, from);
    if force == Force::Kill {
        control.exit = Some(Box::new(ExitReason::Killed));
        core.set(EXITING);
    } else if core.has(TRAP_EXIT) && !(ends_scope && core.origin.kind == Kind::Task) {
        let by_parent = ends_scope || core.origin.parent == Some(from) || force == Force::Order;
        if !by_parent || core.origin.kind == Kind::Task {
            return process.push_info(Info::Exit { from, reason: reason.clone() });
        }
        // Its own parent ends it: that does not queue behind messages, and it opens a gate that
        // was suspended, so that the clean-up can run.
        control.stop.get_or_insert_with(|| Box::new(reason.clone()));
        core.set(STOPPING);
        core.clear(SUSPENDED);
    } else if *reason == ExitReason::Normal && from != core.pid && !ends_scope {
        return Pushed::default();
    } else {
        control.exit.get_or_insert_with(|| Box::new(reason.clone()));
        core.set(EXITING);
    }
    Pushed { waker: control.waker.clone(), traced: None }
}

/// Whether the signal is from the supervisor of the scope, to what has no other: nothing stays
/// behind, also no task, which has no loop of ours that would end it.
fn is_scopes_end(core: &Core, control: &Control, from: Pid) -> bool {
    core.origin.child_id.is_none()
        && control.scope.as_ref().is_some_and(|scope| scope.supervisor == from)
}
