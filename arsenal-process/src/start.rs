//! What can be said of any process before it is started.

use std::sync::Arc;

use crate::node::Node;
use crate::spawn::Birth;
use crate::{Pid, ProcessName};

/// A process about to be started: a [`ServerStart`](crate::ServerStart), a
/// [`TaskStart`](crate::TaskStart) or a [`SupervisorStart`](crate::SupervisorStart).
#[must_use = "nothing is started yet"]
pub struct Start<W> {
    pub(crate) node: Arc<Node>,
    pub(crate) birth: Birth,
    pub(crate) what: W,
}

impl<W> Start<W> {
    /// Registers the name before anything runs.
    pub fn name(mut self, name: ProcessName) -> Self {
        self.birth.name = Some(name);
        self
    }

    /// Links with `pid` in the same step. The exit of the first of these then ends also a server
    /// or a supervisor that traps exits, unless it has a supervisor of its own.
    pub fn link(mut self, pid: Pid) -> Self {
        self.birth.linked(pid);
        self
    }

    /// Has kill, stop and suspend refused unless they are forced. Its supervisor, and what it is
    /// linked with, end it all the same.
    pub fn protected(mut self) -> Self {
        self.birth.protected();
        self
    }

    /// Notes the entry point that the process is started by.
    pub fn entry_point(mut self, name: &str) -> Self {
        self.birth.entry_point = Some(name.into());
        self
    }
}
