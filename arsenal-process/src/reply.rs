//! The wait for a reply.

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::ExitReason;
use crate::end::End;
use crate::timer::Timers;

/// Why there is no reply.
pub(crate) enum NoReply {
    TimedOut,
    /// The server ended, for this reason.
    Ended(ExitReason),
    /// The server dropped the call and lives on.
    Dropped,
}

/// Waits for the reply until the deadline.
///
/// Where it was dropped the server has ended, is about to, or lives on: as in OTP, who waits for a
/// reply waits for one of these. The reason is published last.
pub(crate) async fn reply_until<R>(
    reply: oneshot::Receiver<R>,
    deadline: Instant,
    timers: &Timers,
    end: impl FnOnce() -> End,
) -> Result<R, NoReply> {
    match timers.until(deadline, reply).await {
        Some(Ok(reply)) => Ok(reply),
        None => Err(NoReply::TimedOut),
        Some(Err(_dropped)) => {
            let reason = end().reached_until(deadline).await;
            Err(reason.map_or(NoReply::Dropped, NoReply::Ended))
        }
    }
}
