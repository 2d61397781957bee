//! What processes tell the traces that follow them; where there are none, that costs a look.

use serde_json::Value;

use super::{TraceEvent, Traced};
use crate::cell::Core;
use crate::current::current;
use crate::info::MessageKind;
use crate::node::Node;
use crate::panic::regardless;
use crate::sync::writing;
use crate::{ExitReason, Pid};

/// A message as traces see it.
pub(crate) struct TracedMessage {
    /// Absent where no process sends it.
    pub(crate) from: Option<Pid>,
    /// Absent where it goes to no process.
    pub(crate) to: Option<Pid>,
    pub(crate) kind: MessageKind,
    pub(crate) server: &'static str,
    pub(crate) content: Option<Value>,
}

impl TracedMessage {
    /// Tells of a message that has arrived.
    pub(crate) fn tell(self, node: &Node) {
        let Self { from, to, kind, server, content } = self;
        // Whose end the runtime tells of has sent nothing.
        let is_signal = matches!(kind, MessageKind::Exit | MessageKind::Down);
        if let Some(from) = from.filter(|_from| !is_signal) {
            let content = content.clone();
            tell(node, from, Traced::Sent { to, kind, server, content });
        }
        if let Some(to) = to {
            tell(node, to, Traced::Received { from, kind, server, content });
        }
    }
}

/// What a message says, if a trace takes that.
pub(crate) fn content(node: &Node, content: impl FnOnce() -> Option<Value>) -> Option<Value> {
    node.sessions().iter().any(|session| session.contents).then(content).flatten()
}

pub(crate) fn spawned(node: &Node, by: Option<Pid>, child: Pid) {
    if let Some(by) = by.or_else(current) {
        tell(node, by, Traced::Spawned { child });
    }
}

pub(crate) fn exited(core: &Core, reason: &ExitReason) {
    if core.node.is_traced() {
        tell(&core.node, core.pid, Traced::Exited { reason: reason.clone() });
    }
}

pub(crate) fn linked(one: &Core, other: Pid) {
    if !one.node.is_traced() {
        return;
    }
    tell(&one.node, one.pid, Traced::Linked { to: other });
    tell(&one.node, other, Traced::Linked { to: one.pid });
}

/// Has the traces of `old` follow `new`.
pub(crate) fn restarted(node: &Node, old: Pid, new: Pid) {
    if !node.is_traced() {
        return;
    }
    for session in node.sessions() {
        if let Some(chosen) = &session.chosen
            && session.has_chosen(old)
        {
            writing(chosen, |chosen| {
                chosen.remove(&old);
                chosen.insert(new);
            });
        }
    }
    tell(node, new, Traced::Restarted { old });
}

fn tell(node: &Node, pid: Pid, what: Traced) {
    if !node.is_traced() {
        return;
    }
    let event = TraceEvent { at: node.clock.elapsed(), pid, what };
    for session in node.sessions() {
        if session.is_over(event.at) {
            // What it has taken waits for its reader; who sends pays for it no more.
            node.remove_session(session.number);
        } else {
            // It wakes the reader, which can be anybody's code.
            regardless(|| session.take(event.clone()));
        }
    }
}
