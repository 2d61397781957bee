//! The runtime's own events, told on the catalogue's stream.

use arsenal::Event as Told;
use arsenal_process::{Event, ExitReason, Heard, TaskContext};
use serde_json::json;
use tokio::sync::broadcast;

use crate::moment::{micros, span};

/// Tells what happens until the runtime is gone; what nobody listens to is not even written down.
pub(crate) async fn relay(
    cx: TaskContext,
    sender: broadcast::Sender<Told>,
) -> Result<(), ExitReason> {
    let mut events = cx.runtime().events();
    while let Some(heard) = events.next().await {
        if sender.receiver_count() > 0
            && let Some(told) = told(&heard)
        {
            // The last reader may have gone in between.
            _ = sender.send(told);
        }
    }
    Ok(())
}

fn told(heard: &Heard) -> Option<Told> {
    let event = match heard {
        Heard::Missed(missed) => {
            return Some(Told { kind: "events_missed", data: json!({ "missed": missed }) });
        }
        Heard::Event(event) => event,
    };
    let (kind, data) = match event {
        Event::Spawned { pid, name, kind, supervisor } => (
            "process_spawned",
            json!({ "pid": pid, "name": name, "kind": kind, "supervisor": supervisor }),
        ),
        Event::Exited { pid, name, reason } => {
            ("process_exited", json!({ "pid": pid, "name": name, "exit_reason": reason }))
        }
        Event::Restarted { supervisor, child_id, old, new, reason, sibling_of, manual } => (
            "process_restarted",
            json!({
                "supervisor": supervisor, "child_id": &**child_id, "old_pid": old, "new_pid": new,
                "exit_reason": reason, "sibling_of": sibling_of.as_deref(), "manual": manual,
            }),
        ),
        Event::IntensityReached { supervisor, child_id } => {
            ("intensity_reached", json!({ "supervisor": supervisor, "child_id": &**child_id }))
        }
        Event::KillPending { supervisor, pid } => {
            ("kill_pending", json!({ "supervisor": supervisor, "pid": pid }))
        }
        Event::Suspended { pid } => ("process_suspended", json!({ "pid": pid })),
        Event::Resumed { pid } => ("process_resumed", json!({ "pid": pid })),
        Event::SlowPoll { pid, took } => {
            ("slow_poll", json!({ "pid": pid, "took": span(*took), "took_us": micros(*took) }))
        }
        // The runtime may learn to tell more.
        _ => return None,
    };
    Some(Told { kind, data })
}
