//! Narrowing a handle to one supervisor's subtree.

use std::sync::Arc;

use crate::cell::Process;
use crate::context::NoProcess;
use crate::runtime::LookupError;
use crate::scope::{Scope, ScopeLimits};
use crate::{Pid, Runtime, Target};

impl Runtime {
    /// A handle that starts, links, names and sees only inside of the supervisor's subtree, under
    /// these limits.
    ///
    /// What runs there is inside from now on, and so is whatever it starts. What is started through
    /// the handle ends with the supervisor, however that ends. It keeps mistakes in and is no
    /// security boundary.
    ///
    /// # Errors
    ///
    /// [`LookupError`] if there is no such supervisor.
    pub fn narrowed(
        &self,
        supervisor: impl Into<Target>,
        limits: ScopeLimits,
    ) -> Result<Self, LookupError> {
        let target = supervisor.into();
        let pid = self.find_supervisor(target.clone())?.pid();
        let gone = |_| LookupError::NoProcess(NoProcess { target });
        let top = self.find(&pid.into()).map_err(gone)?;
        let outer = top.core().scope();
        let scope = Scope::new(pid, outer, limits);
        self.node.note_scope();
        self.move_in(&top, &scope);
        // What a member starts meanwhile takes its place from that member at its link: it was
        // moved by then, or the next round finds both.
        while self.move_in_below(pid, &scope) {}
        Ok(Self::scoped(Arc::clone(&self.node), Some(scope)))
    }

    /// Moves everything below in; false if there was nothing left to move.
    fn move_in_below(&self, top: Pid, scope: &Arc<Scope>) -> bool {
        let mut moved = false;
        for process in self.all() {
            if self.is_below(process.core().origin.parent, top) {
                moved |= self.move_in(&process, scope);
            }
        }
        moved
    }

    /// Moves a process from the scope around into this one. What lies in a narrower scope of its
    /// own stays there.
    fn move_in(&self, process: &Arc<dyn Process>, scope: &Arc<Scope>) -> bool {
        let core = process.core();
        let mut control = core.control();
        let is_around = match (&control.scope, &scope.outer) {
            (Some(own), Some(outer)) => Arc::ptr_eq(own, outer),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let moves =
            is_around && !control.leaving && scope.take_in(control.scope.as_ref(), core.pid);
        if moves {
            control.scope = Some(Arc::clone(scope));
        }
        moves
    }

    fn is_below(&self, parent: Option<Pid>, top: Pid) -> bool {
        let mut next = parent;
        while let Some(pid) = next {
            if pid == top {
                return true;
            }
            next = self.node.find(pid).and_then(|process| process.core().origin.parent);
        }
        false
    }
}
