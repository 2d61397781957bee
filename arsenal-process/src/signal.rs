//! Exit signals: who hears of an end, and what it does to them.
//!
//! A signal is decided under the receiver's own control lock: it is ignored, ends the process,
//! stops it in order, or becomes a message.

use std::sync::Arc;

use crate::cell::{Control, Core, EXITING, Process, STOPPING, SUSPENDED, TRAP_EXIT};
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

enum Verdict {
    Ignored,
    Woken,
    Message,
}

/// Sends an exit signal. `from` is the process that it comes from.
pub(crate) fn send_exit(process: &Arc<dyn Process>, from: Pid, reason: &ExitReason, force: Force) {
    let core = process.core();
    let verdict = judge(core, &mut core.control(), (from, reason), force);
    carry_out(process, from, reason, verdict);
}

/// Sends what the end of a linked process sends, if the link still holds.
pub(crate) fn send_link_exit(process: &Arc<dyn Process>, from: Pid, reason: &ExitReason) {
    let core = process.core();
    let verdict = {
        let mut control = core.control();
        if !control.links.remove(from) {
            return;
        }
        judge(core, &mut control, (from, reason), Force::Trappable)
    };
    carry_out(process, from, reason, verdict);
}

fn judge(core: &Core, control: &mut Control, signal: (Pid, &ExitReason), force: Force) -> Verdict {
    let (from, reason) = signal;
    if control.ended.is_some() {
        return Verdict::Ignored;
    }
    if force == Force::Kill {
        control.exit = Some(Box::new(ExitReason::Killed));
        core.set(EXITING);
        return Verdict::Woken;
    }
    if core.has(TRAP_EXIT) {
        let by_parent = core.origin.parent == Some(from) || force == Force::Order;
        if !by_parent || core.origin.kind == Kind::Task {
            return Verdict::Message;
        }
        // Its own parent ends it: that does not queue behind messages, and it opens a gate that
        // was suspended, so that the clean-up can run.
        control.stop.get_or_insert_with(|| Box::new(reason.clone()));
        core.set(STOPPING);
        core.clear(SUSPENDED);
        return Verdict::Woken;
    }
    if *reason == ExitReason::Normal && from != core.pid {
        return Verdict::Ignored;
    }
    control.exit.get_or_insert_with(|| Box::new(reason.clone()));
    core.set(EXITING);
    Verdict::Woken
}

fn carry_out(process: &Arc<dyn Process>, from: Pid, reason: &ExitReason, verdict: Verdict) {
    match verdict {
        Verdict::Ignored => {}
        Verdict::Woken => process.core().wake(),
        Verdict::Message => _ = process.push_info(Info::Exit { from, reason: reason.clone() }),
    }
}
