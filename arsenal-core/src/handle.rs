//! The program as those who call it hold it.

use std::ops::Deref;
use std::sync::Arc;

use crate::arsenal::Shared;
use crate::lane::{Lane, PerLane};

/// As the calls of one lane hold it: the pointers to it are counted apart from other lanes'.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Program {
    shared: Arc<Shared>,
    pub(crate) lane: Lane,
}

impl Deref for Program {
    type Target = Shared;

    #[inline]
    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// As a caller holds it.
#[derive(Debug, Clone)]
pub(crate) enum Handle {
    /// From outside: its calls take the lane of their thread.
    Outside(Arc<PerLane<Arc<Program>>>),
    /// From within a call: its calls stay in that call's lane.
    Within(Arc<Program>),
}

impl Handle {
    pub(crate) fn new(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let program = |lane| Arc::new(Program { shared: Arc::clone(&shared), lane });
        Self::Outside(Arc::new(PerLane::new(program)))
    }

    /// The program in the lane that a call takes.
    #[inline]
    pub(crate) fn program(&self) -> &Arc<Program> {
        match self {
            Self::Outside(programs) => &programs[Lane::of_this_thread()],
            Self::Within(program) => program,
        }
    }
}

impl Deref for Handle {
    type Target = Shared;

    #[inline]
    fn deref(&self) -> &Shared {
        self.program()
    }
}
