//! The payments: a server that crashes now and then, once by an error and once by a panic.

use arsenal_ops::entry_point::{EntryPoint, Start, StartContext, Startable};
use arsenal_process::{Context, ExitReason, ReplyTo, Server, Stop};
use serde::{Deserialize, Serialize};

/// The name of the payments.
pub(super) const PAYMENTS: &str = "demo_payments";

/// Takes payments, and crashes now and then.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "demo_payments", kind = server, crate = "arsenal_ops")]
pub(crate) struct TakePayments {
    /// Every how manyth payment crashes it.
    #[param(default = 25, min = 1, max = 1_000_000)]
    pub(crate) crash_every: u64,
}

impl Start for TakePayments {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        cx.server::<Payments>(self).json().into()
    }
}

/// A payment for an order.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pay {
    /// The order's number.
    pub(crate) order: u64,
}

/// The payments.
#[derive(Debug)]
pub(crate) struct Payments {
    crash_every: u64,
    n_taken: u64,
}

/// Why the payments gave up.
#[derive(Debug, thiserror::Error)]
#[error("the bank hung up at order {order}")]
struct BankGone {
    order: u64,
}

impl Server for Payments {
    type Args = TakePayments;
    type Call = Pay;
    type Reply = u64;
    type Cast = ();

    async fn init(args: TakePayments, _cx: &mut Context<Self>) -> Result<Self, Stop> {
        Ok(Self { crash_every: args.crash_every, n_taken: 0 })
    }

    async fn handle_call(
        &mut self,
        pay: Pay,
        reply: ReplyTo<u64>,
        _cx: &mut Context<Self>,
    ) -> Result<(), ExitReason> {
        self.n_taken += 1;
        if self.n_taken.is_multiple_of(self.crash_every) {
            assert!(!pay.order.is_multiple_of(2), "order {} has no amount", pay.order);
            return Err(BankGone { order: pay.order }.into());
        }
        reply.send(self.n_taken);
        Ok(())
    }
}
