//! Watching a runtime: its event stream and its traces.

use crate::trace::{self, Trace, TraceOptions};
use crate::{EventStream, Runtime};

impl Runtime {
    /// Subscribes to what happens from now on: in the whole runtime, or in the part of it that
    /// this handle is narrowed to.
    #[must_use]
    pub fn events(&self) -> EventStream {
        self.node.events.subscribe(self.scope.clone())
    }

    /// Starts a trace of what this handle sees. It ends at its limits, or when its reader is
    /// dropped.
    #[must_use]
    pub fn trace(&self, options: TraceOptions) -> Trace {
        trace::start(&self.node, self.scope.clone(), options)
    }
}
