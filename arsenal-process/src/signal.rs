//! Exit signals: who hears of an end, and what it does to them.
//!
//! A signal is decided under the receiver's own control lock: it is ignored, ends the process,
//! stops it in order, or becomes a message.

use std::sync::Arc;

use crate::cell::{Control, Core, EXITING, Process, Pushed, STOPPING, SUSPENDED, TRAP_EXIT, Wakes};
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

/// What a signal does.
enum Effect {
    Nothing,
    Message,
    /// The process ends in order.
    Stop,
    End,
}

/// Does what the signal does, but for the waking.
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
    match effect(core, signal, force) {
        Effect::Nothing => return Pushed::default(),
        Effect::Message => {
            // A task stops in order by what it does with the message, so it must read it. The gate
            // opens first: who waits behind it is woken by the message, or sees it open.
            let opens = is_in_order(core, from, force) && core.clear(SUSPENDED) & SUSPENDED != 0;
            let exit = Info::Exit { from, reason: reason.clone() };
            return Pushed { opens, ..process.push_info(exit) };
        }
        Effect::Stop => {
            // It does not queue behind messages, and it opens a gate that was suspended, so that
            // the clean-up can run.
            control.stop.get_or_insert_with(|| Box::new(reason.clone()));
            core.set(STOPPING);
            core.clear(SUSPENDED);
        }
        Effect::End => {
            match force {
                Force::Kill => control.exit = Some(Box::new(ExitReason::Killed)),
                Force::Trappable | Force::Order => {
                    control.exit.get_or_insert_with(|| Box::new(reason.clone()));
                }
            }
            core.set(EXITING);
        }
    }
    Pushed { wakes: Wakes::Process, ..Pushed::default() }
}

/// The supervisor of its scope, for what has no supervisor of its own.
fn is_by_scope(core: &Core, from: Pid) -> bool {
    core.origin.child_id.is_none() && core.origin.belongs_to == Some(from)
}

/// Whether the signal stops a process that traps exits.
fn is_in_order(core: &Core, from: Pid, force: Force) -> bool {
    is_by_scope(core, from) || core.origin.parent == Some(from) || force == Force::Order
}

fn effect(core: &Core, (from, reason): (Pid, &ExitReason), force: Force) -> Effect {
    // It ends also a task that traps exits: no loop of ours would.
    let by_scope = is_by_scope(core, from);
    let in_order = is_in_order(core, from, force);
    let is_task = core.origin.kind == Kind::Task;
    match force {
        Force::Kill => Effect::End,
        _ if core.has(TRAP_EXIT) && is_task && !by_scope => Effect::Message,
        _ if core.has(TRAP_EXIT) && !is_task && in_order => Effect::Stop,
        _ if core.has(TRAP_EXIT) && !is_task => Effect::Message,
        _ if *reason == ExitReason::Normal && from != core.pid && !by_scope => Effect::Nothing,
        _ => Effect::End,
    }
}
