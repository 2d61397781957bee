//! The workers: a process for each order, made from one template under a dynamic supervisor.

use std::time::Duration;

use arsenal_ops::entry_point::{EntryPoint, Start, StartContext, Startable};
use arsenal_process::{
    CallError, ChildSpec, ExitReason, LookupError, Restart, Runtime, SendError, StartError,
    Strategy, SupervisorSpec,
};
use serde_json::Value;

use super::books::{LEDGER, Ledger};
use super::name_of;
use super::payments::{PAYMENTS, Pay, Payments};
use super::store::{Put, STORE, Store};

/// The name of the workers' supervisor.
pub(super) const WORKERS: &str = "demo_workers";

/// How long a payment may take.
const PAY_WITHIN: Duration = Duration::from_secs(5);

/// Employs a worker for each order that it is given.
#[derive(Debug, EntryPoint)]
#[entry_point(name = "demo_workers", kind = supervisor, crate = "arsenal_ops")]
pub(crate) struct EmployWorkers {}

impl Start for EmployWorkers {
    type State = ();

    fn start(self, cx: &StartContext<'_, ()>) -> Startable {
        cx.supervisor(spec()).into()
    }
}

fn spec() -> SupervisorSpec {
    let worker = ChildSpec::task_with("worker", |starter| {
        let order = starter.args().as_u64();
        let order = order.ok_or_else(|| StartError::Failed { reason: no_order(starter.args()) })?;
        starter.task().spawn_with(move |cx| work(cx.runtime(), order))
    });
    // An order that fails is not tried again: its worker's end shows why.
    SupervisorSpec::new(Strategy::SimpleOneForOne).child(worker.restart(Restart::Temporary))
}

fn no_order(args: &Value) -> ExitReason {
    ExitReason::custom(format!("{args} is no order's number"))
}

/// Why an order was not worked off.
#[derive(Debug, thiserror::Error)]
enum Unworked {
    #[error("a service is not there")]
    Closed(#[source] LookupError),
    #[error("the order was not paid")]
    Unpaid(#[source] CallError),
    #[error("the store is full")]
    Unstored(#[source] SendError<Put>),
    #[error("the books are full")]
    Unbooked(#[source] SendError<u64>),
}

async fn work(runtime: Runtime, order: u64) -> Result<(), ExitReason> {
    let payments = runtime.process::<Payments>(name_of(PAYMENTS)).map_err(Unworked::Closed)?;
    payments.call(Pay { order }, PAY_WITHIN).await.map_err(Unworked::Unpaid)?;
    let ledger = runtime.process::<Ledger>(name_of(LEDGER)).map_err(Unworked::Closed)?;
    ledger.cast(order).map_err(Unworked::Unbooked)?;
    let store = runtime.process::<Store>(name_of(STORE)).map_err(Unworked::Closed)?;
    store.cast(Put::Order(order)).map_err(Unworked::Unstored)?;
    Ok(())
}
