//! The books: a ledger, a clerk who reads it, and a reporter who hears from the clerk. Each
//! stands on the one before it, so that all after the one that fails begin anew with it.

use std::time::Duration;

use arsenal_ops::entry_point::{EntryPoint, Start, StartContext, Startable};
use arsenal_process::{
    ChildSpec, Context, ExitReason, Info, ReplyTo, Server, Stop, Strategy, SupervisorSpec,
};
use serde::{Deserialize, Serialize};

use super::name_of;

/// The name of the ledger.
pub(super) const LEDGER: &str = "demo_ledger";

const CLERK: &str = "demo_clerk";

const REPORTER: &str = "demo_reporter";

/// How long the ledger and the clerk may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Keeps the books: a ledger, a clerk and a reporter, each standing on the one before.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "demo_books", kind = supervisor, crate = "arsenal_ops")]
pub(crate) struct OpenBooks {
    /// After how many entries the ledger finds a contradiction and ends.
    #[param(default = 200, min = 1, max = 1_000_000)]
    pub(crate) pages: u64,
}

impl Start for OpenBooks {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        cx.supervisor(spec(self.pages)).into()
    }
}

fn spec(pages: u64) -> SupervisorSpec {
    SupervisorSpec::new(Strategy::RestForOne)
        .intensity(100, Duration::from_secs(60))
        .child(ChildSpec::server_with::<Ledger>("ledger", move |starter| {
            starter.server(pages).name(name_of(LEDGER)).json()
        }))
        .child(reader("clerk", CLERK, LEDGER))
        .child(reader("reporter", REPORTER, CLERK))
}

fn reader(id: &str, own: &'static str, reads: &'static str) -> ChildSpec {
    ChildSpec::server_with::<Reader>(id, move |starter| {
        starter.server(reads).name(name_of(own)).json()
    })
}

/// What a book is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskBooks {
    /// How many entries there are.
    Entries,
}

/// The ledger: one entry for each order.
#[derive(Debug)]
pub(crate) struct Ledger {
    pages: u64,
    n_entries: u64,
}

impl Server for Ledger {
    type Args = u64;
    type Call = AskBooks;
    type Reply = u64;
    type Cast = u64;

    async fn init(pages: u64, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self { pages, n_entries: 0 })
    }

    async fn handle_call(
        &mut self,
        _ask: AskBooks,
        reply: ReplyTo<u64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(self.n_entries);
        Ok(())
    }

    async fn handle_cast(&mut self, order: u64, _cx: &mut Context<Self>) -> Result<(), ExitReason> {
        self.n_entries += 1;
        if self.n_entries == self.pages {
            return Err(ExitReason::custom(format!("order {order} contradicts the books")));
        }
        Ok(())
    }
}

/// Reads in the book before it once a second, and answers what it read last.
#[derive(Debug)]
struct Reader {
    reads: &'static str,
    n_entries: u64,
}

impl Server for Reader {
    type Args = &'static str;
    type Call = AskBooks;
    type Reply = u64;
    type Cast = ();

    async fn init(reads: &'static str, cx: &mut Context<Self>) -> Result<Self, Stop> {
        cx.set_alarm(Duration::from_secs(1));
        Ok(Self { reads, n_entries: 0 })
    }

    async fn handle_call(
        &mut self,
        _ask: AskBooks,
        reply: ReplyTo<u64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        reply.send(self.n_entries);
        Ok(())
    }

    async fn handle_info(&mut self, info: Info, cx: &mut Context<Self>) -> Result<(), ExitReason> {
        if let Info::Alarm = info {
            let (runtime, reads) = (cx.runtime(), name_of(self.reads));
            self.n_entries = if self.reads == LEDGER {
                runtime.process::<Ledger>(reads)?.call(AskBooks::Entries, ANSWER_WITHIN).await?
            } else {
                runtime.process::<Self>(reads)?.call(AskBooks::Entries, ANSWER_WITHIN).await?
            };
            cx.set_alarm(Duration::from_secs(1));
        }
        Ok(())
    }
}
