//! The yardstick below: the same work with Tokio's tasks and channels alone.

#![expect(clippy::disallowed_methods, reason = "plain tasks and channels are the yardstick")]

use std::collections::HashMap;
use std::sync::RwLock;
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

use crate::BURST;

/// Casts from one task to another.
pub(crate) async fn casts(count: u32) {
    let (sender, mut receiver) = channel::<u64>();
    let sum = Handle::current().spawn(async move {
        let mut sum = 0;
        while let Some(n) = receiver.recv().await {
            sum += n;
        }
        sum
    });
    for n in 0..count {
        sender.send(1).expect("the receiver lives");
        if n % BURST == 0 {
            yield_now().await;
        }
    }
    drop(sender);
    assert_eq!(sum.await.expect("it does not panic"), u64::from(count));
}

/// Calls, one after the other.
pub(crate) async fn calls(count: u32) {
    let (sender, mut receiver) = channel::<oneshot::Sender<u64>>();
    let server = Handle::current().spawn(async move {
        while let Some(reply) = receiver.recv().await {
            // The caller waits.
            _ = reply.send(1);
        }
    });
    for _ in 0..count {
        let (reply, answer) = oneshot::channel();
        sender.send(reply).expect("the server lives");
        answer.await.expect("the server replies");
    }
    drop(sender);
    server.await.expect("it does not panic");
}

/// Starts a task with a mailbox, and has it end, again and again.
pub(crate) async fn spawns(count: u32) {
    for _ in 0..count {
        let (sender, mut receiver) = channel::<u64>();
        let (ready, is_ready) = oneshot::channel();
        let task = Handle::current().spawn(async move {
            // Whoever spawns waits for it.
            _ = ready.send(());
            while receiver.recv().await.is_some() {}
        });
        is_ready.await.expect("it starts");
        drop(sender);
        task.await.expect("it does not panic");
    }
}

/// Idle tasks, each with a mailbox.
pub(crate) fn idle(count: u32) -> Vec<mpsc::UnboundedSender<u64>> {
    let spawn = |_| {
        let (sender, mut receiver) = channel::<u64>();
        Handle::current().spawn(async move { while receiver.recv().await.is_some() {} });
        sender
    };
    (0..count).map(spawn).collect()
}

/// Looks names up in a table behind a lock; nanoseconds for all.
pub(crate) fn look_ups(names: &[String], count: usize) -> f64 {
    let entry = |name: &String| (name.clone(), channel::<u64>().0);
    let table: RwLock<HashMap<String, _>> = RwLock::new(names.iter().map(entry).collect());
    let start = Instant::now();
    for n in 0..count {
        let name = &names[n * 7919 % names.len()];
        let found = table.read().expect("nobody panics").get(name).cloned();
        assert!(std::hint::black_box(found).is_some());
    }
    start.elapsed().as_nanos() as f64
}

fn channel<M>() -> (mpsc::UnboundedSender<M>, mpsc::UnboundedReceiver<M>) {
    mpsc::unbounded_channel()
}
