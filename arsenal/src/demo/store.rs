//! The store: slower than what comes in, so that its mailbox grows until it is full.

use std::time::Duration;

use arsenal_ops::entry_point::{EntryPoint, Start, StartContext, Startable};
use arsenal_process::{Context, ExitReason, MailboxBound, ReplyTo, Server, Stop};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// The name of the store.
pub(super) const STORE: &str = "demo_store";

/// Puts orders on their shelf, slowly.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "demo_store", kind = server, crate = "arsenal_ops")]
pub(crate) struct KeepStore {
    /// How long each order takes.
    #[param(default = "300ms", max = "1m")]
    pub(crate) takes: Duration,
    /// How many orders wait before the store takes no more.
    #[param(default = 2000, min = 1, max = 100_000)]
    pub(crate) room: u32,
}

impl Start for KeepStore {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        let room = usize::try_from(self.room).unwrap_or(usize::MAX);
        cx.server::<Store>(self).mailbox(MailboxBound::Bounded(room)).json().into()
    }
}

/// What the store is told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Put {
    /// An order is to be put on its shelf.
    Order(u64),
}

/// What the store is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskStore {
    /// How many orders are on their shelf.
    Count,
}

/// The store.
#[derive(Debug)]
pub(crate) struct Store {
    takes: Duration,
    n_kept: u64,
}

impl Server for Store {
    type Args = KeepStore;
    type Call = AskStore;
    type Reply = u64;
    type Cast = Put;

    async fn init(args: KeepStore, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self { takes: args.takes, n_kept: 0 })
    }

    async fn handle_call(
        &mut self,
        ask: AskStore,
        reply: ReplyTo<u64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        match ask {
            AskStore::Count => reply.send(self.n_kept),
        };
        Ok(())
    }

    async fn handle_cast(&mut self, put: Put, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        let Put::Order(_number) = put;
        sleep(self.takes).await;
        self.n_kept += 1;
        Ok(())
    }
}
