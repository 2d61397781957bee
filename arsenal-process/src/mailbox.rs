//! The mailbox: a queue behind a small lock that allocates nothing until its first message.
//!
//! The receiver takes the whole queue at once, so a busy pair meets at the lock once a batch.
//! Its length is sent minus taken; both counters have one writer at a time and need no
//! read-modify-write.

use std::any::type_name;
use std::collections::VecDeque;
use std::future::pending;
use std::mem::{replace, take};
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::cell::{Core, MailboxFigures, Process, Pushed, Wakes};
use crate::clock::deadline;
use crate::info::MessageKind;
use crate::json::{JsonCodec, JsonDoor};
use crate::pace::Pace;
use crate::panic::regardless;
use crate::server::{Info, ReplyTo, Server};
use crate::sync::{AtomicU64, Mutex, Notify, Ordering, lock};
use crate::trace::TracedMessage;

/// How many messages a mailbox takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailboxBound {
    /// As many as memory holds: what Erlang does.
    #[default]
    Unbounded,
    /// At most so many, and at least one; exits and down messages always fit.
    Bounded(usize),
}

/// What a mailbox takes, its scope's limits with its own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Intake {
    pub(crate) bound: MailboxBound,
    pub(crate) per_second: Option<u32>,
}

pub(crate) enum Envelope<S: Server> {
    Call(S::Call, ReplyTo<S::Reply>),
    Cast(S::Cast),
    Info(Info),
}

impl<S: Server> Envelope<S> {
    pub(crate) fn kind(&self) -> MessageKind {
        match self {
            Self::Call(..) => MessageKind::Call,
            Self::Cast(_) => MessageKind::Cast,
            Self::Info(info) => info.kind(),
        }
    }
}

/// Why a message was not taken; the message comes back.
pub(crate) enum Refused<M> {
    Full(M, usize),
    /// It is too early for it, by so much.
    TooFast(M, Duration),
    Closed(M),
}

impl<M> Refused<M> {
    fn message(&self) -> &M {
        match self {
            Self::Full(message, _) | Self::TooFast(message, _) | Self::Closed(message) => message,
        }
    }

    fn into_message(self) -> M {
        match self {
            Self::Full(message, _) | Self::TooFast(message, _) | Self::Closed(message) => message,
        }
    }
}

/// A process whose messages are of type `S`.
pub(crate) struct Typed<S: Server> {
    pub(crate) core: Core,
    pub(crate) codec: Option<&'static JsonCodec<S>>,
    bound: Option<Box<Bound>>,
    taken: AtomicU64,
    sent: AtomicU64,
    queue: Mutex<Queue<S>>,
}

struct Bound {
    capacity: Option<usize>,
    pace: Option<Pace>,
    room: Notify,
}

impl Bound {
    fn of(intake: Intake) -> Option<Box<Self>> {
        let capacity = match intake.bound {
            MailboxBound::Unbounded => None,
            MailboxBound::Bounded(capacity) => Some(capacity.max(1)),
        };
        let pace = intake.per_second.map(Pace::new);
        let is_bound = capacity.is_some() || pace.is_some();
        is_bound.then(|| Box::new(Self { capacity, pace, room: Notify::new() }))
    }

    /// Wakes one who waits for room, whose waker can be anybody's code.
    fn make_room(&self) {
        regardless(|| self.room.notify_one());
    }
}

struct Queue<S: Server> {
    messages: VecDeque<Envelope<S>>,
    /// Set while the receiver waits for a message.
    waiting: Wakes,
    closed: bool,
}

impl<S: Server> Typed<S> {
    pub(crate) fn new(core: Core, intake: Intake, codec: Option<&'static JsonCodec<S>>) -> Self {
        Self {
            core,
            codec,
            bound: Bound::of(intake),
            taken: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            queue: Mutex::new(Queue {
                messages: VecDeque::new(),
                waiting: Wakes::Nobody,
                closed: false,
            }),
        }
    }

    /// Sends, or says at once why not.
    pub(crate) fn send(&self, message: Envelope<S>) -> Result<(), Refused<Envelope<S>>> {
        let traced = self.traced(&message);
        let wakes = self.push(message, self.bound.as_deref())?;
        Pushed { wakes, traced, ..Pushed::default() }.announce(&self.core);
        Ok(())
    }

    /// The message as traces see it, if there are any.
    fn traced(&self, message: &Envelope<S>) -> Option<Box<TracedMessage>> {
        let node = &self.core.node;
        node.is_traced().then(|| {
            Box::new(TracedMessage {
                from: crate::current::current(),
                to: Some(self.core.pid),
                kind: message.kind(),
                server: type_name::<S>(),
                content: crate::trace::content(node, || self.content(message)),
            })
        })
    }

    /// Sends, and waits for room, or for its turn, for as long as `wait`.
    pub(crate) async fn send_within(
        &self,
        message: Envelope<S>,
        wait: Duration,
    ) -> Result<(), Refused<Envelope<S>>> {
        let mut refused = match self.send(message) {
            Ok(()) => return Ok(()),
            Err(Refused::Closed(message)) => return Err(Refused::Closed(message)),
            Err(refused) => Some(refused),
        };
        let sent = self.send_when_room(&mut refused);
        match self.core.node.timers.until(deadline(wait), sent).await {
            Some(done) => done,
            None => refused.map_or(Ok(()), Err),
        }
    }

    /// Sends what was refused as soon as there is room and it is time; the message is taken once
    /// it goes.
    pub(crate) async fn send_when_room(
        &self,
        refused: &mut Option<Refused<Envelope<S>>>,
    ) -> Result<(), Refused<Envelope<S>>> {
        let Some(bound) = self.bound.as_deref() else { return Ok(()) };
        let traced = refused.as_ref().and_then(|refused| self.traced(refused.message()));
        loop {
            let mut room = pin!(bound.room.notified());
            // Before the mailbox is looked at: room that is made in between is heard of.
            room.as_mut().enable();
            let Some(again) = refused.take() else { return Ok(()) };
            match self.push(again.into_message(), Some(bound)) {
                Ok(wakes) => {
                    Pushed { wakes, traced, ..Pushed::default() }.announce(&self.core);
                    return Ok(());
                }
                Err(Refused::Closed(back)) => return Err(Refused::Closed(back)),
                Err(Refused::Full(back, capacity)) => {
                    *refused = Some(Refused::Full(back, capacity));
                    room.await;
                }
                Err(Refused::TooFast(back, early)) => {
                    *refused = Some(Refused::TooFast(back, early));
                    // There is room: it is another's, whose turn it may be.
                    bound.make_room();
                    self.core.node.timers.until(deadline(early), pending::<()>()).await;
                }
            }
        }
    }

    fn push(
        &self,
        message: Envelope<S>,
        bound: Option<&Bound>,
    ) -> Result<Wakes, Refused<Envelope<S>>> {
        let mut queue = lock(&self.queue);
        if queue.closed {
            return Err(Refused::Closed(message));
        }
        let sent = self.sent.load(Ordering::Relaxed);
        if let Some(bound) = bound {
            let length = sent.saturating_sub(self.taken.load(Ordering::Relaxed));
            if let Some(capacity) = bound.capacity
                && capacity as u64 <= length
            {
                return Err(Refused::Full(message, capacity));
            }
            if let Some(pace) = &bound.pace
                && let Err(early) = pace.take(self.core.node.clock.elapsed())
            {
                return Err(Refused::TooFast(message, early));
            }
        }
        queue.messages.push_back(message);
        self.sent.store(sent + 1, Ordering::Relaxed);
        Ok(take(&mut queue.waiting))
    }

    /// Swaps the empty `batch` for all that has arrived, or leaves the waker and waits.
    pub(crate) fn take_batch(&self, batch: &mut VecDeque<Envelope<S>>, waker: &Waker) -> Poll<()> {
        // What is anybody's code of a waker runs outside the lock.
        let wakes = self.core.wakes(waker);
        let before = {
            let mut queue = lock(&self.queue);
            if !queue.messages.is_empty() {
                std::mem::swap(&mut queue.messages, batch);
                return Poll::Ready(());
            }
            replace(&mut queue.waiting, wakes)
        };
        regardless(|| drop(before));
        Poll::Pending
    }

    /// Leaves the waker for the next message, or for when the gate opens.
    pub(crate) fn wait(&self, waker: &Waker) {
        let wakes = self.core.wakes(waker);
        let before = replace(&mut lock(&self.queue).waiting, wakes);
        regardless(|| drop(before));
    }

    /// Counts one message out of the mailbox. Only the receiver calls this.
    pub(crate) fn note_taken(&self, kind: MessageKind) {
        self.taken.store(self.taken.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        self.core.note_kind(kind);
        if let Some(bound) = &self.bound {
            bound.make_room();
        }
    }

    /// Drops the messages that `unwanted` names from the shared queue and from `batch`.
    pub(crate) fn flush(
        &self,
        batch: &mut VecDeque<Envelope<S>>,
        unwanted: impl Fn(&Envelope<S>) -> bool,
    ) {
        let mut queue = lock(&self.queue);
        let before = queue.messages.len() + batch.len();
        queue.messages.retain(|message| !unwanted(message));
        batch.retain(|message| !unwanted(message));
        let dropped = before - queue.messages.len() - batch.len();
        self.sent.store(self.sent.load(Ordering::Relaxed) - dropped as u64, Ordering::Relaxed);
        drop(queue);
        if let Some(bound) = &self.bound {
            (0..dropped).for_each(|_| bound.make_room());
        }
    }
}

/// Drops messages whose destructors are the service's code: outside of any lock, and one by one,
/// since a second panic beside the first would end the program.
pub(crate) fn drop_each<S: Server>(messages: impl IntoIterator<Item = Envelope<S>>) {
    for message in messages {
        regardless(|| drop(message));
    }
}

impl<S: Server> Process for Typed<S> {
    fn core(&self) -> &Core {
        &self.core
    }

    fn push_info(&self, info: Info) -> Pushed {
        let traced = self.core.node.is_traced().then(|| {
            Box::new(TracedMessage {
                from: info.from(),
                to: Some(self.core.pid),
                kind: info.kind(),
                server: type_name::<S>(),
                content: None,
            })
        });
        match self.push(Envelope::Info(info), None) {
            Ok(wakes) => Pushed { wakes, traced, ..Pushed::default() },
            Err(_closed) => Pushed::default(),
        }
    }

    fn take_waiting(&self) -> Wakes {
        take(&mut lock(&self.queue).waiting)
    }

    fn close(&self) {
        let (messages, waiting) = {
            let mut queue = lock(&self.queue);
            queue.closed = true;
            (take(&mut queue.messages), take(&mut queue.waiting))
        };
        // Wakers, too, can be anybody's code.
        regardless(|| drop(waiting));
        if let Some(bound) = &self.bound {
            regardless(|| bound.room.notify_waiters());
        }
        drop_each(messages);
    }

    fn mailbox(&self) -> MailboxFigures {
        let handled = self.taken.load(Ordering::Relaxed);
        let length = self.sent.load(Ordering::Relaxed).saturating_sub(handled);
        let capacity = self.bound.as_ref().and_then(|bound| bound.capacity);
        MailboxFigures { length, handled, capacity }
    }

    fn json(&self) -> Option<&dyn JsonDoor> {
        self.codec.map(|_codec| self as &dyn JsonDoor)
    }
}
