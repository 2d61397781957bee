//! A process that was started, whatever its type: for those who choose the kind at run time.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::cell::Process;
use crate::end::End;
use crate::ending::check_protected;
use crate::server::Server;
use crate::signal::{Force, send_exit};
use crate::supervisor::Starting;
use crate::{
    Authority, ChildSpec, ExitReason, Kind, Pid, ProcessRef, Shutdown, StartError, Starter,
    SupervisorRef, TaskHandle, TouchError,
};

/// A process that was started, whatever its type.
#[derive(Clone)]
pub struct Started(Arc<dyn Process>);

impl Started {
    /// Its pid.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.0.core().pid
    }

    /// Why it ended, if it has.
    #[must_use]
    pub fn exit_reason(&self) -> Option<ExitReason> {
        self.0.core().control().ended.as_deref().cloned()
    }

    /// Kills it, and does not wait for the end; one that has ended is left alone.
    ///
    /// # Errors
    ///
    /// [`TouchError::Protected`].
    pub fn kill(&self, authority: Authority) -> Result<(), TouchError> {
        check_protected(&self.0, authority)?;
        send_exit(&self.0, self.pid(), &ExitReason::Killed, Force::Kill);
        Ok(())
    }

    /// Waits until it has ended, and says why it did.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future leaves nothing behind.
    pub async fn ended(&self) -> ExitReason {
        End::of(Arc::clone(&self.0)).reached().await
    }
}

impl ChildSpec {
    /// A child whose type is chosen when it is started. Permanent, with five seconds to stop; a
    /// supervisor is waited for as long as its own children need.
    ///
    /// What `start` gives must come from the starter that it is handed.
    pub fn dynamic<F>(
        id: &str,
        kind: Kind,
        start: impl Fn(Starter) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Started, StartError>> + Send + 'static,
    {
        let spec = Self::new(id, kind, move |starter| {
            let starting = start(starter);
            let erased = async move { starting.await.map(|started| started.0) };
            Starting::Waits(Box::pin(erased))
        });
        match kind {
            Kind::Supervisor => spec.shutdown(Shutdown::Infinity),
            Kind::Server | Kind::Task => spec,
        }
    }
}

impl<S: Server> From<&ProcessRef<S>> for Started {
    fn from(server: &ProcessRef<S>) -> Self {
        Self(server.erased())
    }
}

impl<T> From<&TaskHandle<T>> for Started {
    fn from(task: &TaskHandle<T>) -> Self {
        Self(Arc::clone(&task.process))
    }
}

impl From<&SupervisorRef> for Started {
    fn from(supervisor: &SupervisorRef) -> Self {
        Self(supervisor.erased())
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Started").field(&self.pid()).finish()
    }
}
