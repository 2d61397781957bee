//! Giving names to processes, and taking them away.

use std::sync::Arc;

use crate::cell::Process;
use crate::context::NoProcess;
use crate::{Pid, ProcessName, Runtime};

/// Why a name was not registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each message names its fields")]
pub enum RegisterError {
    /// Choose another name.
    #[error("the name {name} is taken by {holder}")]
    Taken { name: ProcessName, holder: Pid },
    /// A process has one name: unregister it first.
    #[error("the process is already named {name}")]
    Named { name: ProcessName },
    /// It has ended, never was, or lies outside of the scope.
    #[error("it was not found")]
    NoProcess(#[source] NoProcess),
}

impl Runtime {
    /// Gives the process a name.
    ///
    /// # Errors
    ///
    /// [`RegisterError`]; nothing is changed then.
    pub fn register(&self, name: &ProcessName, pid: Pid) -> Result<(), RegisterError> {
        let process = self.find(&pid.into()).map_err(RegisterError::NoProcess)?;
        register(name, &process)
    }

    /// Takes a name away from its process; false if nobody here has it.
    pub fn unregister(&self, name: &ProcessName) -> bool {
        let Ok(process) = self.find(&name.into()) else { return false };
        let mut control = process.core().control();
        let has_it = control.name.as_ref() == Some(name);
        if has_it {
            control.name = None;
            self.node.names.leave(name);
        }
        has_it
    }
}

/// Gives the process the name: under its control lock, so that its end cannot miss it.
pub(crate) fn register(
    name: &ProcessName,
    process: &Arc<dyn Process>,
) -> Result<(), RegisterError> {
    let core = process.core();
    let mut control = core.control();
    if control.leaving {
        return Err(RegisterError::NoProcess(NoProcess { target: core.pid.into() }));
    }
    if let Some(name) = &control.name {
        return Err(RegisterError::Named { name: name.clone() });
    }
    match core.node.names.take(name, process) {
        Ok(()) => {
            control.name = Some(name.clone());
            Ok(())
        }
        Err(holder) => Err(RegisterError::Taken { name: name.clone(), holder }),
    }
}
